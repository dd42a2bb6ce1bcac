# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "accelerate==1.15.0",
#   "datasets==5.2.0",
#   "gguf==0.19.0",
#   "jinja2==3.1.6",
#   "peft==0.21.2",
#   "protobuf==7.36.2",
#   "sentencepiece==0.2.3",
#   "torch==2.15.0",
#   "transformers==5.23.0",
#   "trl==1.16.0",
# ]
# ///
"""Trains a model with TRL, as a file says.

    python sftkit_worker.py RUN.json      # does what the file says
    python sftkit_worker.py --fields      # prints the arguments that the installed TRL takes, as JSON

The file is described in src/worker/protocol.ts. What happens is appended to an event file, one JSON object a line, by
rank 0 alone; what every rank prints stands in `logs/` as well. The same file serves a local process, torchrun,
accelerate, Slurm and remote jobs.

Exit codes: 0 done, 10 config, 11 data, 12 environment, 13 no room, 20 out of memory, 21 diverged, 130 cancelled.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import hashlib
import json
import math
import os
import shutil
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

PROTOCOL = 1
EXIT = {"config": 10, "data": 11, "environment": 12, "disk": 13, "memory": 20, "diverged": 21, "cancelled": 130}
RANK = int(os.environ.get("RANK", "0"))
WORLD_SIZE = int(os.environ.get("WORLD_SIZE", "1"))
HEARTBEAT_SECONDS = 15
CHECKPOINT_MARK = "sftkit.json"
# The columns that trainers read; others stay in the files.
USED_COLUMNS = (
    "messages",
    "prompt",
    "completion",
    "chosen",
    "rejected",
    "label",
    "text",
    "tools",
    "chat_template_kwargs",
    "input_ids",
    "labels",
)


class Failure(Exception):
    """An end that has a name. `kind` is a key of EXIT, `code` what the parent makes its message from."""

    def __init__(self, kind: str, code: str, text: str, **facts: Any) -> None:
        super().__init__(text)
        self.kind = kind
        self.code = code
        self.text = text
        self.facts = facts


class Cancelled(Exception):
    """Somebody asked for an end."""

    def __init__(self, step: int) -> None:
        super().__init__(f"cancelled at step {step}")
        self.step = step


# ── events ──────────────────────────────────────────────────────────────────────────────────────────────────


def finite(value: Any) -> Any:
    """The value as JSON can say it: NaN and infinities become null, tensors numbers, unknown objects text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    if value is None or isinstance(value, (str, int, bool)):
        return value
    if hasattr(value, "item"):
        with contextlib.suppress(ValueError, RuntimeError):
            return finite(value.item())
    return str(value)


class Events:
    """The event file. Ranks other than 0 write none of it."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._seq = 0
        self._file = None
        # Where files do not come back while a job runs, its log carries the events too.
        self._prefix = os.environ.get("SFT_EVENT_PREFIX")
        self.step = 0
        self.last = time.monotonic()
        if path is None or RANK != 0:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115
        # A worker that was killed while it wrote leaves half a line.
        if path.stat().st_size > 0:
            with open(path, "rb") as earlier:
                earlier.seek(-1, os.SEEK_END)
                if earlier.read(1) != b"\n":
                    self._file.write(b"\n")

    def emit(self, kind: str, **fields: Any) -> None:
        """Appends one event."""
        if self._file is None:
            return
        with self._lock:
            event = {"v": PROTOCOL, "seq": self._seq, "t": time.time(), "type": kind, **finite(fields)}
            self._seq += 1
            self.last = time.monotonic()
            line = json.dumps(event, ensure_ascii=False)
            self._file.write(line.encode("utf-8", "replace") + b"\n")
            if self._prefix is not None:
                print(f"{self._prefix}{line}", flush=True)

    def warn(self, code: str, text: str) -> None:
        """Says something that a person should know and that ends nothing."""
        self.emit("warning", code=code, text=text)
        print(f"warning: {text}", file=sys.stderr)

    def beat(self) -> None:
        """Shows from a thread of its own that the process lives, also in steps that take minutes."""

        def run() -> None:
            while True:
                time.sleep(HEARTBEAT_SECONDS)
                self.emit("heartbeat", step=self.step)

        threading.Thread(target=run, daemon=True, name="heartbeat").start()


class Copied:
    """A stream that a file gets a copy of."""

    def __init__(self, stream: Any, file: Any) -> None:
        self._stream = stream
        self._file = file

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            self._file.write(text)
        return self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._file.flush()
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def keep_output(logs: Path) -> None:
    """Keeps what this rank prints in a file of its own: launchers show the first rank, or mix all of them."""
    logs.mkdir(parents=True, exist_ok=True)
    file = open(logs / f"rank-{RANK}.log", "a", encoding="utf-8", errors="replace", buffering=1)  # noqa: SIM115
    sys.stdout = Copied(sys.stdout, file)
    sys.stderr = Copied(sys.stderr, file)


# ── being stopped ───────────────────────────────────────────────────────────────────────────────────────────


class Stop:
    """Whether somebody asked for an end. Before training begins the process ends at once."""

    def __init__(self, events: Events) -> None:
        self.asked = False
        self.training = False
        self._events = events
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: Any) -> None:
        self.asked = True
        if not self.training:
            raise Cancelled(self._events.step)


def end_with_parent() -> None:
    """Ends this process once the one that started it is gone. A parent that cannot be seen is not waited for."""
    told = os.environ.get("SFT_PARENT_PID")
    if told is None:
        return
    parent, launcher = int(told), os.getppid()

    def gone() -> bool:
        if os.getppid() != launcher:
            return True
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def watch() -> None:
        while not gone():
            time.sleep(0.5)
        # No cleaning up: what another run does in the folder by now must not be disturbed.
        os._exit(EXIT["cancelled"])

    threading.Thread(target=watch, daemon=True, name="parent").start()


# ── what is asked of TRL ────────────────────────────────────────────────────────────────────────────────────

CONFIGS = {"sft": "SFTConfig", "dpo": "DPOConfig", "kto": "KTOConfig"}
TRAINERS = {"sft": "SFTTrainer", "dpo": "DPOTrainer", "kto": "KTOTrainer"}


def installed_fields() -> dict[str, Any]:
    """The arguments of the installed TRL's configs, peft's LoraConfig, and the versions they are of."""
    import trl

    answer: dict[str, Any] = {"versions": versions(), "configs": {}}
    for method, name in CONFIGS.items():
        answer["configs"][method] = sorted(field.name for field in dataclasses.fields(getattr(trl, name)) if field.init)
    with contextlib.suppress(ImportError):
        from peft import LoraConfig

        answer["lora"] = sorted(field.name for field in dataclasses.fields(LoraConfig) if field.init)
    return answer


def versions() -> dict[str, str | None]:
    """The versions of what training rests on; null where a package is not there."""
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str | None] = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    for name in ("torch", "trl", "transformers", "datasets", "accelerate", "peft", "bitsandbytes"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def import_parts(method: str) -> None:
    """
    Imports what a training needs, some seconds of work: thousands of modules, and none of what they make is garbage, so
    nobody looks for any meanwhile, which takes more than a tenth of the time.
    """
    gc.disable()
    try:
        import datasets  # noqa: F401
        import trl

        getattr(trl, TRAINERS[method])
    finally:
        gc.enable()


def resolved_device(wanted: str) -> str:
    """`cuda`, `mps` or `cpu`. A device that was asked for by name and is not there is an error."""
    import torch

    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if wanted == "auto":
        return next(name for name, usable in there.items() if usable)
    if not there.get(wanted, False):
        raise Failure("environment", "device", f"the device {wanted} was asked for, and torch finds none")
    return wanted


def report_environment(run: dict[str, Any], device: str, events: Events) -> None:
    """Says what the training runs on, and refuses another number of processes than was asked for."""
    import torch

    memory = None
    names: list[str] = []
    bf16 = device == "cpu"
    if device == "cuda":
        count = torch.cuda.device_count()
        names = [torch.cuda.get_device_name(index) for index in range(count)]
        memory = torch.cuda.get_device_properties(0).total_memory
        bf16 = torch.cuda.is_bf16_supported()
    events.emit(
        "env",
        device=device,
        worldSize=WORLD_SIZE,
        bf16=bf16,
        gpuMemory=memory,
        gpus=names,
        threads=torch.get_num_threads(),
        **versions(),
    )
    expected = run["checks"]["worldSize"]
    if expected != WORLD_SIZE:
        raise Failure(
            "environment",
            "world-size",
            f"{expected} {'process was' if expected == 1 else 'processes were'} asked for, "
            f"and the launcher started {WORLD_SIZE}",
            expected=expected,
            found=WORLD_SIZE,
        )
    if RANK >= WORLD_SIZE:
        raise Failure("environment", "world-size", f"rank {RANK} of {WORLD_SIZE} processes")


def trainer_arguments(run: dict[str, Any], device: str) -> Any:
    """TRL's config object of the run. What the run does not say is TRL's own default."""
    import trl

    folder = Path(run["output"]["folder"])
    given = dict(run["args"])
    given.setdefault("output_dir", str(folder / "checkpoints"))
    given.setdefault("disable_tqdm", True)
    # A loss that is NaN is replaced by an old one in the log otherwise.
    given.setdefault("logging_nan_inf_filter", False)
    given.setdefault("bf16", run["dtype"] == "bfloat16")
    given.setdefault("fp16", run["dtype"] == "float16")
    if device == "cpu":
        given.setdefault("use_cpu", True)
    model_kwargs = dict(given.get("model_init_kwargs") or {})
    # Mixed precision with float16 keeps the weights in float32: its scaler refuses gradients of float16.
    model_kwargs.setdefault("dtype", "float32" if run["dtype"] == "float16" else run["dtype"])
    if run["model"].get("revision") is not None:
        model_kwargs.setdefault("revision", run["model"]["revision"])
    given["model_init_kwargs"] = model_kwargs
    if run["model"].get("trustRemoteCode"):
        given["trust_remote_code"] = True
    try:
        return getattr(trl, CONFIGS[run["method"]])(**given)
    except (TypeError, ValueError) as error:
        raise Failure("config", "arguments", str(error)) from error


# ── the dataset ─────────────────────────────────────────────────────────────────────────────────────────────

FEATURES = {
    "string": {"dtype": "string", "_type": "Value"},
    "boolean": {"dtype": "bool", "_type": "Value"},
    "string-list": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "List"},
    "json": {"_type": "Json"},
    "json-list": {"feature": {"_type": "Json"}, "_type": "List"},
}


def load_rows(run: dict[str, Any], run_folder: Path, split: str) -> Any:
    """A split's rows, without the columns that no trainer reads; None where the split has no file."""
    from datasets import Features, disable_progress_bars, load_dataset

    disable_progress_bars()
    files = [str(run_folder / file["path"]) for file in run["dataset"][split]]
    if not files:
        return None
    kind = "parquet" if files[0].endswith(".parquet") else "json"
    columns = run["dataset"].get("columns")
    # Types that are guessed from the first rows fail on a later row that differs.
    features = Features.from_dict({name: FEATURES[kind] for name, kind in columns.items()}) if columns else None
    cache = Path(run["output"]["folder"]) / ".cache"
    try:
        rows = load_dataset(
            kind,
            data_files=files,
            split="train",
            cache_dir=str(cache),
            features=features if kind == "json" else None,
        )
    except OSError:
        raise
    except Exception as error:
        raise Failure("data", "unreadable", f"the {split} rows cannot be read: {innermost(error)}") from error
    kept = [name for name in rows.column_names if name in USED_COLUMNS]
    if not kept:
        raise Failure("data", "columns", f"none of the columns {', '.join(rows.column_names)} is known to a trainer")
    return rows.select_columns(kept)


def innermost(error: BaseException) -> str:
    """The sentence of the error that began it."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return f"{type(error).__name__}: {error}"


MESSAGE_COLUMNS = ("messages", "prompt", "completion", "chosen", "rejected")


def fit_arguments(rows: Any, form: str) -> Any:
    """Tool-call arguments as the template needs them. Text where objects are expected would be learned as text."""

    def calls(row: dict[str, Any]) -> Any:
        for column in MESSAGE_COLUMNS:
            value = row.get(column)
            for message in value if isinstance(value, list) else []:
                for call in message.get("tool_calls") or []:
                    if isinstance(call.get("function"), dict):
                        yield call["function"]

    def fit(row: dict[str, Any], index: int) -> dict[str, Any]:
        for function in calls(row):
            arguments = function.get("arguments")
            if form == "text" and not isinstance(arguments, str):
                function["arguments"] = json.dumps(arguments, ensure_ascii=False)
            elif form == "object" and isinstance(arguments, str):
                raise Failure(
                    "data",
                    "text-arguments",
                    f"row {index + 1}: the arguments of the call {function.get('name')} are a text, not an object; "
                    "the model would learn quotes and escapes",
                )
        return row

    if not any(column in rows.column_names for column in MESSAGE_COLUMNS):
        return rows
    if form == "object":
        for index, row in enumerate(rows):
            fit(row, index)
        return rows
    return rows.map(fit, with_indices=True, features=rows.features)


def has_untrained_turns(rows: Any) -> bool:
    """Whether some assistant turn is marked as not to be learned, which TRL does not look at."""
    if "messages" not in rows.column_names:
        return False
    return any(
        message.get("role") == "assistant" and message.get("train") is False
        for row in rows
        for message in row["messages"]
    )


def percentiles(lengths: list[int]) -> dict[str, int]:
    """p50, p90, p95, p99 and the longest."""
    ordered = sorted(lengths)
    if not ordered:
        return {}
    last = len(ordered) - 1
    at = {f"p{share}": ordered[min(last, math.ceil(len(ordered) * share / 100) - 1)] for share in (50, 90, 95, 99)}
    return {**at, "max": ordered[-1]}


# ── model and tokenizer ─────────────────────────────────────────────────────────────────────────────────────


def load_tokenizer(run: dict[str, Any]) -> Any:
    """The model's tokenizer. @raises Failure where there is none"""
    from transformers import AutoTokenizer

    model = run["model"]
    try:
        return AutoTokenizer.from_pretrained(
            model["path"], revision=model.get("revision"), trust_remote_code=bool(model.get("trustRemoteCode"))
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise model_failure(error, model["path"], "tokenizer") from error


def model_failure(error: BaseException, path: str, what: str) -> Failure:
    """Why a model or its tokenizer cannot be loaded, in a word that the parent knows."""
    text = str(error)
    names = {type(cause).__name__ for cause in causes(error)}
    if "GatedRepoError" in names or "gated repo" in text:
        return Failure("config", "model-gated", f"the model {path} is gated")
    if names & {"RepositoryNotFoundError", "RevisionNotFoundError", "HFValidationError"}:
        return Failure("config", "model-missing", f"there is no model {path}: {text.splitlines()[0]}")
    if names & {"OfflineModeIsEnabled", "LocalEntryNotFoundError", "ConnectionError", "ConnectError"}:
        return Failure("config", "model-unreachable", f"the model {path} is not here, and the Hub cannot be reached")
    first = text.strip().splitlines()[0] if text.strip() else type(error).__name__
    return Failure("config", "model-broken", f"the {what} of {path} cannot be loaded: {first}")


def causes(error: BaseException | None) -> Any:
    """The error, what caused it, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


PAD_CANDIDATES = ("<|pad|>", "<pad>", "[PAD]", "<|finetune_right_pad_id|>", "<|padding|>", "<|endoftext|>", "<unk>")


def add_pad_token(tokenizer: Any, events: Events) -> None:
    """
    Gives a tokenizer without a padding token one that is not the end token: were it the end token, what hides padding
    from the loss would hide the end, and the model would not learn to stop.
    """
    if tokenizer.pad_token is not None:
        return
    vocabulary = tokenizer.get_vocab()
    ends = {tokenizer.eos_token}
    for candidate in PAD_CANDIDATES:
        # What the template writes may be an end as well.
        if candidate in vocabulary and candidate not in ends and candidate not in (tokenizer.chat_template or ""):
            tokenizer.pad_token = candidate
            break
    else:
        tokenizer.add_special_tokens({"pad_token": PAD_CANDIDATES[0]})
    events.warn("pad-token", f"the tokenizer has no padding token: {tokenizer.pad_token} is used")


def load_model(run: dict[str, Any], args: Any, tokenizer: Any, quantization: Any) -> Any:
    """
    The model that TRL would load itself, made here so that its vocabulary can be compared with the tokenizer's.
    """
    from transformers import AutoConfig, set_seed
    from trl.trainer.utils import create_model_from_path

    set_seed(args.seed)
    path = run["model"]["path"]
    kwargs = dict(args.model_init_kwargs or {})
    kwargs.setdefault("trust_remote_code", args.trust_remote_code)
    if args.distributed_state.distributed_type in ["MULTI_GPU", "DEEPSPEED"]:
        kwargs["device_map"] = None
    if quantization is not None:
        kwargs["quantization_config"] = quantization
    try:
        AutoConfig.from_pretrained(path, revision=kwargs.get("revision"), trust_remote_code=kwargs["trust_remote_code"])
        model = create_model_from_path(path, **kwargs)
    except Failure:
        raise
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise model_failure(error, path, "model") from error
    rows = model.get_input_embeddings().weight.shape[0]
    highest = max(tokenizer.get_vocab().values())
    pad = tokenizer.pad_token_id
    # The padding token may have been added a moment ago; any other token without an embedding is a mismatch.
    strangers = sum(1 for number in tokenizer.get_vocab().values() if number >= rows and number != pad)
    if strangers > 0:
        raise Failure(
            "config",
            "tokenizer-mismatch",
            f"the tokenizer of {path} has {highest + 1} tokens and its model {rows}: {strangers} "
            f"{'token has' if strangers == 1 else 'tokens have'} no embedding. They are not of one model",
        )
    if highest >= rows:
        model.resize_token_embeddings(highest + 1)
    return model


# ── what is watched while training ──────────────────────────────────────────────────────────────────────────


def watch_training(run: dict[str, Any], events: Events, stop: Stop, earlier_seconds: float) -> Any:
    """The callback that writes events, stops when asked to, and ends a run that diverged."""
    import torch
    from transformers import TrainerCallback

    class Watch(TrainerCallback):
        def __init__(self) -> None:
            self.seconds = 0.0
            self.strange_logs = 0
            self.ends = False
            self.began = time.monotonic()

        def elapsed(self) -> float:
            return earlier_seconds + time.monotonic() - self.began

        def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
            self.began = time.monotonic()
            trainable = sum(count(part) for part in model.parameters() if part.requires_grad)
            events.step = state.global_step
            events.emit(
                "train_begin",
                steps=state.max_steps,
                step=state.global_step,
                epochs=state.num_train_epochs,
                parameters=sum(count(part) for part in model.parameters()),
                trainableParameters=trainable,
            )

        def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if WORLD_SIZE == 1:
                return
            # Between two steps a rank may have been asked and another not yet: they agree, or one would wait for ever.
            began = time.perf_counter()
            asked = torch.tensor([int(stop.asked)], device=args.device)
            torch.distributed.all_reduce(asked)
            self.ends = bool(asked.item())
            self.seconds += time.perf_counter() - began

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            began = time.perf_counter()
            events.step = state.global_step
            last = state.global_step >= state.max_steps
            # The last steps of a run belong into its log, also where they are fewer than `logging_steps`.
            if last and args.logging_strategy == "steps":
                control.should_log = True
            if WORLD_SIZE == 1:
                self.ends = stop.asked
            if self.ends and not last:
                control.should_save = True
                control.should_training_stop = True
            self.seconds += time.perf_counter() - began

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            began = time.perf_counter()
            memory = torch.cuda.max_memory_allocated() if torch.cuda.is_available() and not args.use_cpu else None
            events.emit("log", step=state.global_step, log=logs, gpuMemory=memory, seconds=self.elapsed())
            self._refuse_divergence(args, logs or {})
            self.seconds += time.perf_counter() - began

        def _refuse_divergence(self, args: Any, logs: dict[str, Any]) -> None:
            strange = [
                name
                for name in ("loss", "grad_norm", "eval_loss")
                if name in logs and not math.isfinite(float(logs[name]))
            ]
            if not strange:
                self.strange_logs = 0
                return
            self.strange_logs += 1
            # The scaler of float16 begins with gradients that overflow, and skips those steps.
            if args.fp16 and "loss" not in strange and self.strange_logs < 3:
                return
            raise Failure(
                "diverged",
                "diverged",
                f"{' and '.join(strange)} is not a finite number at step {events.step}",
                step=events.step,
            )

        def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if RANK != 0:
                return
            began = time.perf_counter()
            folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            # Written last: a checkpoint without it was cut off and is not gone on from.
            write_json(folder / CHECKPOINT_MARK, {"step": state.global_step, "seconds": self.elapsed()})
            events.emit("checkpoint", path=str(folder), step=state.global_step)
            self.seconds += time.perf_counter() - began

    return Watch()


def count(part: Any) -> int:
    """The parameters of a tensor, also where DeepSpeed or quantisation hides them."""
    if hasattr(part, "ds_numel"):
        return part.ds_numel
    number = part.numel()
    return number * 2 if type(part).__name__ == "Params4bit" else number


def write_json(path: Path, value: Any) -> None:
    """Writes a file whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(finite(value), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, path)


def last_checkpoint(folder: Path) -> tuple[str | None, float]:
    """The newest checkpoint that is whole, and the seconds trained until then. Those that were cut off are removed."""
    found: list[tuple[int, Path]] = []
    for path in folder.glob("checkpoint-*"):
        number = path.name.rpartition("-")[2]
        if not number.isdigit():
            continue
        if (path / CHECKPOINT_MARK).exists():
            found.append((int(number), path))
        elif RANK == 0:
            shutil.rmtree(path, ignore_errors=True)
    if not found:
        return None, 0.0
    _, newest = max(found)
    mark = json.loads((newest / CHECKPOINT_MARK).read_text("utf-8"))
    return str(newest), float(mark.get("seconds", 0.0))


# ── training ────────────────────────────────────────────────────────────────────────────────────────────────


def make_trainer_class(method: str, facts: dict[str, Any]) -> type:
    """TRL's trainer; that of SFT also counts the tokens of every row before it cuts them."""
    import copy

    import trl

    base = getattr(trl, TRAINERS[method])
    if method != "sft":
        return base

    class CountingTrainer(base):  # type: ignore[misc, valid-type]
        def _prepare_dataset(
            self, dataset: Any, processing_class: Any, args: Any, packing: Any, formatting_func: Any, dataset_name: str
        ) -> Any:
            uncut = copy.copy(args)
            uncut.max_length = None
            uncut.shuffle_dataset = False
            whole = super()._prepare_dataset(dataset, processing_class, uncut, False, formatting_func, dataset_name)
            facts[dataset_name] = [
                (len(row["input_ids"]), sum(1 for label in row["labels"] if label != -100))
                for row in whole.select_columns(["input_ids", "labels"])
            ]
            return super()._prepare_dataset(whole, processing_class, args, packing, formatting_func, dataset_name)

    # TRL names checkpoints' model cards by the class.
    CountingTrainer.__name__ = base.__name__
    return CountingTrainer


NAMED_ROWS = 3


def counted_rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def first_rows(run: dict[str, Any], split: str) -> str:
    """The first rows of a split by their ids, where they have some, and lines; empty where that cannot be told."""
    names: list[str] = []
    try:
        for file in run["dataset"][split]:
            path = Path(run["output"]["folder"]) / file["path"]
            if path.suffix == ".parquet":
                return ""
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    if line.strip() == "":
                        continue
                    if len(names) == NAMED_ROWS:
                        return f" ({'; '.join(names)}; …)"
                    about = json.loads(line).get("metadata")
                    name = about.get("id") if isinstance(about, dict) else None
                    names.append(f"{f'{name}, ' if isinstance(name, str) else ''}{path.name} line {number}")
    except (OSError, ValueError, AttributeError):
        return ""
    return f" ({'; '.join(names)})" if names else ""


def report_prepared(run: dict[str, Any], trainer: Any, facts: dict[str, Any], rows: int, events: Events) -> None:
    """Says how long the rows are and what max_length does to them, and refuses where that is too much."""
    limit = trainer.args.max_length
    prepared = trainer.train_dataset
    if "train" in facts:
        lengths = [length for length, _ in facts["train"]]
        learned = sum(tokens for _, tokens in facts["train"])
        packed = bool(getattr(trainer.args, "packing", False))
        kept = len(prepared) if not packed else rows
    else:
        columns = [name for name in ("chosen_ids", "rejected_ids", "completion_ids") if name in prepared.column_names]
        lengths = [len(row["prompt_ids"]) + max(len(row[name]) for name in columns) for row in prepared]
        learned = None
        packed = False
        kept = len(prepared)
    cut = sum(1 for length in lengths if limit is not None and length > limit)
    dropped = max(0, rows - kept)
    truncated = max(0, cut - dropped) if "train" in facts else cut
    events.emit(
        "prepared",
        kept=kept,
        dropped=dropped,
        truncated=truncated,
        maxLength=limit,
        lengths=percentiles(lengths),
        tokens=sum(lengths),
        learnedTokens=learned,
        packed=len(prepared) if packed else None,
    )
    if kept == 0 or len(prepared) == 0 or learned == 0:
        raise Failure(
            "data",
            "nothing-learned",
            f"no row is left to train on: {dropped} of {counted_rows(rows)} lost every learned token to max_length "
            f"{limit}{first_rows(run, 'train')}",
            dropped=dropped,
            rows=rows,
        )
    share = max(cut, dropped) / max(1, rows)
    allowed = run["checks"]["maxCutShare"]
    if share > allowed:
        raise Failure(
            "data",
            "cut",
            f"max_length {limit} cuts or drops {max(cut, dropped)} of {counted_rows(rows)} ({share:.1%}), "
            f"and {allowed:.1%} are allowed",
            cut=cut,
            dropped=dropped,
            rows=rows,
            longest=max(lengths, default=0),
        )


def report_validation(run: dict[str, Any], trainer: Any, facts: dict[str, Any], events: Events) -> None:
    """
    Says what max_length does to the validation rows. Nothing is learned from them, so cut ones only make the evaluation
    one of their beginnings; it is refused where none is left.
    """
    prepared = trainer.eval_dataset
    if prepared is None or "eval" not in facts:
        return
    limit, rows = trainer.args.max_length, len(facts["eval"])
    if len(prepared) == 0:
        raise Failure(
            "data",
            "nothing-learned",
            f"no validation row is left: of {counted_rows(rows)} every learned token is cut by max_length "
            f"{limit}{first_rows(run, 'validation')}",
        )
    cut = sum(1 for length, _ in facts["eval"] if limit is not None and length > limit)
    if cut / rows > run["checks"]["maxCutShare"]:
        what = "validation row" if rows == 1 else "validation rows"
        events.warn("validation-cut", f"max_length {limit} cuts or drops {cut} of {rows} {what}")


def train(run: dict[str, Any], run_folder: Path, events: Events, stop: Stop) -> None:
    """The whole of a training, from the rows to the saved weights."""
    import_parts(run["method"])
    import torch
    import transformers

    device = resolved_device(run["device"])
    report_environment(run, device, events)
    args = trainer_arguments(run, device)
    transformers.set_seed(args.seed)
    tokenizer = load_tokenizer(run)
    form = run.get("arguments", "object")
    datasets: dict[str, Any] = {}
    for split in ("train", "validation"):
        rows = load_rows(run, run_folder, split)
        datasets[split] = None if rows is None or len(rows) == 0 else fit_arguments(rows, form)
    if datasets["train"] is None:
        raise Failure("data", "no-rows", "the training split has no row")
    row_count = len(datasets["train"])
    events.emit(
        "dataset",
        rows=row_count,
        validationRows=0 if datasets["validation"] is None else len(datasets["validation"]),
        columns=datasets["train"].column_names,
    )
    add_pad_token(tokenizer, events)
    quantization, lora = adapters(run)
    own_template = tokenizer.chat_template
    if run.get("trainingTemplate") is not None:
        tokenizer.chat_template = run["trainingTemplate"]
    elif getattr(args, "assistant_only_loss", False) and any(
        rows is not None and has_untrained_turns(rows) for rows in datasets.values()
    ):
        # The parent marks such turns in the training template; without one they would be learned.
        raise Failure(
            "data", "masks", "rows have turns marked `train: false`, and no training template leaves them out"
        )
    model = load_model(run, args, tokenizer, quantization)
    checkpoints = Path(args.output_dir)
    resume_from, earlier_seconds = last_checkpoint(checkpoints) if resumes(run) else (None, 0.0)
    watch = watch_training(run, events, stop, earlier_seconds)
    callbacks = [watch, *early_stopping(run)]
    facts: dict[str, Any] = {}
    trainer_class = make_trainer_class(run["method"], facts)
    evaluates = datasets["validation"] is not None and args.eval_strategy != "no"
    more: dict[str, Any] = {}
    if run["method"] != "sft" and lora is None and model.get_input_embeddings().weight.shape[0] != embedding_rows(run):
        # TRL would load the reference from its folder, where the added padding token has no embedding.
        import copy

        more["ref_model"] = copy.deepcopy(model)
    try:
        trainer = trainer_class(
            model=model,
            args=args,
            train_dataset=datasets["train"],
            eval_dataset=datasets["validation"] if evaluates else None,
            processing_class=tokenizer,
            callbacks=callbacks,
            peft_config=lora,
            **more,
        )
    except (ValueError, TypeError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise preparation_failure(error) from error
    # accelerate passes over FSDP in silence where the processes have no GPUs.
    if os.environ.get("ACCELERATE_USE_FSDP", "").lower() == "true" and not trainer.is_fsdp_enabled:
        events.warn("not-spread", f"FSDP was asked for, and is not used on {device}: every process holds all weights")
    # The marks serve the tokenising; what is saved, also in checkpoints, keeps the template it came with.
    tokenizer.chat_template = own_template
    report_prepared(run, trainer, facts, row_count, events)
    report_validation(run, trainer, facts, events)
    stop.training = True
    if stop.asked:
        raise Cancelled(0)
    result = trainer.train(resume_from_checkpoint=resume_from)
    state = trainer.state
    if watch.ends and state.global_step < state.max_steps:
        raise Cancelled(state.global_step)
    if state.global_step == 0:
        raise Failure("data", "no-rows", "no step was made: there is nothing to train on")
    stop.training = False
    save(run, trainer, tokenizer, watch, result, resume_from, events, torch)


def resumes(run: dict[str, Any]) -> bool:
    """Whether to go on from the last checkpoint: as the run says, or as a place says that has started the job again."""
    return bool(run["resume"]) or os.environ.get("SFT_RESUME") == "1"


def embedding_rows(run: dict[str, Any]) -> int:
    """The vocabulary that the model was made with."""
    from transformers import AutoConfig

    model = run["model"]
    config = AutoConfig.from_pretrained(
        model["path"], revision=model.get("revision"), trust_remote_code=bool(model.get("trustRemoteCode"))
    )
    return config.get_text_config().vocab_size


def adapters(run: dict[str, Any]) -> tuple[Any, Any]:
    """The quantisation and the adapter that a run asks for."""
    quantization = lora = None
    try:
        if run.get("quantization") is not None:
            import bitsandbytes  # noqa: F401
            from transformers import BitsAndBytesConfig

            quantization = BitsAndBytesConfig(**run["quantization"])
        if run.get("lora") is not None:
            from peft import LoraConfig

            lora = LoraConfig(**{"task_type": "CAUSAL_LM", **run["lora"]})
    except ImportError as error:
        raise Failure("environment", "missing-package", f"{error.name or error} is not installed") from error
    except (TypeError, ValueError) as error:
        raise Failure("config", "lora", str(error)) from error
    return quantization, lora


def early_stopping(run: dict[str, Any]) -> list[Any]:
    """The callback that ends a training whose evaluation does not get better."""
    wanted = run.get("earlyStopping")
    if wanted is None:
        return []
    from transformers import EarlyStoppingCallback

    return [EarlyStoppingCallback(wanted["patience"], wanted.get("threshold", 0.0))]


def preparation_failure(error: BaseException) -> Failure:
    """Why TRL refused to begin."""
    text = str(error).strip()
    if "assistant tokens" in text or "generation" in text and "template" in text:
        return Failure("data", "no-marks", f"the chat template does not tell what the assistant wrote: {text}")
    if "template" in text.lower():
        return Failure("data", "template", text)
    return Failure("config", "refused", text or type(error).__name__)


def save(
    run: dict[str, Any],
    trainer: Any,
    tokenizer: Any,
    watch: Any,
    result: Any,
    resumed_from: str | None,
    events: Events,
    torch: Any,
) -> None:
    """Writes the weights, checks them, merges an adapter, and writes what was measured."""
    folder = Path(run["output"]["folder"])
    history = trainer.state.log_history
    final, partial = folder / "final", folder / "final.partial"
    if RANK == 0:
        shutil.rmtree(partial, ignore_errors=True)
    trainer.accelerator.wait_for_everyone()
    # Every rank: FSDP and ZeRO-3 put the weights together.
    trainer.save_model(str(partial))
    trainer.accelerator.wait_for_everyone()
    if RANK != 0:
        return
    tokenizer.save_pretrained(str(partial))
    (partial / "training_args.bin").unlink(missing_ok=True)
    files = checked_weights(partial, "final")
    shutil.rmtree(final, ignore_errors=True)
    os.replace(partial, final)
    if run.get("lora") is not None and run["mergeAdapter"]:
        files.update(merge(run, trainer, tokenizer, final))
    losses = [entry["loss"] for entry in history if "loss" in entry]
    seconds = watch.elapsed()
    final_loss = losses[-1] if losses else None
    metrics = {
        "metrics": history,
        "finalLoss": final_loss,
        "steps": trainer.state.global_step,
        "epochs": trainer.state.epoch,
        "seconds": seconds,
        "tokens": next((entry["num_tokens"] for entry in reversed(history) if "num_tokens" in entry), None),
        "method": run["method"],
        "model": run["model"],
        "resumedFrom": resumed_from and Path(resumed_from).name,
        "worldSize": WORLD_SIZE,
        "peakGpuMemory": torch.cuda.max_memory_allocated() if torch.cuda.is_available() else None,
        "versions": versions(),
        "fingerprint": run.get("fingerprint"),
        "weights": files,
        "callbackSeconds": watch.seconds,
    }
    write_json(folder / "metrics.json", metrics)
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    events.emit(
        "done",
        finalLoss=final_loss,
        steps=trainer.state.global_step,
        seconds=seconds,
        files=files,
        callbackSeconds=watch.seconds,
        trainSeconds=result.metrics.get("train_runtime"),
    )


def checked_weights(folder: Path, name: str) -> dict[str, str]:
    """The sha256 of each file of weights. @raises Failure where a weight is not a finite number"""
    import torch
    from safetensors import safe_open

    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(str(path), framework="pt") as tensors:
            for key in tensors.keys():  # noqa: SIM118
                tensor = tensors.get_tensor(key)
                if tensor.is_floating_point() and not torch.isfinite(tensor).all():
                    raise Failure("diverged", "weights", f"the trained weights {key} are not finite numbers")
        files[f"{name}/{path.name}"] = sha256(path)
    if not files:
        raise Failure("config", "no-weights", f"the trainer saved no weights to {folder.name}")
    return files


def sha256(path: Path) -> str:
    """The file's hash."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def merge(run: dict[str, Any], trainer: Any, tokenizer: Any, adapter: Path) -> dict[str, str]:
    """
    Puts an adapter into its base model: the only form that every server reads. A base that was loaded quantised, or is
    spread over processes, is loaded once more.
    """
    from peft import PeftModel
    from trl.trainer.utils import create_model_from_path

    folder = Path(run["output"]["folder"])
    merged, partial = folder / "merged", folder / "merged.partial"
    shutil.rmtree(partial, ignore_errors=True)
    model = trainer.accelerator.unwrap_model(trainer.model)
    spread = trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled
    if run.get("quantization") is not None or spread:
        del model
        gc.collect()
        source = run["model"]
        base = create_model_from_path(
            source["path"],
            dtype="bfloat16" if run["dtype"] == "bfloat16" else "float32",
            device_map="cpu",
            trust_remote_code=bool(source.get("trustRemoteCode")),
            **({"revision": source["revision"]} if source.get("revision") else {}),
        )
        highest = max(tokenizer.get_vocab().values())
        if highest >= base.get_input_embeddings().weight.shape[0]:
            base.resize_token_embeddings(highest + 1)
        model = PeftModel.from_pretrained(base, str(adapter))
    model.merge_and_unload(safe_merge=True).save_pretrained(str(partial))
    tokenizer.save_pretrained(str(partial))
    files = checked_weights(partial, "merged")
    shutil.rmtree(merged, ignore_errors=True)
    os.replace(partial, merged)
    return files


# ── the way in ──────────────────────────────────────────────────────────────────────────────────────────────


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, on the GPU or in the process."""
    names = {type(cause).__name__ for cause in causes(error)}
    if names & {"OutOfMemoryError", "MemoryError"}:
        return True
    # On CPUs torch raises a RuntimeError, and so does cuBLAS.
    words = ("out of memory", "can't allocate memory", "not enough memory", "CUBLAS_STATUS_ALLOC_FAILED")
    return any(word in str(cause) for cause in causes(error) for word in words)


# A file that is larger than is allowed, a full disk, a read-only one, a used-up quota.
NO_ROOM = (27, 28, 30, 122)


def is_without_room(error: BaseException) -> bool:
    """Whether a file could not be written. What saves weights raises errors of its own, with the number in the text."""
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.errno in NO_ROOM:
            return True
        if any(f"os error {number})" in str(cause) for number in NO_ROOM):
            return True
        # torch's archives tell no number.
        if isinstance(cause, RuntimeError) and ("file write failed" in str(cause) or "iostream error" in str(cause)):
            return True
    return False


def kind_of(error: BaseException) -> tuple[str, str, int]:
    """Code, text and exit code of an error."""
    if isinstance(error, Failure):
        return error.code, error.text, EXIT[error.kind]
    if is_out_of_memory(error):
        first = next(iter(str(error).strip().splitlines()), "out of memory")
        return "out-of-memory", first, EXIT["memory"]
    if isinstance(error, ImportError):
        return "missing-package", str(error), EXIT["environment"]
    if is_without_room(error):
        return "disk", next(iter(str(error).strip().splitlines()), "no room"), EXIT["disk"]
    for cause in causes(error):
        if isinstance(cause, Failure):
            return cause.code, cause.text, EXIT[cause.kind]
    return "crash", f"{type(error).__name__}: {error}", 1


def fail(error: BaseException, logs: Path, events: Events) -> int:
    """Says why, where the parent finds it, whichever rank it was. @returns the exit code"""
    code, text, exit_code = kind_of(error)
    trace = "".join(traceback.format_exception(error))
    print(trace, file=sys.stderr, flush=True)
    facts = error.facts if isinstance(error, Failure) else {}
    with contextlib.suppress(OSError):
        write_json(
            logs / f"rank-{RANK}.error.json",
            {"rank": RANK, "code": code, "text": text, "exitCode": exit_code, "traceback": trace, "facts": facts},
        )
    said = {"rank": RANK, "code": code, "text": text, "exitCode": exit_code, "traceback": trace, "facts": facts}
    # A rank that lost the others says so; the one that failed knows why.
    if code == "crash":
        said = next((other for other in errors_of_others(logs)), said)
    with contextlib.suppress(OSError):
        events.emit("error", **said)
    return int(said["exitCode"])


def errors_of_others(logs: Path) -> list[dict[str, Any]]:
    """What other ranks left where they failed, the first one first."""
    files = [path for path in logs.glob("rank-*.error.json") if path.name != f"rank-{RANK}.error.json"]
    return [json.loads(path.read_text("utf-8")) for path in sorted(files, key=lambda path: path.stat().st_mtime)]


def main(argv: list[str]) -> int:
    """Reads the run and does it. @returns the exit code"""
    if sys.version_info < (3, 10):  # noqa: UP036
        print(f"Python 3.10 or newer is needed, and this is {sys.version.split()[0]}", file=sys.stderr)
        return EXIT["environment"]
    if argv == ["--fields"]:
        print(json.dumps(installed_fields()))
        return 0
    if len(argv) != 1:
        print(__doc__, file=sys.stderr)
        return EXIT["config"]
    run_file = Path(argv[0])
    run = json.loads(run_file.read_text("utf-8"))
    run_folder = run_file.resolve().parent
    for name in ("folder", "events"):
        run["output"][name] = str(run_folder / run["output"][name])
    logs = Path(run["output"]["folder"]) / "logs"
    keep_output(logs)
    events = Events(Path(run["output"]["events"]))
    try:
        stop = Stop(events)
        end_with_parent()
        events.emit("start", pid=os.getpid(), host=socket.gethostname(), argv=[Path(sys.argv[0]).name, *argv], protocol=PROTOCOL)
        events.beat()
        if run["protocol"] != PROTOCOL:
            raise Failure("config", "protocol", f"run.json has protocol {run['protocol']}, and this worker {PROTOCOL}")
        train(run, run_folder, events, stop)
        return 0
    except Cancelled as end:
        # torchrun ends the other ranks when one failed: that is no cancelling.
        for why in errors_of_others(logs):
            events.emit("error", **why)
            return int(why["exitCode"])
        events.emit("cancelled", step=end.step)
        return EXIT["cancelled"]
    except BaseException as error:  # noqa: BLE001
        return fail(error, logs, events)


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of libraries must not hold a process that is done.
    os._exit(status)

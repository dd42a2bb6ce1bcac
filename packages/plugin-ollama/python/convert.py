"""Runs llama.cpp's converter on a model folder.

    convert.py LLAMA_CPP MODEL [--pre-tokenizer NAME] [--begin-of-text yes|no] [--before-template TEXT]
               [--end-of-turn ID] ARGUMENTS…

The other arguments are the converter's own. `--begin-of-text` says whether that token is put before a prompt,
`--before-template` what is written before the chat template, `--end-of-turn` a token that ends generation beside the
vocabulary's own one.

The converter tells a BPE vocabulary's pre-tokenizer by a hash of the ids it gives to one text, so it knows published
vocabularies only. Where it does not know one, the patterns in tokenizer.json say which pre-tokenizer splits in the same
way; the ids are compared afterwards. Exit codes: 3 a pre-tokenizer that nobody knows, 4 an architecture that is not
supported; the last line of stderr then is `sftkit: REASON`.
"""

import argparse
import json
import re
import runpy
import sys
from pathlib import Path

from sentencepiece_vocabulary import begins_with_space, is_sentencepiece, strips_after_special, vocabulary

UNKNOWN_PRE_TOKENIZER = 3
UNKNOWN_ARCHITECTURE = 4

WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
LEAD = r"[^\r\n\p{L}\p{N}]?"
CASED_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CL100K = WORDS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + REST

# What tokenizer.json splits by → llama.cpp's name for a pre-tokenizer that splits in the same way.
BY_PATTERNS = {
    (WORDS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + REST,): "qwen2",
    (
        WORDS
        + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
        + r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ): "qwen35",
    (CL100K,): "dbrx",
    (f"{LEAD}{UPPER}*{LOWER}+|{LEAD}{UPPER}+{LOWER}*" + r"|\p{N}" + CASED_REST,): "tekken",
    (
        f"{LEAD}{UPPER}*{LOWER}+{WORDS}?|{LEAD}{UPPER}+{LOWER}*{WORDS}?" + r"|\p{N}{1,3}" + CASED_REST,
    ): "gpt-4o",
    (
        r"\p{N}{1,3}",
        "[一-龥\u3040-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
        "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    ): "deepseek-v3",
    ("digits", "byte-level"): "smollm",
    ("byte-level",): "gpt-2",
}


def split_patterns(tokenizer: dict) -> tuple[str, ...]:
    """What the pre-tokenizer of a tokenizer.json splits by, step by step."""
    patterns = []

    def add(step: dict | None) -> None:
        kind = (step or {}).get("type")
        if kind == "Sequence":
            for inner in step["pretokenizers"]:
                add(inner)
        elif kind == "Split":
            pattern = step["pattern"]
            patterns.append(pattern.get("Regex", pattern.get("String", "?")))
        elif kind == "Digits":
            patterns.append("digits" if step.get("individual_digits") else "numbers")
        elif kind == "ByteLevel":
            if step.get("use_regex", True):
                patterns.append("byte-level")
        elif kind is not None:
            patterns.append(kind)

    add(tokenizer.get("pre_tokenizer"))
    return tuple(patterns)


def pre_tokenizer_of(folder: Path) -> str | None:
    """llama.cpp's name for how tokenizer.json splits, or None where no known one does."""
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    patterns = split_patterns(tokenizer)
    if patterns == (CL100K,) and tokenizer["model"].get("ignore_merges"):
        return "llama-bpe"
    return BY_PATTERNS.get(patterns)


def stop(code: int, reason: str) -> None:
    print(f"sftkit: {reason}", file=sys.stderr)
    sys.exit(code)


def patch(model_class: type, folder: Path, named: str | None) -> None:
    """Has the converter fall back on the patterns, or use the name that was given."""
    known = model_class.get_vocab_base_pre

    def get_vocab_base_pre(self, tokenizer) -> str:
        if named is not None:
            return named
        try:
            return known(self, tokenizer)
        except NotImplementedError:
            found = pre_tokenizer_of(folder)
            if found is not None:
                return found
        patterns = split_patterns(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")))
        stop(UNKNOWN_PRE_TOKENIZER, json.dumps(patterns, ensure_ascii=False))

    model_class.get_vocab_base_pre = get_vocab_base_pre


def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("llama_cpp", type=Path)
    options.add_argument("folder", type=Path)
    options.add_argument("--pre-tokenizer")
    options.add_argument("--begin-of-text", choices=["yes", "no"])
    options.add_argument("--before-template", default="")
    options.add_argument("--end-of-turn", type=int)
    options.add_argument("--model-name", default="model")
    ours, others = options.parse_known_args(arguments)
    folder = ours.folder
    # What an earlier conversion in this interpreter changed is not to be found again.
    for name in [name for name in sys.modules if name.partition(".")[0] in ("conversion", "gguf", "convert_hf_to_gguf")]:
        del sys.modules[name]
    sys.path[:0] = [str(ours.llama_cpp), str(ours.llama_cpp / "gguf-py")]
    script = ours.llama_cpp / "convert_hf_to_gguf.py"
    tokenizer = read_tokenizer(folder)
    sys.argv = [str(script), str(folder), "--model-name", model_name(ours.model_name, tokenizer), *others]
    try:
        from conversion.base import TextModel
    except ModuleNotFoundError as missing:
        if missing.name not in ("conversion", "conversion.base"):
            raise
        # Before it was cut into a package, the converter was one file.
        import convert_hf_to_gguf as converter

        patch(getattr(converter, "TextModel", converter.Model), folder, ours.pre_tokenizer)
        converter.main()
        return
    patch(TextModel, folder, ours.pre_tokenizer)
    check_architecture(folder)
    if is_sentencepiece(tokenizer):
        patch_sentencepiece(TextModel, tokenizer, folder)
    else:
        patch_phi(folder)
    patch_metadata(TextModel, ours, tokenizer)
    runpy.run_path(str(script), run_name="__main__")


def read_tokenizer(folder: Path) -> dict:
    file = folder / "tokenizer.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def architecture_of(folder: Path) -> str:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return (config.get("architectures") or ["none"])[0]


def model_name(name: str, tokenizer: dict) -> str:
    """llama.cpp tells by this name whether special tokens take the white space after them, as those of Phi 3 do."""
    if strips_after_special(tokenizer):
        return name if re.search("phi-?3", name, re.I) else f"{name} (Phi-3)"
    return re.sub("phi-?(?=3)", "Phi ", name, flags=re.I)


def patch_sentencepiece(model_class: type, tokenizer: dict, folder: Path) -> None:
    """Takes a SentencePiece vocabulary from tokenizer.json, which is what transformers use."""
    architecture = architecture_of(folder)

    def create(self):
        size = self.find_hparam(["vocab_size_per_layer_input", "vocab_size"], optional=True) or 0
        known = len(tokenizer["model"]["vocab"]) + len(tokenizer.get("added_tokens") or [])
        if architecture.startswith("Gemma3F") and not (folder / "tokenizer.model").exists():
            # The converter leaves rows of the embedding out from there on.
            size = min(size, known)
        return vocabulary(tokenizer, size or known, self.does_token_look_special)

    model_class._create_vocab_sentencepiece = create
    if architecture.startswith("Gemma3F"):
        from conversion.gemma import Gemma3Model

        Gemma3Model.set_vocab = lambda self: self._set_vocab_sentencepiece()
    if architecture == "Phi3ForCausalLM":
        from conversion.phi import Phi3MiniModel

        Phi3MiniModel.set_vocab = lambda self: self._set_vocab_sentencepiece()


def patch_metadata(model_class: type, ours: argparse.Namespace, tokenizer: dict) -> None:
    """Says last what the converter leaves to defaults: what stands before a prompt and its texts, and what ends a turn."""
    known = model_class.prepare_metadata

    def prepare_metadata(self, vocab_only: bool) -> None:
        known(self, vocab_only=vocab_only)
        writer = self.gguf_writer
        values = writer.kv_data[0]
        if ours.begin_of_text is not None:
            writer.add_add_bos_token(ours.begin_of_text == "yes")
        if ours.end_of_turn is not None:
            # Engines do not see a special token as text, so that no stop of theirs finds it.
            writer.kv_data[0].pop("tokenizer.ggml.eot_token_id", None)
            writer.add_eot_token_id(ours.end_of_turn)
        if is_sentencepiece(tokenizer):
            writer.add_add_space_prefix(begins_with_space(tokenizer))
        template = values.get("tokenizer.chat_template")
        if ours.before_template and template is not None:
            writer.add_chat_template(ours.before_template + template.value)

    model_class.prepare_metadata = prepare_metadata


def patch_phi(folder: Path) -> None:
    """Phi 4's byte-level vocabulary is told by a class name that transformers 5 no longer writes."""
    if architecture_of(folder) != "Phi3ForCausalLM" or (folder / "tokenizer.model").exists():
        return
    from conversion.phi import Phi3MiniModel

    Phi3MiniModel.set_vocab = lambda self: self._set_vocab_gpt2()


def check_architecture(folder: Path) -> None:
    from conversion import MMPROJ_MODEL_MAP, TEXT_MODEL_MAP  # noqa: F401

    if architecture_of(folder) not in TEXT_MODEL_MAP:
        stop(UNKNOWN_ARCHITECTURE, architecture_of(folder))


main(sys.argv[1:])

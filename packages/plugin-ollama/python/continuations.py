"""Which tokens a model itself adds to prompts, each the likeliest, in 32-bit floats.

    continuations.py REQUEST.json ANSWER.json

The request: `model`, a folder; `limit`, how many tokens at most; `ends`, tokens that end generation beside the model's
own; `threads`; `chats`, each `{ids, draft}`. A draft is what another program would add: a token of it that the model chooses too
costs nothing but a place in one pass over all of them. At the first that it does not choose it puts its own and goes no
further; with `alone` there are no drafts, and it goes on by itself. The answer's `chats` have `{tokens, logprobs,
stopped, text}`.
"""

import inspect
import json
import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

# The worker's, so that a model that is asked again is not loaded again.
kept: dict = globals().get("kept", {})

AT_ONCE = 1 << 24


@torch.no_grad()
def main(request_path: str, answer_path: str) -> None:
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    path, alone = request["model"], request["alone"]
    torch.set_num_threads(request["threads"])
    if ("model", path) not in kept:
        kept["model", path] = load(path, "float32" if alone else "auto")
    if ("tokenizer", path) not in kept:
        kept["tokenizer", path] = AutoTokenizer.from_pretrained(path)
    model, tokenizer = kept["model", path], kept["tokenizer", path]
    own = model.generation_config.eos_token_id
    ends = {*request["ends"], *(own if isinstance(own, list) else [own] if own is not None else [])}
    answers = []
    for chat in request["chats"]:
        chosen = Chosen(model, ends, request["limit"])
        (chosen.go_on if alone else chosen.follow)(chat["ids"], chat["draft"])
        text = tokenizer.decode(chosen.tokens, skip_special_tokens=False)
        answers.append(
            {"tokens": chosen.tokens, "logprobs": chosen.logprobs, "stopped": chosen.stopped, "text": text}
        )
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump({"chats": answers}, file)


def load(path: str, dtype: str):
    model = AutoModelForCausalLM.from_pretrained(path, dtype=dtype).eval()
    compute_in_float32(model)
    return model


def compute_in_float32(model) -> None:
    """Keeps the large weights as they are in the file, mapped into memory, and widens each as it is used."""
    for module in model.modules():
        wide = type(module) not in (nn.Linear, nn.Embedding)
        for name, weights in module.named_parameters(recurse=False):
            if weights.dtype.is_floating_point and (wide or name != "weight"):
                weights.data = weights.data.float()
        for name, values in module.named_buffers(recurse=False):
            if values.dtype.is_floating_point:
                setattr(module, name, values.float())
    for module in model.modules():
        if type(module) in (nn.Linear, nn.Embedding) and module.weight.dtype != torch.float32:
            forward = linear if type(module) is nn.Linear else embedding
            module.forward = forward.__get__(module)


def linear(self, inputs):
    rows = max(1, AT_ONCE // self.in_features)
    parts = [functional.linear(inputs, part.float()) for part in self.weight.split(rows)]
    outputs = parts[0] if len(parts) == 1 else torch.cat(parts, -1)
    return outputs if self.bias is None else outputs + self.bias


def embedding(self, ids):
    return functional.embedding(ids, self.weight, self.padding_idx).float()


class Chosen:
    """The tokens that a model chose after a prompt."""

    def __init__(self, model, ends: set[int], limit: int) -> None:
        self.model, self.ends, self.limit = model, ends, limit
        self.tokens: list[int] = []
        self.logprobs: list[float] = []
        self.stopped = False

    def choose(self, logits) -> int:
        likelihoods = torch.log_softmax(logits.float(), -1)
        token = int(likelihoods.argmax())
        self.tokens.append(token)
        self.logprobs.append(float(likelihoods[token]))
        self.stopped = token in self.ends
        return token

    @property
    def done(self) -> bool:
        return self.stopped or len(self.tokens) >= self.limit

    def follow(self, ids: list[int], draft: list[int]) -> None:
        draft = draft[: self.limit]
        taken = len(draft) + 1
        keeps = "logits_to_keep" in inspect.signature(self.model.forward).parameters
        inputs = torch.tensor([[*ids, *draft]])
        out = self.model(input_ids=inputs, use_cache=False, **({"logits_to_keep": taken} if keeps else {}))
        for logits, drafted in zip(out.logits[0, -taken:], [*draft, None]):
            if self.choose(logits) != drafted or self.done:
                return

    def go_on(self, ids: list[int], draft: list[int]) -> None:
        out = self.model(input_ids=torch.tensor([[*ids, *draft]]), use_cache=True)
        while True:
            token = self.choose(out.logits[0, -1])
            if self.done:
                return
            out = self.model(input_ids=torch.tensor([[token]]), past_key_values=out.past_key_values, use_cache=True)


main(*sys.argv[1:3])

"""Merges a LoRA adapter into its base: merge.py ADAPTER BASE INTO. BASE is a folder, or a name in the local cache."""

import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from peft import PeftModel  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402


def main(adapter: str, base: str, into: str) -> None:
    model = AutoModelForCausalLM.from_pretrained(base, dtype="auto")
    tokenizer = tokenizer_of(adapter, base)
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        # Tokens were added for the training, and the adapter carries their embeddings.
        model.resize_token_embeddings(len(tokenizer))
    merged = PeftModel.from_pretrained(model, adapter).merge_and_unload()
    merged.save_pretrained(into)
    tokenizer.save_pretrained(into)


def tokenizer_of(adapter: str, base: str):
    """The adapter's own, which has what was added to it, or the base's."""
    own = any(os.path.exists(os.path.join(adapter, name)) for name in ("tokenizer.json", "tokenizer.model"))
    return AutoTokenizer.from_pretrained(adapter if own else base)


main(*sys.argv[1:4])

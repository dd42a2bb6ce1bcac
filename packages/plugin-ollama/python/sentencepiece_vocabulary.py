"""SentencePiece's vocabularies, read from tokenizer.json.

transformers 5 saves no tokenizer.model. llama.cpp's converter then refuses Gemma and Phi 3, and gives every token of
Llama 2's and Mistral's the same score, after which texts are cut otherwise. What tokenizer.json has is enough: llama.cpp
joins the pair whose token has the highest score, and the merges say in which order that has to be.
"""

import re

# llama.cpp's types of tokens.
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
NEVER_JOINED = -1e9


def is_sentencepiece(tokenizer: dict) -> bool:
    """Whether a tokenizer.json is what SentencePiece's BPE becomes: pairs are merged, and bytes stand for the rest."""
    model = tokenizer.get("model") or {}
    return model.get("type") == "BPE" and bool(model.get("byte_fallback"))


def vocabulary(tokenizer: dict, size: int, looks_special) -> tuple[list[bytes], list[float], list[int]]:
    """Texts, scores and types of `size` tokens; `looks_special` says which added ones are control tokens in spite of
    what is written."""
    model = tokenizer["model"]
    tokens = [f"[PAD{at}]".encode() for at in range(size)]
    scores = [NEVER_JOINED] * size
    types = [UNUSED] * size
    rank = {}
    for at, merge in enumerate(model["merges"]):
        left, right = merge.split(" ", 1) if isinstance(merge, str) else merge
        rank.setdefault(left + right, at)
    for text, at in model["vocab"].items():
        if at >= size:
            continue
        tokens[at] = text.encode("utf-8")
        scores[at] = float(-rank[text]) if text in rank else NEVER_JOINED
        types[at] = BYTE if re.fullmatch("<0x[0-9A-F]{2}>", text) else NORMAL
    for added in tokenizer.get("added_tokens") or []:
        at, text = added["id"], added["content"]
        if at >= size:
            continue
        special = added.get("special") or looks_special(text)
        types[at] = CONTROL if special else USER_DEFINED
        # llama.cpp looks for these before it writes spaces in its own way.
        tokens[at] = (text if special else text.replace("\u2581", " ")).encode("utf-8")
        scores[at] = -1000.0
    unknown = model["vocab"].get(model.get("unk_token"))
    if unknown is not None and unknown < size:
        types[unknown] = UNKNOWN
    return tokens, scores, types


def begins_with_space(tokenizer: dict) -> bool:
    """Whether a space is put before every text between two special tokens, not before the first one alone: chats begin
    with a special token."""
    before = tokenizer.get("pre_tokenizer") or {}
    if any(step.get("type") == "Prepend" for step in steps(tokenizer.get("normalizer"), "normalizers")):
        return True
    for step in steps(before, "pretokenizers"):
        if step.get("type") == "Metaspace":
            # Before there were schemes it was yes or no.
            scheme = step.get("prepend_scheme") or ("always" if step.get("add_prefix_space") else "never")
            return scheme == "always"
    return False


def steps(part: dict | None, inside: str) -> list[dict]:
    if not part:
        return []
    return part[inside] if part.get("type") == "Sequence" else [part]


def strips_after_special(tokenizer: dict) -> bool:
    """Whether special tokens take the white space after them, as those of Phi 3 do."""
    return any(added.get("rstrip") and added.get("special") for added in tokenizer.get("added_tokens") or [])

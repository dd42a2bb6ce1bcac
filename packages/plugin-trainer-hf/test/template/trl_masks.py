"""Tokens and masks of chat templates as TRL computes them, with tokenizers that are trained here.

Usage: trl_masks.py FAMILIES.json ROWS.jsonl OUT

FAMILIES.json is a list of {name, trl? or text?, kind, bos?, eos, swallow?}. For each family a folder OUT/<name> is
written with a tokenizer of its own (tokenizer.json, tokenizer_config.json, chat_template.jinja). The first line of the
answer has, by family, how TRL trains it (own marks, a patched template, or none) and for each row either {ids, mask} or
{error}; then templates can be sent, a line each time.
"""

import json
import re
import sys
from pathlib import Path

import trl
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from trl.chat_template_utils import get_training_chat_template, has_generation_markers
from trl.data_utils import _tokenize

TEMPLATES = Path(trl.__file__).parent / "chat_templates"
CONTROL = re.compile(
    r"<\|[^|<>\s]+\|?>|<[a-z_]+\|>|<｜[^｜<>\s]+｜>|<(?:start|end)_of_turn>|\[/?[A-Z_]+\]|</?think>|</?tool_call>"
)
BYTE = re.compile("<0x[0-9A-F]{2}>")
WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|\s*[\r\n]+|\s+(?!\S)|\s+"


def train_tokenizer(family: dict, template: str, texts: list[str]) -> Tokenizer:
    """A BPE tokenizer over the texts: bytes as GPT-2 spells them, or SentencePiece's spaces with byte fallback."""
    special = sorted(set(CONTROL.findall(template)) | set(family.get("special", [])))
    special += [token for token in (family.get("bos"), family["eos"], "<pad>") if token and token not in special]
    if family["kind"] == "bytes":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.normalizer = normalizers.NFC()
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(pattern=Regex(WORDS), behavior="isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    else:
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
        tokenizer.normalizer = (
            normalizers.Replace(" ", "▁")
            if family["kind"] == "spaces"
            else normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        )
        tokenizer.decoder = decoders.Sequence(
            [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
        )
        special = ["<unk>", *[f"<0x{byte:02X}>" for byte in range(256)], *special]
        alphabet = []
    trainer = trainers.BpeTrainer(vocab_size=1200, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    if family["kind"] == "bytes":
        return tokenizer
    # The bytes of a SentencePiece vocabulary are ordinary tokens, which no text spells.
    written = json.loads(tokenizer.to_str())
    written["added_tokens"] = [token for token in written["added_tokens"] if not BYTE.fullmatch(token["content"])]
    return Tokenizer.from_str(json.dumps(written))


def write_family(family: dict, texts: list[str], folder: Path) -> PreTrainedTokenizerFast:
    template = family.get("text") or (TEMPLATES / f"{family['trl']}.jinja").read_text(encoding="utf-8")
    tokenizer = train_tokenizer(family, template, texts)
    if family.get("swallow"):
        tokenizer.add_special_tokens([AddedToken(token, rstrip=True) for token in family["swallow"]])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=family["eos"], bos_token=family.get("bos"), pad_token="<pad>"
    )
    fast.chat_template = template
    fast.save_pretrained(folder)
    return fast


def mask_of(tokenizer: PreTrainedTokenizerFast, row: dict, template: str | None) -> dict:
    try:
        out = _tokenize(
            tokenizer,
            row["messages"],
            return_assistant_tokens_mask=True,
            chat_template=template,
            tools=row.get("tools"),
            **row.get("chat_template_kwargs", {}),
        )
    except Exception as error:  # noqa: BLE001 - templates refuse rows with errors of many kinds
        return {"error": f"{type(error).__name__}: {error}"}
    return {"ids": out["input_ids"], "mask": out["assistant_masks"]}


def masks_of(tokenizer: PreTrainedTokenizerFast, rows: list[dict]) -> dict:
    if has_generation_markers(tokenizer.chat_template):
        return {"by": "own", "rows": [mask_of(tokenizer, row, None) for row in rows]}
    try:
        template = get_training_chat_template(tokenizer)
    except ValueError:
        return {"by": "none"}
    return {"by": "trl", "rows": [mask_of(tokenizer, row, template) for row in rows]}


def main() -> None:
    families = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rows = [json.loads(line) for line in Path(sys.argv[2]).read_text(encoding="utf-8").split("\n")]
    out = Path(sys.argv[3])
    texts = [json.dumps(row, ensure_ascii=False) for row in rows]
    tokenizers = {family["name"]: write_family(family, texts, out / family["name"]) for family in families}
    said = {name: masks_of(tokenizer, rows) for name, tokenizer in tokenizers.items()}
    print(json.dumps(said), flush=True)
    # Then, for each line of {family: [template, …]}, the masks with those templates, and those of the model's own.
    for line in sys.stdin:
        answer = {
            name: {
                "plain": [ids_of(tokenizers[name], row) for row in rows],
                "marked": [[mask_of(tokenizers[name], row, template) for row in rows] for template in templates],
            }
            for name, templates in json.loads(line).items()
        }
        print(json.dumps(answer), flush=True)


def ids_of(tokenizer: PreTrainedTokenizerFast, row: dict) -> list[int] | None:
    try:
        return tokenizer.apply_chat_template(row["messages"], tools=row.get("tools"), return_dict=False)
    except Exception:  # noqa: BLE001
        return None


if __name__ == "__main__":
    main()

"""Tokenizers as the families have them, trained on a few rows."""

import io
import json
import os
from pathlib import Path

import sentencepiece
import trl
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

SPACE = "\u2581"


def template_text(family) -> str:
    name = family["template"]
    if "{%" in name:
        return name
    places = [Path(name), Path(trl.__file__).parent / "chat_templates" / f"{name}.jinja"]
    if "LLAMA_CPP_PATH" in os.environ:
        places.append(Path(os.environ["LLAMA_CPP_PATH"]) / "models" / "templates" / f"{name}.jinja")
    text = next(place for place in places if place.is_file()).read_text("utf-8")
    for old, new in family.get("replace", []):
        if old not in text:
            raise SystemExit(f"the template has no {old}")
        text = text.replace(old, new)
    return text


def make_tokenizer(family, rows, size: int, folder: Path) -> PreTrainedTokenizerFast:
    template = template_text(family)
    texts = [json.dumps(row, ensure_ascii=False) for row in rows] + [template]
    tokenizer = by_sentencepiece(family, texts, folder) if "sentencepiece" in family else byte_level(family, texts, size)
    # Special for transformers alone: a tag of tool calls is text that a reader of answers sees.
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in family.get("plain", [])])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=family.get("bos"),
        eos_token=family["end"],
        pad_token="<unk>" if "sentencepiece" in family else family["special"][0],
        chat_template=template,
        model_max_length=4096,
        **({"unk_token": "<unk>"} if "sentencepiece" in family else {}),
    )


def byte_level(family, texts, size: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(ignore_merges=family.get("ignore_merges", False)))
    if family["split"] == "digits":
        steps = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    else:
        split = pre_tokenizers.Split(Regex(family["split"]), "isolated")
        steps = [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=family["special"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def by_sentencepiece(family, texts, folder: Path) -> Tokenizer:
    """What transformers make of a tokenizer.model: its pieces, and all merges that lead to them, the likeliest first."""
    gemma = family["sentencepiece"] == "none"
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for text in texts for line in text.split("\n")),
        model_writer=written,
        model_type="bpe",
        vocab_size=700,
        byte_fallback=True,
        split_digits=True,
        allow_whitespace_only_pieces=True,
        remove_extra_whitespaces=False,
        add_dummy_prefix=not gemma,
        normalization_rule_name="identity",
        character_coverage=1.0,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        bos_piece=family["bos"],
        eos_piece="<eos>" if gemma else "</s>",
        user_defined_symbols=family["special"] if gemma else [],
        num_threads=1,
        minloglevel=2,
    )
    if family.get("keep_model"):
        (folder / "tokenizer.model").write_bytes(written.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    vocabulary = {pieces.id_to_piece(at): at for at in range(pieces.get_piece_size())}
    fixed = {
        text
        for text, at in vocabulary.items()
        if pieces.is_control(at) or pieces.is_unknown(at) or pieces.is_byte(at) or text in family["special"]
    }
    merges = [
        (text[:cut], text[cut:])
        for text in sorted(vocabulary, key=vocabulary.get)
        if text not in fixed
        for cut in range(1, len(text))
        if text[:cut] in vocabulary and text[cut:] in vocabulary
    ]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if family["sentencepiece"] == "first":
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, prepend_scheme="first", split=False)
    elif family["sentencepiece"] == "each":
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    else:
        tokenizer.normalizer = normalizers.Replace(" ", SPACE)
        tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    strip = [] if gemma else [decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), *strip]
    )
    own = ["<unk>", family["bos"], "<eos>" if gemma else "</s>"]
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False, rstrip=token in family.get("strip", []))
            for token in [*own, *family["special"]]
        ]
    )
    return tokenizer

"""Makes a tiny model that knows nothing: a Qwen2 of about 0.2 million weights, its tokenizer trained on the given rows.

    python tiny_model.py FOLDER ROWS.jsonl... [--template FILE] [--seed N] [--no-pad]

The chat template is that of Qwen2.5 as the installed TRL has it, so tools, calls and results are rendered; another one
is read from a file.
"""

import argparse
import json
from pathlib import Path

import torch
import trl
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

# How Qwen2's tokenizer cuts text into words: a vocabulary of our own, and yet one that converters know.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CALL_MARKS = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]


def texts(value):
    """Every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def learned_part(row):
    """What of a row reaches the template."""
    return {key: row[key] for key in ("messages", "prompt", "completion", "chosen", "rejected", "tools") if key in row}


def make_tokenizer(files, vocabulary):
    """A byte-level BPE trained on the rows."""
    lines = [json.loads(line) for file in files for line in Path(file).read_text("utf-8").split("\n") if line.strip()]
    rows = [learned_part(line) for line in lines]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(CALL_MARKS),
        special_tokens=[PAD, START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    corpus = [json.dumps(row, ensure_ascii=False) for row in rows] + [" ".join(texts(row)) for row in rows]
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", nargs="+")
    parser.add_argument("--template", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--vocabulary", type=int, default=2000)
    parser.add_argument("--no-pad", action="store_true")
    options = parser.parse_args()
    template = options.template or Path(trl.__file__).parent / "chat_templates" / "qwen2_5.jinja"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=make_tokenizer(options.rows, options.vocabulary),
        eos_token=END,
        pad_token=None if options.no_pad else PAD,
        chat_template=template.read_text("utf-8"),
        model_max_length=32768,
    )
    # Tokens of their own, and yet text that a reader of answers sees.
    tokenizer.add_tokens(CALL_MARKS)
    torch.manual_seed(options.seed)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        tie_word_embeddings=True,
        # Wider than usual: so small a model learns where to look much sooner.
        initializer_range=0.1,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = Qwen2ForCausalLM(config)
    model.generation_config.do_sample = False
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(options.folder)
    tokenizer.save_pretrained(options.folder)
    print(json.dumps({"parameters": sum(part.numel() for part in model.parameters()), "vocabulary": len(tokenizer)}))


if __name__ == "__main__":
    main()

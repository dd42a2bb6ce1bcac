"""Makes a tiny model of a family that has learned some chats by heart.

    python tiny_family.py FAMILY FOLDER ROWS.jsonl [--steps N] [--template NAME|FILE] [--hidden N] [--layers N]

Its architecture is the family's, its vocabulary is trained on the rows, its template is one of the installed TRL's.
ROWS are `{messages, tools}`, and the last message of each is learned.
"""

import argparse
import json
from pathlib import Path

import torch
import transformers
import trl
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN = CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
CHATML = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CALLS = ["<tool_call>", "</tool_call>"]
LLAMA = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>"]

FAMILIES = {
    "qwen2": {"config": "Qwen2Config", "split": QWEN, "special": CHATML, "plain": CALLS, "end": "<|im_end|>", "template": "qwen2_5"},
    "qwen3": {
        "config": "Qwen3Config",
        "split": QWEN,
        "special": CHATML,
        "plain": [*CALLS, "<think>", "</think>"],
        "end": "<|im_end|>",
        "template": "qwen3",
        "extra": {"head_dim": 16},
    },
    "llama3": {
        "config": "LlamaConfig",
        "split": CL100K,
        "ignore_merges": True,
        "special": LLAMA,
        "bos": "<|begin_of_text|>",
        "end": "<|eot_id|>",
        "template": "llama3",
    },
    "llama3.1": {
        "config": "LlamaConfig",
        "split": CL100K,
        "ignore_merges": True,
        "special": LLAMA,
        "bos": "<|begin_of_text|>",
        "end": "<|eot_id|>",
        "template": "llama3_1",
    },
    "smollm": {"config": "LlamaConfig", "split": "digits", "special": CHATML, "end": "<|im_end|>", "template": "qwen2_5"},
    "phi4": {
        "config": "Phi3Config",
        "split": CL100K,
        "special": ["<|endoftext|>", "<|user|>", "<|assistant|>", "<|system|>", "<|end|>"],
        "end": "<|end|>",
        "template": "phi3_5",
        "extra": {"pad_token_id": 0},
    },
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("family", choices=[*FAMILIES])
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--template")
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--vocabulary", type=int, default=1200)
    parser.add_argument("--split", help="another pattern to split words by")
    options = parser.parse_args()
    torch.manual_seed(7)
    torch.set_num_threads(1)
    family = FAMILIES[options.family] | ({"split": options.split} if options.split else {})
    rows = [json.loads(line) for line in options.rows.read_text("utf-8").splitlines() if line.strip()]
    tokenizer = make_tokenizer(family, rows, options.vocabulary, template_text(options.template or family["template"]))
    model = make_model(family, tokenizer, options)
    learn(model, tokenizer, rows, options.steps)
    model.generation_config.do_sample = False
    model.save_pretrained(options.folder)
    tokenizer.save_pretrained(options.folder)


def template_text(name: str) -> str:
    own = Path(name)
    shipped = Path(trl.__file__).parent / "chat_templates" / f"{name}.jinja"
    return (own if own.suffix else shipped).read_text("utf-8")


def make_tokenizer(family, rows, vocabulary, template):
    tokenizer = Tokenizer(models.BPE(ignore_merges=family.get("ignore_merges", False)))
    if family["split"] == "digits":
        steps = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    else:
        split = pre_tokenizers.Split(Regex(family["split"]), "isolated")
        steps = [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=family["special"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([json.dumps(row, ensure_ascii=False) for row in rows] + [template], trainer)
    # Special for transformers alone: a tag of tool calls is text that a reader of answers sees.
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in family.get("plain", [])])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=family.get("bos"),
        eos_token=family["end"],
        pad_token=family["special"][0],
        chat_template=template,
        model_max_length=4096,
    )


def make_model(family, tokenizer, options):
    config = getattr(transformers, family["config"])(
        vocab_size=len(tokenizer),
        hidden_size=options.hidden,
        intermediate_size=options.hidden * 2,
        num_hidden_layers=options.layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=False,
        **{
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            **family.get("extra", {}),
        },
    )
    return AutoModelForCausalLM.from_config(config)


def learn(model, tokenizer, rows, steps) -> None:
    examples = [encode(tokenizer, row) for row in rows]
    longest = max(len(ids) for ids, _ in examples)
    ids = torch.tensor([ids + [tokenizer.pad_token_id] * (longest - len(ids)) for ids, _ in examples])
    labels = torch.tensor([labels + [-100] * (longest - len(labels)) for _, labels in examples])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in examples])
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=max(steps, 2))
    model.train()
    for _ in range(steps):
        loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    print(json.dumps({"loss": loss.item() if steps else None, "tokens": longest}))


def encode(tokenizer, row):
    """Ids of the whole chat, and as labels those of the last message up to the token that ends it."""

    def ids_of(messages, prompt):
        text = tokenizer.apply_chat_template(
            messages, tools=row.get("tools"), add_generation_prompt=prompt, tokenize=False
        )
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    prompt = ids_of(row["messages"][:-1], True)
    whole = ids_of(row["messages"], False)
    end = len(whole) - whole[::-1].index(tokenizer.eos_token_id)
    answer = whole[len(ids_of(row["messages"][:-1], True)) : end] if whole[: len(prompt)] == prompt else None
    if answer is None:
        raise SystemExit("the template renders the prompt in another way where an answer follows")
    return prompt + answer, [-100] * len(prompt) + answer


main()

"""Makes tiny models that have learned some chats by heart.

    python tiny_family.py FAMILY[,FAMILY…] FOLDER ROWS.jsonl [--steps N] [--template NAME|FILE] [--hidden N] [--layers N]

Where there is a comma, each gets a folder of its name in FOLDER. The architecture is the family's, the vocabulary is trained
on the rows, the template comes from the installed TRL, from llama.cpp's source (LLAMA_CPP_PATH), or from a file.
ROWS are `{messages, tools}`, and the last message of each is learned, where the template takes the row.
"""

import argparse
import json
from pathlib import Path

import torch
import transformers
from families import FAMILIES
from transformers import AutoModelForCausalLM
from vocabularies import make_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("families")
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--template")
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--vocabulary", type=int, default=1200)
    parser.add_argument("--split", help="another pattern to split words by")
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = [json.loads(line) for line in options.rows.read_text("utf-8").splitlines() if line.strip()]
    for name in filter(None, options.families.split(",")):
        make(name, options.folder / name if "," in options.families else options.folder, rows, options)


def make(name: str, folder: Path, rows: list[dict], options) -> None:
    torch.manual_seed(7)
    family = FAMILIES[name] | ({"split": options.split} if options.split else {})
    if options.template:
        family["template"] = options.template
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer(family, rows, options.vocabulary, folder)
    model = make_model(family, tokenizer, options)
    learn(model, tokenizer, rows, tokenizer.convert_tokens_to_ids(family.get("turn", family["end"])), options.steps)
    model.generation_config.do_sample = False
    if "turn" in family:
        model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids([family["end"], family["turn"]])
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def make_model(family, tokenizer, options):
    config = getattr(transformers, family["config"])(
        vocab_size=len(tokenizer),
        hidden_size=options.hidden,
        intermediate_size=options.hidden * 2,
        num_hidden_layers=options.layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        **{
            "tie_word_embeddings": False,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            **family.get("extra", {}),
        },
    )
    return AutoModelForCausalLM.from_config(config)


def learn(model, tokenizer, rows, end, steps) -> None:
    examples = [example for row in rows if (example := encode(tokenizer, row, end))] if steps else []
    if not examples:
        if steps:
            raise SystemExit("the template takes none of the rows")
        return
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
    print(json.dumps({"loss": loss.item(), "tokens": longest, "rows": len(examples)}))


def encode(tokenizer, row, end):
    """Ids of the whole chat, and as labels those of the last message up to the token that ends it; nothing where the
    template refuses the row, or leaves its tools out."""

    def text_of(messages, prompt):
        return tokenizer.apply_chat_template(
            messages, tools=row.get("tools"), add_generation_prompt=prompt, tokenize=False
        )

    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    try:
        prompt_text, whole_text = text_of(row["messages"][:-1], True), text_of(row["messages"], False)
    except Exception:  # A template refuses in its own way.
        return None
    if any(tool["function"]["name"] not in prompt_text for tool in row.get("tools", [])):
        return None
    prompt, whole = ids_of(prompt_text), ids_of(whole_text)
    whole = whole[: len(whole) - whole[::-1].index(end)]
    if whole[: len(prompt)] != prompt:
        raise SystemExit("the template renders the prompt in another way where an answer follows")
    return whole, [-100] * len(prompt) + whole[len(prompt) :]


main()

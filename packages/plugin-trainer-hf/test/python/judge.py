"""Looks at trained models from outside: a plain TRL script, greedy decoding, logits.

    python judge.py TASKS.json ANSWERS.json

TASKS is a list of objects with `do`: `plain` trains with TRL alone and answers its losses by step, `decode` answers
what a model says after given messages beside what the row has, `compare` how far a merged model is from its adapter.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer


def plain(model, rows, args):
    """Ten lines of TRL, with nothing of ours."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = SFTTrainer(
            model=model,
            args=SFTConfig(output_dir=folder, use_cpu=True, **args),
            train_dataset=load_dataset("json", data_files=rows, split="train", cache_dir=folder),
            processing_class=AutoTokenizer.from_pretrained(model),
        )
        trainer.train()
        return [[entry["step"], entry["loss"]] for entry in trainer.state.log_history if "loss" in entry]


def decode(model, rows, turns):
    """For each `[row, turn]`: what the model says where the row has that message, and the row's own text."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForCausalLM.from_pretrained(model, dtype="float32").eval()
    lines = [json.loads(line) for line in Path(rows).read_text("utf-8").split("\n") if line]
    answers = []
    for row, turn in turns:
        messages, tools = lines[row]["messages"], lines[row]["tools"]
        prompt = tokenizer.apply_chat_template(
            messages[:turn], tools=tools, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        length = prompt["input_ids"].shape[1]
        with torch.no_grad():
            said = network.generate(**prompt, max_new_tokens=96, do_sample=False)[0][length:]
        before = tokenizer.apply_chat_template(messages[:turn], tools=tools, add_generation_prompt=True, tokenize=False)
        whole = tokenizer.apply_chat_template(messages[: turn + 1], tools=tools, tokenize=False)
        wanted = whole[len(before) :].rstrip("\n")
        answers.append({"said": tokenizer.decode(said), "wanted": wanted})
    return answers


def compare(base, adapter, merged):
    """The largest difference between the logits of both, and their largest value."""
    from peft import PeftModel

    tokens = torch.arange(3, 67).reshape(1, -1)
    with torch.no_grad():
        loaded = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype="float32"), adapter)
        one = loaded(tokens).logits
        other = AutoModelForCausalLM.from_pretrained(merged, dtype="float32")(tokens).logits
        before = AutoModelForCausalLM.from_pretrained(base, dtype="float32")(tokens).logits
    return {
        "difference": float((one - other).abs().max()),
        "learned": float((one - before).abs().max()),
        "largest": float(one.abs().max()),
    }


def main():
    tasks = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    does = {"plain": plain, "decode": decode, "compare": compare}
    answers = [does[task.pop("do")](**task) for task in tasks]
    Path(sys.argv[2]).write_text(json.dumps(answers), "utf-8")


if __name__ == "__main__":
    main()

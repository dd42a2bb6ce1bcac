"""Reads the rows of every format as trainers do, and compares with the plain JSON.

Usage: check_rows.py FOLDER. FOLDER holds NAME.jsonl and NAME.parquet for each name in features.json, which maps
names to the columns' features, and chatml-qwen.jsonl, whose texts are those of parity.jsonl's messages.
"""

import json
import re
import sys
from pathlib import Path

import datasets
import trl_templates
from datasets import Features, load_dataset
from transformers.utils.chat_template_utils import render_jinja_template

datasets.disable_progress_bars()
folder = Path(sys.argv[1])


def lines(name):
    # Not splitlines(): rows may hold U+2028, which is no end of line in JSON Lines.
    return [json.loads(line) for line in (folder / name).read_text("utf-8").split("\n") if line]


def same(name, loaded, rows):
    assert len(loaded) == len(rows), f"{name}: {len(loaded)} rows, and {len(rows)} in the file"
    for index, (got, row) in enumerate(zip(loaded, rows)):
        for key in got:
            assert got[key] == row.get(key), (
                f"{name} row {index} {key}:\n  read    {got[key]!r}\n  written {row.get(key)!r}"
            )
        missing = [key for key in row if key not in got]
        assert not missing, f"{name} row {index} lacks {missing}"


def load(kind, path, features=None):
    return load_dataset(kind, data_files=str(path), split="train", features=features, cache_dir=str(folder / "cache"))


def check_loading(name, features):
    rows = lines(f"{name}.jsonl")
    same(f"{name}.jsonl", load("json", folder / f"{name}.jsonl"), rows)
    declared = Features.from_dict(features)
    same(f"{name}.jsonl with features", load("json", folder / f"{name}.jsonl", declared), rows)
    parquet = load("parquet", folder / f"{name}.parquet")
    assert parquet.features == declared, f"{name}.parquet: {parquet.features}"
    same(f"{name}.parquet", parquet, rows)


def render(template, messages, tools):
    rendered, _ = render_jinja_template([messages], tools=tools, chat_template=trl_templates.read(template))
    return rendered[0]


def objects_after(text, key):
    """The JSON objects that follow `"key": ` in a rendered conversation."""
    found = []
    for match in re.finditer(rf'"{key}": (?=[{{\["])', text):
        try:
            found.append(json.JSONDecoder().raw_decode(text, match.end())[0])
        except json.JSONDecodeError:
            pass
    return found


def check_template(template, key, rows):
    checked = 0
    for index, row in enumerate(rows):
        calls = [call for message in row["messages"] for call in message.get("tool_calls") or []]
        parallel = any(len(message.get("tool_calls") or []) > 1 for message in row["messages"])
        if template == "llama3_1" and (parallel or row["messages"][0]["role"] == "assistant"):
            continue  # the template itself refuses these
        text = render(template, row["messages"], row["tools"])
        for tool in row["tools"] or []:
            assert f'"name": "{tool["function"]["name"]}"' in text, f"{template} row {index}: a tool is missing"
        arguments = objects_after(text, key)
        for call in calls:
            want = call["function"]["arguments"]
            assert want in arguments, f"{template} row {index}: {want!r} is not in\n{text}"
        assert not any(isinstance(value, str) for value in arguments), f"{template} row {index}: encoded twice\n{text}"
        checked += len(calls)
    assert checked > 5, f"{template}: only {checked} calls were checked"


def check_chatml():
    for row, chat in zip(lines("chatml-qwen.jsonl"), lines("parity.jsonl"), strict=True):
        want = render("qwen2_5", chat["messages"], None)
        assert row["text"] == want, f"chatml:\n{row['text']!r}\nQwen2.5's template:\n{want!r}"


for format_name, format_features in json.loads((folder / "features.json").read_text()).items():
    check_loading(format_name, format_features)
for source in (lines("messages.jsonl"), list(load("json", folder / "messages.jsonl")), list(load("parquet", folder / "messages.parquet"))):
    check_template("qwen3", "arguments", source)
    check_template("qwen2_5", "arguments", source)
    check_template("llama3_1", "parameters", [{**row, "tools": None} for row in source])
check_chatml()
print("ok")

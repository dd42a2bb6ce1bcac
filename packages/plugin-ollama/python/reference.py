"""What Hugging Face's transformers make of a model folder, to compare a converted model with.

    reference.py REQUEST.json ANSWER.json

The request: `model`, a folder; `texts`, to be tokenised without special tokens of the tokenizer's own; `chats`, each
`{messages, tools?, add_generation_prompt}`, to be rendered and tokenised. The answer has `ids` for each text, `chats` with
`{text, ids}` or `{error}` for each chat.
"""

import json
import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

from transformers import AutoTokenizer  # noqa: E402

# The worker's, for the scripts after this one.
kept: dict = globals().get("kept", {})


def main(request_path: str, answer_path: str) -> None:
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    tokenizer = AutoTokenizer.from_pretrained(request["model"])
    kept["tokenizer", request["model"]] = tokenizer

    def encode(text: str) -> list[int]:
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    chats = [render(tokenizer, chat, encode) for chat in request["chats"]]
    answer = {
        "ids": [encode(text) for text in request["texts"]],
        "chats": chats,
        # What the tokenizer puts before a text that is not a chat.
        "added": tokenizer("a")["input_ids"][: -len(encode("a")) or None],
    }
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump(answer, file)


def render(tokenizer, chat: dict, encode) -> dict:
    try:
        text = tokenizer.apply_chat_template(
            chat["messages"],
            tools=chat.get("tools"),
            add_generation_prompt=chat["add_generation_prompt"],
            tokenize=False,
        )
    except Exception as error:  # A template refuses what it does not take, each in its own way.
        return {"error": f"{type(error).__name__}: {error}"}
    return {"text": text, "ids": encode(text)}


main(*sys.argv[1:3])

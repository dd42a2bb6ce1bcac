"""What Hugging Face's transformers make of a model folder, to compare a converted model with.

    reference.py REQUEST.json ANSWER.json

The request: `model`, a folder; `texts`, to be tokenised without special tokens of the tokenizer's own; `chats`, each
`{messages, tools?, add_generation_prompt, greedy?}`, to be rendered, tokenised and, for so many tokens, continued. The
answer has `ids` for each text, `chats` with `{text, ids, greedy?}` or `{error}` for each chat.
"""

import json
import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

from transformers import AutoTokenizer  # noqa: E402


def main(request_path: str, answer_path: str) -> None:
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    tokenizer = AutoTokenizer.from_pretrained(request["model"])

    def encode(text: str) -> list[int]:
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    chats = [render(tokenizer, chat, encode) for chat in request["chats"]]
    if any(chat.get("greedy") for chat in request["chats"]):
        continue_chats(tokenizer, request, chats)
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


def continue_chats(tokenizer, request: dict, chats: list[dict]) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(request.get("threads") or os.cpu_count() or 1)
    model = AutoModelForCausalLM.from_pretrained(request["model"], dtype=getattr(torch, request["dtype"]))
    model.eval()
    for asked, chat in zip(request["chats"], chats):
        if not asked.get("greedy") or "ids" not in chat:
            continue
        prompt = torch.tensor([chat["ids"]])
        with torch.no_grad():
            out = model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=asked["greedy"],
                do_sample=False,
                repetition_penalty=1.0,
                pad_token_id=0,
                return_dict_in_generate=True,
                output_logits=True,
            )
        chat["greedy"] = out.sequences[0, prompt.shape[1] :].tolist()
        chat["logprobs"] = [
            torch.log_softmax(logits[0].float(), -1)[token].item() for logits, token in zip(out.logits, chat["greedy"])
        ]
        ends = model.generation_config.eos_token_id
        chat["stopped"] = chat["greedy"][-1] in (ends if isinstance(ends, list) else [ends])
        chat["greedyText"] = tokenizer.decode(chat["greedy"], skip_special_tokens=False)


main(*sys.argv[1:3])

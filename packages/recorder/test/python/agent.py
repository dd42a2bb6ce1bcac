"""Has a conversation of two turns through OpenAI's (chat) or Anthropic's (messages) own client, streamed, and prints
what it heard.

The clients find the server in their own variables: OPENAI_BASE_URL, ANTHROPIC_BASE_URL and the keys.
"""

import json
import sys

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def chat() -> None:
    from openai import OpenAI

    client = OpenAI(max_retries=0)
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
    messages = [{"role": "user", "content": "Weather in Oslo?"}]
    for _ in range(2):
        text, calls = "", {}
        for chunk in client.chat.completions.create(model="m", messages=messages, tools=tools, stream=True):
            for choice in chunk.choices:
                text += choice.delta.content or ""
                for part in choice.delta.tool_calls or []:
                    call = calls.setdefault(part.index, {"id": part.id, "name": part.function.name, "arguments": ""})
                    call["arguments"] += part.function.arguments or ""
        print(json.dumps([text, list(calls.values())]))
        messages.append(
            {
                "role": "assistant",
                "content": text,
                **(
                    {
                        "tool_calls": [
                            {
                                "id": call["id"],
                                "type": "function",
                                "function": {"name": call["name"], "arguments": call["arguments"]},
                            }
                            for call in calls.values()
                        ]
                    }
                    if calls
                    else {}
                ),
            }
        )
        for call in calls.values():
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": "4 C"})


def messages() -> None:
    from anthropic import Anthropic

    client = Anthropic(max_retries=0)
    tools = [{"name": "get_weather", "input_schema": SCHEMA}]
    turns = [{"role": "user", "content": "Weather in Oslo?"}]
    for _ in range(2):
        with client.messages.stream(model="m", max_tokens=100, messages=turns, tools=tools) as stream:
            answer = stream.get_final_message()
        blocks = [block.model_dump(include={"type", "text", "id", "name", "input"}) for block in answer.content]
        blocks = [{key: value for key, value in block.items() if value is not None} for block in blocks]
        print(json.dumps(blocks))
        turns.append({"role": "assistant", "content": blocks})
        results = [
            {"type": "tool_result", "tool_use_id": block["id"], "content": "4 C"}
            for block in blocks
            if block["type"] == "tool_use"
        ]
        if results:
            turns.append({"role": "user", "content": results})


for name in sys.argv[1:]:
    {"chat": chat, "messages": messages}[name]()

"""Baseline: sessions of a database as chat rows by the rules of the reference's exporter, one session after the other.

    python sessions.py SESSIONS.db JUDGMENTS.db OUT.jsonl

Takes what is judged acceptable, not archived and not empty; tool calls become those of Chat Completions.
"""

import json
import sqlite3
import sys


def text_of(item):
    content = item.get("content")
    if isinstance(content, str):
        return content.strip()
    if not isinstance(content, list):
        return ""
    texts = []
    for part in content:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, dict) and part.get("type") in ("text", "output_text") and part.get("text"):
            texts.append(part["text"])
    return " ".join(texts).strip()


def call_of(item, place):
    arguments = item.get("arguments", {})
    if not isinstance(arguments, str):
        arguments = json.dumps(arguments)
    function = {"name": item.get("name", ""), "arguments": arguments}
    return {"id": item.get("call_id", f"call_{place}"), "type": "function", "function": function}


def messages_of(history):
    messages = []
    at = 0
    while at < len(history):
        item = history[at]
        role, kind = item.get("role"), item.get("type")
        at += 1
        if role == "system":
            if item.get("content"):
                messages.append({"role": "system", "content": item["content"]})
        elif role == "user":
            text = text_of(item)
            if text:
                messages.append({"role": "user", "content": text})
        elif role == "assistant":
            calls = []
            while at < len(history):
                following = history[at]
                if following.get("type") == "function_call":
                    calls.append(call_of(following, at))
                elif following.get("type") == "function_call_output" or following.get("role") in ("user", "assistant"):
                    break
                at += 1
            message = {"role": "assistant"}
            text = text_of(item)
            if text:
                message["content"] = text
            if calls:
                message["tool_calls"] = calls
            if len(message) > 1:
                messages.append(message)
        elif kind == "function_call":
            calls = [call_of(item, at - 1)]
            while at < len(history) and history[at].get("type") == "function_call":
                calls.append(call_of(history[at], at))
                at += 1
            messages.append({"role": "assistant", "content": "", "tool_calls": calls})
        elif kind == "function_call_output":
            output = item.get("output", "")
            if isinstance(output, dict):
                output = json.dumps(output)
            messages.append({"role": "tool", "tool_call_id": item.get("call_id", ""), "content": str(output)})
    return messages


database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
with sqlite3.connect(f"file:{sys.argv[2]}?mode=ro", uri=True) as judged:
    judgments = dict(judged.execute("select group_id, judgment from analysis where judgment is not null"))
sessions = database.execute("select id, archived, message_count from sessions order by rowid").fetchall()
with open(sys.argv[3], "w", encoding="utf-8") as target:
    for session, archived, count in sessions:
        if archived or count == 0 or judgments.get(session) != "acceptable":
            continue
        rows = database.execute("select item from items where session_id = ? order by id", (session,))
        messages = messages_of([json.loads(item) for (item,) in rows])
        if messages:
            target.write(json.dumps({"messages": messages}, ensure_ascii=False))
            target.write("\n")

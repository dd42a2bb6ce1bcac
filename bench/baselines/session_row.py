"""The work of both Python baselines: an uploaded session row in, a training row out."""

import json

from session_tags import session_tags


def training_row(row):
    """``{session_id, model, timestamp, tags, messages, tools}``, with tool-call arguments as objects."""
    messages = json.loads(row["messages"])
    events = json.loads(row["events"])
    tags = session_tags({"model_name": row["model_name"], "messages": messages, "events": events})
    for message in messages:
        for call in message.get("tool_calls") or ():
            function = call["function"]
            function["arguments"] = json.loads(function["arguments"])
    return {
        "session_id": row["session_id"],
        "model": row["model_name"],
        "timestamp": row["session_start_time"],
        "tags": tags,
        "messages": messages,
        "tools": json.loads(row["tools"]),
    }

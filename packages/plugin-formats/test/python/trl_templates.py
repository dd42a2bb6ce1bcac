"""The chat templates in the installed trl package, read as files: importing trl would need torch."""

from importlib.metadata import distribution


def read(name):
    return distribution("trl").locate_file(f"trl/chat_templates/{name}.jinja").read_text("utf-8")

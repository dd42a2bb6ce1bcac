"""Reads each task folder below the first argument with Harbor's own reader, and prints its name and whether it has hints."""

import pathlib
import sys
import typing

# Harbor asks for Python 3.12; of what 3.12 brought, its reader needs this decorator alone.
if not hasattr(typing, "override"):
    typing.override = lambda method: method

from harbor.models.task.task import Task  # noqa: E402

for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    assert Task.is_valid_dir(folder), folder
    task = Task(folder)
    print(task.name, "# Hints" in task.instruction)

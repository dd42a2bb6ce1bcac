"""Runs Python scripts one after another in one interpreter, since importing torch and transformers takes seconds.

A line of stdin asks: `{"script": PATH, "args": [...]}`. What the script writes goes to stderr; then, on a line of its own
after the record separator, `{"code": N}` follows, with the code that the script would have ended with. What the
scripts import is imported while nothing is asked yet.
"""

import contextlib
import gc
import json
import os
import runpy
import sys
import traceback

END = "\x1e"
# What a script leaves for the next one: it finds it as a global of this name.
kept: dict = {}


def main() -> None:
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    # What a script reads or starts must not read the requests, nor print between the replies.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    prepare()
    for line in requests:
        request = json.loads(line)
        code = run(request["script"], request["args"])
        gc.collect()
        sys.stdout.flush()
        print(f"{END}{json.dumps({'code': code})}", file=sys.stderr, flush=True)


def prepare() -> None:
    with contextlib.suppress(Exception):  # A script that needs what is missing says so itself.
        import torch  # noqa: F401
        from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: F401


def run(script: str, args: list[str]) -> int:
    before = (sys.argv, sys.path[:], dict(os.environ))
    sys.argv = [script, *args]
    try:
        runpy.run_path(script, {"kept": kept}, "__main__")
        return 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.argv, sys.path[:] = before[:2]
        os.environ.clear()
        os.environ.update(before[2])


main()

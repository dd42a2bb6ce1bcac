"""Baseline (a): one plain loop over the lines.

    python python_loop.py SESSIONS.jsonl OUT.jsonl
"""

import json
import sys

from session_row import training_row

with open(sys.argv[1], encoding="utf-8") as source, open(sys.argv[2], "w", encoding="utf-8") as target:
    for line in source:
        target.write(json.dumps(training_row(json.loads(line)), ensure_ascii=False))
        target.write("\n")

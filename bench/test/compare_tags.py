"""Counts the sessions of a golden file whose tags the baseline gets wrong; prints one line for each."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "baselines"))
from session_tags import session_tags  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as golden:
    for number, line in enumerate(golden, 1):
        case = json.loads(line)
        tags = session_tags(case["trajectory"])
        if tags != case["tags"]:
            print(f"line {number}: {sorted(set(tags) ^ set(case['tags']))}")

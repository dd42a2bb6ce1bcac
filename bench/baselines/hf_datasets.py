"""Baseline (b): the same rows with Hugging Face datasets, in two processes.

    python hf_datasets.py SESSIONS.jsonl OUT.jsonl CACHE_FOLDER

The messages and tools are Json columns: as Arrow structs the arguments of all tools would be merged into one record.
"""

import sys

from datasets import Features, Json, List, Value, disable_progress_bars, load_dataset
from session_row import training_row

FEATURES = Features(
    {
        "session_id": Value("string"),
        "model": Value("string"),
        "timestamp": Value("string"),
        "tags": List(Value("string")),
        "messages": List(Json()),
        "tools": List(Json()),
    }
)

if __name__ == "__main__":
    disable_progress_bars()
    sessions = load_dataset("json", data_files=sys.argv[1], split="train", cache_dir=sys.argv[3])
    rows = sessions.map(training_row, num_proc=2, remove_columns=sessions.column_names, features=FEATURES)
    rows.to_json(sys.argv[2], lines=True)

"""Runs a command and writes its cost as one JSON line to file descriptor 3.

CPU seconds are of the process and of all it waited for; the peak is of its largest single process, in bytes.
"""

import json
import os
import sys
import time

start = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
peak = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
cost = {"code": os.waitstatus_to_exitcode(status), "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": peak}
with os.fdopen(3, "w") as report:
    report.write(json.dumps(cost))

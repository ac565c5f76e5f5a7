"""A process of its own for each measure: one core, and how much memory it takes."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

COMMAND = Path(__file__).resolve().parents[1] / "retrieval_speed.py"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def measured(what: str, **given: object) -> dict[str, Any]:
    """Run one measure in a new process on one core; return what it printed."""
    command = [sys.executable, str(COMMAND), "--measure", what, "--given", json.dumps(given)]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"Measuring {what} failed:\n{done.stderr[-3_000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def on_one_core() -> None:
    """Stay on one core from now on."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def memory() -> dict[str, int]:
    """Return the resident memory of this process now and at its highest, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith("Vm")}
    return {"memory_mb": sizes["VmRSS"] // 1024, "peak_mb": sizes["VmHWM"] // 1024}


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return median, 95th and 99th percentile."""
    ordered = sorted(milliseconds)
    at = {"median": 0.5, "p95": 0.95, "p99": 0.99}
    return {name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
            for name, share in at.items()}

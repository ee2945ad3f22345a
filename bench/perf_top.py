# SPDX-License-Identifier: Apache-2.0
"""Profiles a server with perf while the load client runs."""

import shutil
import subprocess
import tempfile

RECORD_SECONDS = 3
LINES_MAX = 30


def record(pid):
    """Returns the hottest symbols of a process, or one line that says why there are none."""
    if not shutil.which("perf"):
        return "no profile: perf is not installed (apt-get install linux-perf)"
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/perf.data"
        done = subprocess.run(
            ["perf", "record", "-g", "-F", "999", "-o", data, "-p", str(pid), "--",
             "sleep", str(RECORD_SECONDS)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            return f"no profile: perf cannot record here: {last}"
        shown = subprocess.run(
            ["perf", "report", "--stdio", "--no-children", "-g", "none", "-i", data,
             "--sort", "symbol", "--percent-limit", "0.3"],
            capture_output=True, text=True, check=False)
        lines = [line.rstrip(" -") for line in shown.stdout.splitlines()
                 if line.strip() and not line.startswith("#")]
        return "\n".join(lines[:LINES_MAX]) or f"no profile: {shown.stderr.strip()[:200]}"

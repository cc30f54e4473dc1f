#!/usr/bin/env python3
"""Checks that the instruction set of the kernels cannot be seen in results.

    python3 Tests/scripts/compare_kernel_paths.py .build/release/rangelab experiments/quickstart.yaml

Runs the experiment on every path this processor has and compares the bytes of results.csv and
profiles.json with those of the plainest one. Exit code 1 where they differ.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PATHS, TABLES = ("baseline", "avx2", "avx512"), ("results.csv", "profiles.json")


def tables(program, manifest, path):
    """The tables of a run on a path; nothing where the processor does not have it."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [program, "run", manifest, "-o", folder], capture_output=True, text=True,
            env=os.environ | {"RANGELAB_KERNELS": path})
        if run.returncode == 64 and path != PATHS[0]:
            return None
        if run.returncode != 0:
            sys.exit(f"{path}: exit code {run.returncode}: {run.stderr}")
        return [(Path(folder) / name).read_bytes() for name in TABLES]


program, manifest = sys.argv[1:3]
expected = tables(program, manifest, PATHS[0])
for path in PATHS[1:]:
    found = tables(program, manifest, path)
    if found is not None and found != expected:
        sys.exit(f"{path}: {' or '.join(TABLES)} is not what {PATHS[0]} gives")
    print(f"{path}: " + ("not on this processor" if found is None else "the same bytes"))

#!/usr/bin/env python3
"""Checks that `rangelab estimate`, `inspect` and `run` need less memory than twice the file they read,
and that `run` reads it three times at most, whatever the number of cells: for its hash, for statistics
and to measure.

    python3 Tests/scripts/large_file_memory.py .build/release/rangelab [--elements 10000000]

Writes one float32 file and runs every built-in estimator that does not keep rows, alone and all
together, at 4 and 8 bits in both schemes. Each command has a fresh process above it, so that
RUSAGE_CHILDREN is the peak of that command only. Exit code 1 when one needs too much.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np

# Rules that compare rows, and rules that replay calibration batches one by one, keep every value.
KEEPS_EVERY_VALUE = {"cross-entropy"}
LIMIT = 2.0


def measure(command):
    """Peak bytes, seconds, exit code and messages of a command."""
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return peak, seconds, done.returncode, done.stderr


def readings(command, size):
    """How often a command reads a file of so many bytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    characters = 0
    while process.poll() is None:
        try:
            characters = int(Path(f"/proc/{process.pid}/io").read_text().split()[1])
        except (OSError, IndexError):
            pass
        time.sleep(0.001)
    return process.returncode, characters / size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--elements", type=int, default=10_000_000)
    options = parser.parse_args()
    binary = str(options.binary.resolve())
    listed = json.loads(subprocess.run(
        [binary, "list", "estimators", "--format", "json"], check=True, capture_output=True).stdout)
    names = [entry["name"] for entry in listed if entry["name"] not in KEEPS_EVERY_VALUE
             and "batching" not in entry["breaks"] and not entry["name"].startswith("torch-")]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.npy")
        columns = 1000
        rows = max(1, options.elements // columns)
        values = np.random.default_rng(3).standard_normal((rows, columns), dtype=np.float32)
        np.save(path, values)
        del values
        size = path.stat().st_size
        print(f"{rows * columns} float32 values, {size / 1e6:.1f} MB; limit {LIMIT} x the file")
        for scheme in ("symmetric", "affine"):
            runs = [("estimate", chosen) for chosen in [[name] for name in names[:4]] + [names]]
            for verb, chosen in runs + [("inspect", names[:4]), ("run", names[:4]), ("run", names)]:
                command = [binary, verb, str(path), "-e", *chosen, "-b", "4", "8",
                           "--scheme", scheme, "--format", "json"]
                if verb == "run":
                    manifest = Path(folder, "m.yaml")
                    manifest.write_text(
                        f"name: large\ntensors: [{{file: large.npy}}]\nbits: [4, 8]\n"
                        f"estimators: [{', '.join(chosen)}]\nschemes: [{scheme}]\n")
                    command = [binary, "run", str(manifest), "--force", "-o", f"{folder}/out"]
                with get_context("spawn").Pool(1) as pool:
                    peak, seconds, code, messages = pool.apply(measure, (command,))
                # 3: a rule without meaning for this grid or for so many values says so.
                holds = code in (0, 3) and (verb == "run" or not messages) and peak < LIMIT * size
                faults += not holds
                print(f"{scheme:10} {verb} {' '.join(chosen):40} {peak / 1e6:8.1f} MB "
                      f"{peak / size:5.2f} x {seconds:6.2f} s{'' if holds else '  FAULT ' + messages}")
        manifest = Path(folder, "hundred.yaml")
        manifest.write_text(
            "name: hundred\ntensors: [{file: large.npy}]\nbits: [2, 3, 4, 5, 6, 7, 8]\n"
            "schemes: [symmetric, {symmetric: full}, affine]\n"
            "estimators: [minmax, mse, kl, k-sigma, octav]\n")
        for jobs in "1", "2":
            code, count = readings(
                [binary, "run", str(manifest), "--force", "-j", jobs, "-o", f"{folder}/out"], size)
            holds = code == 0 and 2 < count < 3.1
            faults += not holds
            print(f"run of 105 cells, {jobs} jobs: the file is read {count:.2f} times"
                  f"{'' if holds else '  FAULT'}")
    print("all holds" if faults == 0 else f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

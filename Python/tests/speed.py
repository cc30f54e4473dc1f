#!/usr/bin/env python3
"""The time of `mse` for 16 million values in Python, as a multiple of the command's.

    python Python/tests/speed.py .build/release/rangelab [--pairs 7]

The command's time is that of reading a file that is in the system's cache and of the search, as `--format json`
writes it to nowhere: wall time of the process less that of a process which does nothing (`--version`).
Both use all processors, and calls alternate, so that a busy machine slows both; the ratio is the median of
the pairs. It ends with exit code 1 if the ratio is above 1.2.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import rangelab

MOST = 1.2


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=7)
    arguments = parser.parse_args()

    x = np.random.default_rng(1).laplace(size=1 << 24).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.npy"
        np.save(file, x)

        def command(*words):
            subprocess.run([arguments.program, *map(str, words)], check=True, stdout=subprocess.DEVNULL)

        def ask():
            command("estimate", file, "-e", "mse", "-b", "4", "--format", "json")

        def pair():
            idle = seconds(lambda: command("--version"))
            there = seconds(ask) - idle
            here = seconds(lambda: rangelab.estimate(x, "mse", bits=4, regret=False))
            return here / there, here, there

        ask()
        rangelab.estimate(x, "mse", bits=4, regret=False)
        pairs = [pair() for _ in range(arguments.pairs)]
    ratio = statistics.median(p[0] for p in pairs)
    print(f"16 million values, mse at 4 bits: Python {statistics.median(p[1] for p in pairs):.2f} s, command "
          f"{statistics.median(p[2] for p in pairs):.2f} s, ratio {ratio:.2f} (median of {arguments.pairs} pairs)")
    if ratio > MOST:
        sys.exit(f"the ratio is above {MOST}")


if __name__ == "__main__":
    main()

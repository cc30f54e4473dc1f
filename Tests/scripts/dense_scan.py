"""Checks that `mse` on affine grids is never worse than a dense scan, by numpy.

    python3 Tests/scripts/dense_scan.py BINARY DIRECTORY...

For every finite .npy in the directories, at 2, 4 and 8 bits: 2000 scales up to a quarter above
min-max, each with every integer zero point, in Float64. The excess allowed is what the Float32
arithmetic of the measured error may add to the Float64 of the scan.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

SCALES = 2000
ALLOWED = 1e-6


def least_error(values, levels):
    """The least mean squared error of the scan, and the mean square of the values."""
    x = values.astype(np.float64)
    codes = np.arange(1, levels)
    sides = [np.sort(-x[x < 0]), np.sort(x[x >= 0])]
    below = [np.concatenate([[0], np.cumsum(side)]) for side in sides]
    energy = (x * x).sum()
    widest = 1.25 * (max(x.max(), 0) - min(x.min(), 0)) / (levels - 1)
    best = np.inf
    for index in range(1, SCALES + 1):
        scale = widest * index / SCALES
        linear, square = [], []
        # With tails y >= (j - 1/2) scale, sums over codes of one side are prefixes in j.
        for side, sums in zip(sides, below):
            first = np.searchsorted(side, (codes - 0.5) * scale)
            tails = (2 * codes - 1) * (len(side) - first)
            linear.append(np.concatenate([[0], np.cumsum(sums[-1] - sums[first])]))
            square.append(np.concatenate([[0], np.cumsum(tails)]).astype(np.float64))
        # A zero point leaves z codes below zero and the rest above.
        error = (energy - 2 * scale * (linear[0] + linear[1][::-1])
                 + scale * scale * (square[0] + square[1][::-1]))
        best = min(best, error.min())
    # Where a grid reproduces everything, cancellation leaves a few units in the last place.
    return max(0, best) / len(x), energy / len(x)


def main():
    binary, folders = sys.argv[1], sys.argv[2:]
    cells, worst, faults = 0, -np.inf, []
    for path in sorted(path for folder in folders for path in Path(folder).glob("*.npy")):
        values = np.load(path).ravel()
        # Squares of extreme values leave Float64's comfortable range in the scan, not in the lab.
        if not np.isfinite(values).all() or not 1e-36 <= np.abs(values).max() <= 1e30:
            continue
        command = [binary, "estimate", str(path), "-e", "mse", "-b", "2", "4", "8",
                   "--scheme", "affine", "--format", "json"]
        for answer in json.loads(subprocess.run(command, check=True, capture_output=True).stdout):
            best, energy = least_error(values, 2 ** answer["bits"])
            excess = (answer["mse"] - best) / max(best, 1e-8 * energy)
            cells, worst = cells + 1, max(worst, excess)
            if excess > ALLOWED:
                faults.append(f"{path.name} {answer['bits']} bits: {answer['mse']} scan {best}")
    print(f"{cells} cells; worst relative excess over {SCALES} scales x all zero points: {worst:.1e}")
    print("\n".join(faults) or "all holds")
    return 1 if faults or cells == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

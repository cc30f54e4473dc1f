#!/usr/bin/env python3
"""Compares `rangelab estimate` and `rangelab quantize` with numpy on real and on odd tensors.

    python3 Tests/scripts/compare_with_numpy.py .build/release/rangelab experiments/data

For every .npy file, five grids, four bit widths, three estimators and several granularities:
- scales are equal as Float32, zero points are equal, lower and upper are equal;
- all metrics agree within 1e-6. The reference quantizes and dequantizes in Float32 as ONNX does
  and takes errors as Float64 differences of the Float32 values, summed in Float64;
- codes from `quantize` are equal on every element, as are type and shape, and `--params` holds
  the object that `estimate` prints.
Percentiles are numpy.percentile of the values as Float64. Exit code 1 when anything differs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import edge_tensors
import numpy_reference as reference

GRIDS = [
    ("symmetric", "narrow"), ("symmetric", "full"), ("symmetric", "unsigned"),
    ("affine", "unsigned"), ("affine", "signed"),
]
BITS = [2, 4, 8, 16]
ESTIMATORS = ["minmax", "percentile[p=99.9]", "percentile[p=99.99]"]
WRITTEN = ["minmax", "percentile[p=99.9]", "percentile"]  # the default of p is 99.99
TOLERANCE = 1e-6


class Comparison:
    """Counts what was compared and keeps what disagreed."""

    def __init__(self):
        self.cells = self.lanes = self.codes = self.tensors = 0
        self.worst = {}
        self.faults = []

    def merge(self, other):
        for name in ("cells", "lanes", "codes", "tensors"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, value in other.worst.items():
            self.worst[name] = max(self.worst.get(name, 0.0), value)
        self.faults += other.faults

    def metric(self, where, name, found, wanted):
        found = float(found)
        if found == wanted:
            deviation = 0.0
        else:
            # Decibels are a logarithm already: 1e-6 of the ratio is 4.3e-6 dB.
            scale = max(abs(wanted), 4.3) if name == "sqnr_db" else abs(wanted)
            deviation = abs(found - wanted) / scale if scale > 0 else np.inf
        self.worst[name] = max(self.worst.get(name, 0.0), deviation)
        if not deviation <= TOLERANCE:
            self.faults.append(f"{where}: {name} is {found!r}, numpy {wanted!r}")

    def arrays(self, where, name, found, wanted):
        if found.shape != wanted.shape or found.dtype != wanted.dtype:
            self.faults.append(
                f"{where}: {name} is {found.dtype}{found.shape}, "
                f"numpy {wanted.dtype}{wanted.shape}")
        elif not np.array_equal(found, wanted):
            at = int(np.flatnonzero(found.ravel() != wanted.ravel())[0])
            self.faults.append(
                f"{where}: {name} differs in {int((found != wanted).sum())} places, first [{at}]: "
                f"{found.ravel()[at]!r}, numpy {wanted.ravel()[at]!r}")


def run(binary, *arguments):
    """Standard output of the program, which must succeed."""
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: {done.returncode}: {done.stderr}")
    return done.stdout


def load(path):
    """The tensor as the lab sees it: Float32 in C order."""
    return np.asarray(np.load(path), np.float32, order="C")


def compare_cell(result, where, found, x, blocks, ranges, scheme, grid, bits):
    """One object of `estimate` against the reference; returns scales and zero points by lane."""
    qmin, qmax = reference.codes(scheme, grid, bits)
    count = sum(len(numbers) for numbers, _ in blocks)
    scale, zero = np.empty(count, np.float32), np.empty(count, np.int64)
    errors = reference.Errors()
    for (numbers, index), (lower, upper) in zip(blocks, ranges):
        scale[numbers], zero[numbers] = reference.cover(lower, upper, scheme, grid, bits)
        errors.add(x[index], scale[numbers], zero[numbers], qmin, qmax)
    lanes = found["lanes"]
    column = lambda name: np.array([lane[name] for lane in lanes])
    wide = scale.astype(np.float64)
    result.arrays(where, "lane index", column("index"), np.arange(count))
    # As Float64, so that a scale that was never rounded to Float32 would show.
    result.arrays(where, "scale", column("scale").astype(np.float64), wide)
    result.arrays(where, "zero_point", column("zero_point"), zero)
    result.arrays(where, "lower", column("lower").astype(np.float64), wide * (qmin - zero))
    result.arrays(where, "upper", column("upper").astype(np.float64), wide * (qmax - zero))
    if found["elements"] != errors.count:
        result.faults.append(f"{where}: {found['elements']} elements, numpy {errors.count}")
    for name, wanted in errors.metrics().items():
        result.metric(where, name, found[name], wanted)
    result.cells += 1
    result.lanes += count
    return scale, zero


def compare_codes(result, where, binary, options, estimate, x, shape, blocks, scale, zero):
    """The codes and parameters of `quantize` against the reference and `estimate`."""
    with tempfile.TemporaryDirectory() as folder:
        output, params = Path(folder, "codes.npy"), Path(folder, "params.json")
        run(binary, "quantize", *options, "-o", output, "--params", params)
        found, written = np.load(output), json.loads(params.read_text())
    grid, bits = estimate["grid"], estimate["bits"]
    qmin, qmax = reference.codes(estimate["scheme"], grid, bits)
    wanted = np.empty(x.size, np.float32)
    for numbers, index in blocks:
        values = x[index]
        q = reference.quantize(values, scale[numbers], zero[numbers], qmin, qmax)
        wanted[index] = np.where(np.isfinite(values), q, zero[numbers][:, None])
    wanted = wanted.reshape(shape).astype(reference.code_type(grid, bits))
    result.arrays(where, "codes", found, wanted)
    if written != estimate:
        result.faults.append(f"{where}: --params is not the object of estimate")
    result.codes += wanted.size


def compare(work):
    """All cells of one tensor at one granularity."""
    binary, path, granularity, turn = work
    result, tensor = Comparison(), load(path)
    shape, x = tensor.shape, tensor.ravel()
    all_blocks = reference.lanes(shape, granularity)
    skips = not np.isfinite(x).all()
    blocks = list(reference.finite_lanes(all_blocks, x)) if skips else all_blocks
    lane_values = [x[index].astype(np.float64) for _, index in blocks]
    ranges = {
        (estimator, scheme): [
            reference.wanted_range(values, estimator, scheme) for values in lane_values]
        for estimator in ESTIMATORS for scheme in ("symmetric", "affine")}
    for grid_index, (scheme, grid) in enumerate(GRIDS):
        options = ["--scheme", scheme, "--grid", grid, "--granularity", granularity]
        options += ["--nonfinite", "skip"] if skips else []
        document = json.loads(run(
            binary, "estimate", path, "-e", *WRITTEN, "-b", *BITS, *options, "--format", "json"))
        cells = [(estimator, bits) for estimator in ESTIMATORS for bits in BITS]
        if [(cell["estimator"], cell["bits"]) for cell in document] != cells:
            result.faults.append(f"{path}: estimate does not print {cells} in this order")
            continue
        # Writing codes takes a process for each cell: grids and tensors take turns.
        chosen = (turn + 5 * grid_index) % len(cells)
        for number, (found, (estimator, bits)) in enumerate(zip(document, cells)):
            where = f"{Path(path).stem} {estimator} {bits} bits {scheme} {grid} {granularity}"
            scale, zero = compare_cell(
                result, where, found, x, blocks, ranges[estimator, scheme], scheme, grid, bits)
            if number == chosen:
                compare_codes(
                    result, where, binary,
                    [path, "-e", estimator, "-b", bits, *options], found, x, shape, all_blocks,
                    scale, zero)
    result.tensors = granularity == "tensor"
    return result


def main(binary, data):
    start = time.monotonic()
    binary, result = str(Path(binary).resolve()), Comparison()
    with tempfile.TemporaryDirectory() as folder:
        works = []
        for path in sorted(Path(data).glob("*.npy")):
            shape = np.load(path, mmap_mode="r").shape
            kinds = {"tensor", "channel:0", f"channel:{len(shape) - 1}"}
            if shape[-1] > 1:  # otherwise every value is a group of its own
                kinds |= {"group:128", "group:100"}
            works += [(path, kind) for kind in sorted(kinds)]
        real = len({path for path, _ in works})
        for name, array in edge_tensors.edge_tensors().items():
            path = Path(folder, name + ".npy")
            np.save(path, array)
            works += [(path, kind) for kind in edge_tensors.granularities(array.shape)]
        works = [(binary, str(path), kind, turn) for turn, (path, kind) in enumerate(works)]
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for part in pool.map(compare, works):
                result.merge(part)
    print(f"{real} files of {data} and {result.tensors - real} odd tensors: {result.cells} cells, "
          f"{result.lanes} lanes, {result.codes} codes, {time.monotonic() - start:.1f} s")
    print("worst deviations: " + ", ".join(
        f"{name} {value:.1e}" for name, value in sorted(result.worst.items())))
    print(f"{len(result.faults)} disagreements")
    for fault in result.faults[:10]:
        print("  " + fault)
    return 1 if result.faults or real == 0 else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

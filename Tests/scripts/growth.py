#!/usr/bin/env python3
"""Prints how time and memory of the verbs grow with what they are given, as powers.

    python3 Tests/scripts/growth.py .build/release/rangelab [--sizes 2000 20000] [--skip report] [--only run]

A size is a number of cells. `run` (cold and warm), `plan`, `assemble`, `shard`, `report`, `compare` and
`check` have that many, of tensors with ten cells each; `validate` and `estimate` have the tensors, in files of their
own, and `container` in one file; `batches` is one tensor with as many choices of calibration batches
as there are tensors, `lanes` one tensor with five channels for each cell; `notebook` has a cell for
every hundred. Shown are processor seconds, peak memory, the size of what was written, and the power
log(t2 / t1) / log(n2 / n1): 1 is a line, 2 a square. Exit code 1 where the power between the two
largest sizes is above --limit and the time is more than start-up. Add 200000 to the sizes to see ten
times more; that takes some minutes.
"""

import argparse
import json
import math
import multiprocessing
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
from array import array
from pathlib import Path

NOTICED = 0.5  # seconds below which a time is start-up
MANIFEST = """name: growth
tensors: [{{file: '{files}'}}]
estimators: [minmax, mse, octav, percentile: {{p: [99, 99.9]}}]
bits: [4, 8]
"""


def npy(values, shape):
    """The bytes of a float32 .npy file."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    header += " " * (117 - len(header)) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values.tobytes()


def draw(choose, count):
    return array("f", [choose.gauss(0, 1) for _ in range(count)])


def prepare(folder, size, binary):
    """Everything that the verbs are given at one size."""
    choose = random.Random(size)
    tensors = max(1, size // 10)
    folder.mkdir()
    for index in range(tensors):
        (folder / f"t{index}.npy").write_bytes(npy(draw(choose, 64), [4, 16]))
    (folder / "m.yaml").write_text(MANIFEST.format(files="t*.npy"))
    entries, data = {}, array("f")
    for index in range(tensors):
        values = draw(choose, 16)
        entries[f"layer.{index}"] = {"dtype": "F32", "shape": [4, 4],
                                     "data_offsets": [4 * len(data), 4 * (len(data) + 16)]}
        data.extend(values)
    header = json.dumps(entries).encode()
    (folder / "all.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + data.tobytes())
    (folder / "container.yaml").write_text(
        MANIFEST.format(files="all.safetensors").replace("growth", "container"))
    rows = max(4, tensors)
    (folder / "batches.npy").write_bytes(npy(draw(choose, 8 * rows), [rows, 8]))
    windows = ", ".join(f"{index}..{index}" for index in range(rows - 1))
    (folder / "batches.yaml").write_text(
        f"name: batches\ntensors: [{{file: batches.npy, batches: {rows}}}]\nestimators: [minmax, mse]\n"
        f"bits: [4]\ncalibration:\n  - {{batches: [{windows}], held_out: {rows - 1}..{rows - 1}}}\n")
    lanes = 5 * size
    (folder / "lanes.npy").write_bytes(npy(draw(choose, 16 * lanes), [lanes, 16]))
    (folder / "lanes.yaml").write_text(
        "name: lanes\ntensors: [{file: lanes.npy}]\nestimators: [minmax, mse, octav]\nbits: [4]\n"
        "granularities: ['channel:0']\n")
    cells = "".join(f"```sh\necho {index}\n```\n\n" for index in range(max(1, size // 100)))
    (folder / "notebook.md").write_text("# Growth\n\n" + cells)
    subprocess.run([binary, "notebook", "run", "notebook.md"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def commands(tensors):
    """Names, arguments, and the files written, in the order they need."""
    cells = ["m.yaml", "-o", "out"]
    return [
        ("validate", ["validate", "m.yaml"], []),
        ("run cold", ["run", *cells], ["out/results.csv", "out/profiles.json", "out/summary.md"]),
        ("run warm", ["run", *cells], []),
        ("plan", ["plan", *cells], []),
        ("assemble", ["assemble", *cells], []),
        # A part of always 200 cells: what it takes more is what the others cost it.
        ("shard", ["run", "m.yaml", "-o", "part", "--shard", f"1/{max(1, tensors // 20)}"], []),
        ("compare", ["compare", "out"], []),
        ("check", ["check", "out", "--baseline", "out/results.csv"], []),
        ("report", ["report", "out", "-o", "page"], ["page/report.html"]),
        ("estimate", ["estimate", *(f"t{index}.npy" for index in range(tensors)), "-e", "minmax",
                      "mse", "-b", "4", "8", "--format", "csv"], []),
        ("container", ["run", "container.yaml", "-o", "container"], ["container/results.csv"]),
        ("batches", ["run", "batches.yaml", "-o", "batches"], ["batches/results.csv"]),
        ("lanes", ["run", "lanes.yaml", "-o", "lanes"], ["lanes/results.csv"]),
        ("notebook", ["notebook", "check", "notebook.md"], []),
    ]


def measure(command, folder, seconds):
    """Processor seconds, peak bytes and exit code; nothing where it takes too long."""
    with open(folder / "said", "wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        limit = time.monotonic() + seconds
        while True:
            child, status, usage = os.wait4(process.pid, os.WNOHANG)
            if child:
                break
            if time.monotonic() > limit:
                process.kill()
                os.wait4(process.pid, 0)
                return None
            time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 20000])
    parser.add_argument("--skip", nargs="+", default=[], help="names or first words of them")
    parser.add_argument("--only", nargs="+", help="likewise; what they need is run all the same")
    parser.add_argument("--limit", type=float, default=1.1)
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one command")
    options = parser.parse_args()
    binary = str(options.binary.resolve())

    def is_among(name, names):
        return name in names or name.split()[0] in names

    faults, before = 0, {}
    print(f"{'':10} {'cells':>8} {'seconds':>9} {'MB':>7} {'written':>9}  power")
    with tempfile.TemporaryDirectory() as work:
        for size in sorted(options.sizes):
            folder = Path(work, str(size))
            # In a process of its own: memory it holds would count as that of what is started after it.
            maker = multiprocessing.Process(target=prepare, args=(folder, size, binary))
            maker.start()
            maker.join()
            if maker.exitcode != 0:
                sys.exit(f"the files for {size} cells cannot be made")
            for name, arguments, written in commands(max(1, size // 10)):
                is_shown = not is_among(name, options.skip) and (
                    options.only is None or is_among(name, options.only))
                if not is_shown and name != "run cold":
                    continue
                found = measure([binary, *arguments], folder, options.timeout)
                if found is None:
                    print(f"{name:10} {size:8d} more than {options.timeout:.0f} s")
                    faults += 1
                    continue
                seconds, peak, code = found
                if code != 0:
                    said = (folder / "said").read_bytes()[-300:].decode(errors="replace")
                    print(f"{name:10} {size:8d} exit code {code}: {said}")
                    faults += 1
                    continue
                size_written = sum((folder / path).stat().st_size for path in written)
                power = ""
                if name in before:
                    last_size, last_seconds = before[name]
                    value = math.log(seconds / last_seconds) / math.log(size / last_size)
                    is_steep = value > options.limit and seconds > NOTICED and size == max(options.sizes)
                    power = f"{value:5.2f}" + (" too steep" if is_steep else "")
                    faults += is_steep
                before[name] = size, seconds
                if is_shown:
                    print(f"{name:10} {size:8d} {seconds:9.2f} {peak / 1e6:7.0f} "
                          f"{size_written / 1e6 if written else 0:8.2f}M  {power}", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Damages the store of finished cells and the inputs of an experiment at random: a run notices.

    python3 Tests/scripts/damage_store.py .build/release/rangelab [--rounds 200] [--seed 1]

Each round lays the stored lines into several segments and changes one or several of these (a flipped
bit, a cut, an edited digit, a copy under another name, two files swapped, nothing, a folder or a named
pipe in their place) and runs again: results.csv has the bytes of the first run. In every tenth round an input is
replaced while a run is under way: its cells fail or are those of the original, and after it is put
back the table is right again. Exit code 1 at the first wrong table, with the round.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

MANIFEST = """name: damage
tensors: [{file: '*.npy'}]
estimators: [minmax, mse, octav, percentile]
bits: [4, 8]
granularities: [tensor, channel:0]
"""


def flip(path, choose, files):
    data = bytearray(path.read_bytes())
    data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
    path.write_bytes(data)


def cut(path, choose, files):
    data = path.read_bytes()
    path.write_bytes(data[: choose.randrange(len(data))])


def edit(path, choose, files):
    data = bytearray(path.read_bytes())
    digits = [i for i, byte in enumerate(data) if chr(byte).isdigit()]
    data[choose.choice(digits)] = ord(choose.choice("0123456789"))
    path.write_bytes(data)


def copy(path, choose, files):
    shutil.copyfile(choose.choice(files), path.with_suffix(".other"))
    os.replace(path.with_suffix(".other"), path)


def swap(path, choose, files):
    other = choose.choice(files)
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)


def remove(path, choose, files):
    path.unlink()


def folder(path, choose, files):
    path.unlink()
    path.mkdir()


def pipe(path, choose, files):
    path.unlink()
    os.mkfifo(path)


def spread(shelf):
    """Lays the lines of all segments into six."""
    found = sorted(shelf.glob("*.segment"))
    lines = [line for path in found if path.is_file() for line in path.read_bytes().split(b"\n")[:-1]]
    for path in found:
        path.unlink()
    # The name says which machine has written a segment; a run merges those of its own.
    for index in range(6):
        (shelf / f"{index}{found[0].name}").write_bytes(
            b"".join(line + b"\n" for line in lines[index::6]))


def run(binary, work):
    return subprocess.run([binary, "run", "m.yaml", "-o", "out"], cwd=work, timeout=60,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def replace_during_run(binary, work, choose):
    """Another tensor in the place of an input while its cells are computed."""
    victim = choose.choice(sorted(work.glob("*.npy")))
    original = victim.read_bytes()
    shutil.rmtree(work / "out")
    process = subprocess.Popen([binary, "run", "m.yaml", "-o", "out", "-j", "1"], cwd=work,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(choose.uniform(0, 0.05))
    shape = np.load(victim).shape
    values = np.random.default_rng(choose.randrange(1 << 30)).normal(size=shape)
    with open(work / "other", "wb") as file:
        np.save(file, (100 * values).astype(np.float32))
    os.replace(work / "other", victim)
    process.wait(timeout=60)
    victim.write_bytes(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    binary, choose = str(options.binary.resolve()), random.Random(options.seed)
    damages = [flip, cut, edit, copy, swap, remove, folder, pipe]
    noticed = 0
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        draw = np.random.default_rng(3)
        for index in range(6):
            np.save(work / f"t{index}.npy", draw.standard_t(3, size=(16, 400)).astype(np.float32))
        (work / "m.yaml").write_text(MANIFEST)
        assert run(binary, work).returncode == 0
        right = (work / "out/results.csv").read_bytes()
        for number in range(options.rounds):
            if number % 10 == 9:
                replace_during_run(binary, work, choose)
            else:
                spread(work / "out/.segments")
                for _ in range(choose.randint(1, 4)):
                    files = sorted(path for path in (work / "out/.segments").iterdir()
                                   if path.is_file() and path.stat().st_size)
                    choose.choice(damages)(choose.choice(files), choose, files)
            done = run(binary, work)
            noticed += "damaged" in done.stderr
            if done.returncode != 0 or (work / "out/results.csv").read_bytes() != right:
                print(f"round {number}: exit code {done.returncode}, the table is wrong\n{done.stderr}")
                return 1
    print(f"{options.rounds} rounds: every table right, damage named in {noticed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

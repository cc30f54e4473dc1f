#!/usr/bin/env python3
"""Checks that shards that die and are repeated give, assembled, the bytes of one run.

    python3 Tests/scripts/shards.py .build/release/rangelab [--rounds 20] [--seed 1]

An experiment with synthetic tensors, profiles and a network is run whole
once. Each round runs its eight shards in random order, up to three at once; each is killed (SIGKILL) at
random moments, some are repeated after they have finished, and some rounds compute into two folders.
Assembling before the end says what is missing and writes nothing; after it results.csv, profiles.json,
networks.csv and summary.md have the bytes of the one run. A last plain run computes nothing, and leaves few
files. Exit code 1 at the first round where anything of this does not hold.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARDS = 8
MODELS = Path(__file__).resolve().parents[2] / "experiments/networks/models"
TABLES = ("results.csv", "profiles.json", "networks.csv", "summary.md")
TENSORS = """tensors:
  - {synthetic: {distribution: gaussian, shape: [[32, 64], [64, 256]]}}
  - {synthetic: {distribution: laplace, shape: [16, 256]}}
estimators: [minmax, mse]
bits: [4]
"""
NETWORK = """models:
  - file: orientation.onnx
    calibration: orientation-calibration-small.npz
    evaluation: orientation-calibration-small.npz
    samples: 8
    normalize: {scale: 0.00784313725490196, offset: -1}
"""


def tables(folder):
    return {name: (folder / name).read_bytes() for name in TABLES if (folder / name).exists()}


def stored(folder):
    """Kind and address of every whole line in the segments."""
    return {tuple(line.split(b"\t")[0].split()[1:]) for path in (folder / ".segments").glob("*.segment")
            for line in path.read_bytes().split(b"\n")[:-1]}


def call(arguments, code=0):
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=120)
    if done.returncode != code:
        sys.exit(f"exit code {done.returncode}, not {code}: {' '.join(map(str, arguments))}\n{done.stderr}")
    return done


def shards_until_done(binary, manifest, folders, choose, cold):
    """Runs all shards; returns how many attempts were killed."""
    waiting = [(index, choose.choice(folders)) for index in range(1, SHARDS + 1)]
    waiting += choose.sample(waiting, 2)  # repeated after, or while, they run the first time
    choose.shuffle(waiting)
    running, killed = [], 0
    while waiting or running:
        while waiting and len(running) < 3:
            index, folder = waiting.pop()
            process = subprocess.Popen(
                [binary, "run", manifest, "-o", folder, "--shard", f"{index}/{SHARDS}", "-j", "1"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            limit = choose.uniform(0, cold) if choose.random() < 0.4 else 1e9
            running.append((process, index, folder, time.monotonic() + limit))
        time.sleep(0.005)
        for entry in list(running):
            process, index, folder, end = entry
            if process.poll() is None and time.monotonic() > end:
                process.send_signal(signal.SIGKILL)
                process.wait()
            if process.poll() is None:
                continue
            running.remove(entry)
            messages = process.stderr.read()
            if process.returncode == -signal.SIGKILL:
                killed += 1
                waiting.insert(choose.randint(0, len(waiting)), (index, folder))
            elif process.returncode != 0:
                sys.exit(f"shard {index}: exit code {process.returncode}\n{messages}")
    return killed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    binary, choose = options.binary.resolve(), random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for path in MODELS.glob("orientation*"):
            shutil.copy(path, work)
        (work / "m.yaml").write_text("name: shards\n" + TENSORS + NETWORK)
        began = time.monotonic()
        call([binary, "run", work / "m.yaml", "-o", work / "one"])
        cold = time.monotonic() - began
        right = tables(work / "one")
        killed = 0
        for number in range(options.rounds):
            out, other = work / "out", work / "other"
            folders = [out] if number % 3 else [out, other]
            first = choose.randint(1, SHARDS)
            call([binary, "run", work / "m.yaml", "-o", out, "--shard", f"{first}/{SHARDS}"])
            sources = ["--from", other] if len(folders) > 1 else []
            other.mkdir()
            early = call([binary, "assemble", work / "m.yaml", "-o", out] + sources, code=75)
            if "missing, nothing is written" not in early.stderr or tables(out):
                sys.exit(f"round {number}: assembled before the end\n{early.stderr}")
            killed += shards_until_done(binary, work / "m.yaml", folders, choose, cold / 4)
            call([binary, "assemble", work / "m.yaml", "-o", out] + sources)
            if tables(out) != right:
                wrong = [key for key in right if tables(out).get(key) != right[key]]
                sys.exit(f"round {number}: other bytes in {', '.join(wrong)}")
            last = None
            if len(folders) == 1:
                before = stored(out)
                last = call([binary, "run", work / "m.yaml", "-o", out])
                if stored(out) != before:
                    sys.exit(f"round {number}: results were lost or added by merging segments")
            if last and ", 0 computed now" not in last.stderr:
                sys.exit(f"round {number}: {last.stderr}")
            files = sum(1 for _ in (out / ".segments").iterdir())
            if last and (tables(out) != right or files > 8):
                sys.exit(f"round {number}: {files} segments after a plain run, or other bytes")
            shutil.rmtree(out)
            shutil.rmtree(other)
    print(f"{options.rounds} rounds of {SHARDS} shards, {killed} killed: {', '.join(sorted(right))} have "
          f"the bytes of one run, which took {cold:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

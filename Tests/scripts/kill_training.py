#!/usr/bin/env python3
"""Checks that a training run that is killed and resumed ends in the same bytes.

    python3 Tests/scripts/kill_training.py .build/release/rangelab [--images FOLDER] [--kills 10]

A small network learns 4,000 images of Fashion-MNIST, once with float weights and once with learned scales of
four bits. Each time the run is made once to its end, and once with a checkpoint every 0.05 seconds and its
process group killed (SIGKILL) at seeded moments, after each of which it is started again. Every file must
then be the same, byte by byte, and no temporary file may be left. Exit code 1 when anything differs.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEC = """name: small
input: {name: image, shape: [1, 28, 28]}
classes: 10
layers:
  - conv: {outputs: 8, kernel: 3, stride: 2, padded: true}
  - batch-norm
  - relu
  - max-pool: {kernel: 2}
  - flatten
  - linear: {outputs: 10}
"""


def start(arguments):
    return subprocess.Popen(list(map(str, arguments)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            text=True, start_new_session=True)


def finish(arguments):
    began = time.monotonic()
    process = start(arguments)
    messages = process.communicate()[1]
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: {messages}")
    return time.monotonic() - began


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".ckpt"}


def written(path):
    """When a file was written; 0 where there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0


def check(name, command, folder, kills, randoms):
    """Runs the command to its end and with kills; returns what differs."""
    whole, killed = folder / f"{name}-whole", folder / f"{name}-killed"
    for place in (whole, killed):
        place.mkdir()
    seconds = finish(command + ["-o", whole / "out.onnx"])
    resumed = command + ["-o", killed / "out.onnx", "--checkpoint", killed / "run.ckpt",
                         "--checkpoint-seconds", "0.05"]
    done = 0
    for _ in range(kills):
        before = written(killed / "run.ckpt")
        process = start(resumed)
        # Some progress is kept first, so that the kills are spread over the whole run.
        while written(killed / "run.ckpt") == before and process.poll() is None:
            time.sleep(0.002)
        time.sleep(randoms.uniform(0, 1) * seconds / (2 * kills))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            done += 1
        process.communicate()
    finish(resumed)
    faults = []
    if files(whole) != files(killed):
        names = files(whole).keys() | files(killed).keys()
        faults = [name for name in names if files(whole).get(name) != files(killed).get(name)]
    print(f"{name}: {seconds:.1f} s without a kill; {done} of {kills} starts killed; "
          + (f"DIFFERENT: {', '.join(faults)}" if faults else f"{len(files(whole))} files alike"))
    return faults or (["too few kills"] if done < kills / 2 else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rangelab", type=Path)
    parser.add_argument("--images", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    randoms = random.Random(15)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "small.yaml").write_text(SPEC)
        common = ["--data", options.images, "--test", options.images, "--samples", 4000, "--normalize-scale",
                  0.0111, "--normalize-offset", -0.81, "--epochs", 3]
        train = [options.rangelab, "model", "train"]
        faults = check("float", train + ["--from-scratch", folder / "small.yaml"] + common, folder,
                       options.kills, randoms)
        quantized = train + [folder / "float-whole" / "out.onnx", "--quantize", "--weight-bits", 4,
                             "--activation-bits", 4] + common
        faults += check("learned", quantized, folder, options.kills, randoms)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks `submit --engine local`, `status` and `cancel`: the chunks that a cluster would compute, computed here.

    python3 Tests/scripts/submit_local.py .build/release/rangelab

1. A run in many chunks has the bytes of one run; status says so; submitting again finds nothing missing.
2. A run that is cancelled keeps what is done, status says 75, and submitting again computes only the rest.
3. While it runs, submitting again is refused.
4. A file of settings sets an environment before the program, and its faults have a place.
5. A changed manifest is refused by a chunk that was cut before; a damaged chunk is an error with its place.
Exit code 1 when anything of this does not hold.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MANIFEST = """name: local
tensors:
  - {synthetic: {distribution: laplace, shape: [[64, 256], [16, 64]], count: 6}}
estimators: [minmax, mse, percentile, lp: {p: [2.4, 3.5]}]
bits: [4, 8]
granularities: [tensor, 'channel:0']
"""
TABLES = ("results.csv", "profiles.json", "summary.md")


def main(binary):
    binary = Path(binary).resolve()

    def call(*words, code=0):
        done = subprocess.run([str(binary), *map(str, words)], capture_output=True, text=True, timeout=120)
        if done.returncode != code:
            sys.exit(f"exit code {done.returncode}, not {code}: {' '.join(map(str, words))}\n"
                     f"{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def expect(holds, what):
        if not holds:
            sys.exit(f"FAULT: {what}")

    def tables(folder):
        return {name: (folder / name).read_bytes() for name in TABLES if (folder / name).exists()}

    def computed(folder):
        """The cells that chunks have computed, from their logs."""
        logs = [path.read_text() for path in (folder / ".runs").glob("*/logs/[0-9]*.txt")]
        return sum(int(line.split(" computed now")[0].split()[-1]) for log in logs
                   for line in log.splitlines() if " computed now" in line)

    with tempfile.TemporaryDirectory(prefix="rangelab '%d ") as name:  # a path that needs quotes
        work = Path(name)
        manifest = work / "m.yaml"
        manifest.write_text(MANIFEST)
        submit = ["submit", manifest, "--engine", "local", "--workers", 2, "--least-seconds", 0, "-o"]
        said = call("run", manifest, "-o", work / "one")
        cells = int(re.search(r"(\d+) computed now", said)[1])
        right = tables(work / "one")

        call("status", work / "none", code=66)
        said = call(*submit, work / "out")
        expect(tables(work / "out") == right, f"other bytes\n{said}")
        expect("done" in call("status", work / "out"), "status")
        expect("nothing is missing" in call(*submit, work / "out"), "a second submission")
        expect(computed(work / "out") == cells, f"{computed(work / 'out')} cells computed")

        folder = work / "cancelled"
        process = subprocess.Popen([str(binary), *map(str, submit), str(folder)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 60
        while not list(folder.glob(".runs/*/done/*")):
            expect(time.monotonic() < end and process.poll() is None, "no chunk was done in a minute")
            time.sleep(0.01)
        expect("still under way" in call(*submit, folder, code=64), "refused while it runs")
        expect("is cancelled" in call("cancel", folder), "cancel")
        said = process.communicate(timeout=60)[1]
        expect(process.returncode == 75 and not tables(folder), f"{process.returncode}: {said}")
        expect("here: bash" in call("status", folder, code=75), "what is not done")
        before = computed(folder)
        expect(0 < before < cells, f"{before} cells computed before the end")
        call(*submit, folder)
        expect(tables(folder) == right, "other bytes after a cancelled run")
        expect(computed(folder) == cells, f"{computed(folder)} cells computed for {cells}")

        engine = work / "engine.yaml"
        engine.write_text("engine: local\nsetup:\n  - cd .\n  - 'echo setup of $chunk: \"two  words\"'\n")
        own = ["submit", manifest, "--workers", 2, "--least-seconds", 0, "-o", work / "own", "--engine"]
        call(*own, engine)
        expect(tables(work / "own") == right, "other bytes with a file of settings")
        logs = {path.name: path.read_text() for path in (work / "own/.runs").glob("*/logs/*.txt")}
        expect(len(logs) > 2 and all('"two  words"' not in log and "two  words" in log for log in logs.values())
               and "setup of 1: " in logs["1.txt"], f"{logs}")
        expect("cannot read the engine file" in call(*own, work / "none.yaml", code=66), "no file of settings")
        engine.write_text("engine: local\nsetpu: x\n")
        expect("engine.yaml:2:1: error:" in call(*own, engine, code=65), "a fault in a file of settings")
        engine.write_text("engine: local\n")
        call(*own, engine, "--", "--partition=x", code=64)
        call(*own, "slurn", code=64)

        run = next((work / "out").glob(".runs/*"))
        chunk = ["run", manifest, "-o", work / "again", "--chunk"]
        call(*chunk, f"{run}:0")
        expect("has no chunk 9999" in call(*chunk, f"{run}:9999", code=65), "a chunk that is not there")
        manifest.write_text(MANIFEST.replace("count: 6", "count: 5"))
        expect("has changed since" in call(*chunk, f"{run}:0", code=65), "another manifest")
        lines = (run / "chunks").read_text().splitlines()
        (run / "chunks").write_text("\n".join([lines[0], "1 1 x"] + lines[2:]) + "\n")
        expect("chunk 0 has 'x'" in call(*chunk, f"{run}:0", code=65), "a damaged chunk")
        call("run", manifest, "--shard", "1/2", "--chunk", f"{run}:0", code=64)
        for wrong in ("0/2", "3/2", "1", "1/2/3", "a/b"):
            call("run", manifest, "--shard", wrong, code=64)
    print("all holds")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))

#!/usr/bin/env python3
"""Checks that the number of jobs cannot be seen in results and that a killed run resumes.

    python3 Tests/scripts/kill_and_resume.py .build/release/rangelab experiments/quickstart.yaml

1. Cold runs with 1, 2 and 4 jobs write the same bytes to results.csv and profiles.json.
2. Runs whose whole process group gets SIGKILL at 20 seeded moments, and that are resumed to the
   end, write those bytes too; after every kill both files are absent or whole, what is kept only
   grows, and no kept cell is computed again.
3. A warm run computes nothing and takes less than a fifth of the cold time.
Exit code 1 when anything of this does not hold.
"""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KILLS, RUNS, JOBS = 20, 2, 2
faults = []


def expect(holds, text):
    if not holds:
        faults.append(text)
        print("FAULT: " + text)


def start(arguments):
    return subprocess.Popen(
        list(map(str, arguments)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True)


def run(arguments):
    """Runs to the end; returns the cells computed and the seconds."""
    began = time.monotonic()
    process = start(arguments)
    messages = process.communicate()[1]
    seconds = time.monotonic() - began
    found = re.search(r"(\d+) computed now", messages)
    expect(process.returncode == 0 and found, f"exit code {process.returncode}: {messages}")
    return int(found[1]) if found else 0, seconds


def kept_cells(folder):
    """The addresses of finished cells; half a line of a killed run has no end."""
    return {
        line.split()[2] for path in folder.glob(".segments/*.segment")
        for line in path.read_bytes().split(b"\n")[:-1] if line.split()[1] == b"cell"}


def tables(folder):
    """The bytes of what a run writes that must not differ from run to run."""
    return {name: (folder / name).read_bytes() for name in ("results.csv", "profiles.json")
            if (folder / name).exists()}


def temporaries(folder):
    """What a kill may leave of a file that was being written."""
    return sum(1 for path in folder.rglob(".rangelab-*.tmp"))


def killed_run(command, folder, cold, reference, pauses):
    """Kills and resumes; returns how many attempts were cut short and the cells computed."""
    cut = computed = 0
    kept = set()
    for pause in pauses:
        process = start(command)
        try:
            process.wait(timeout=pause * cold)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            cut += 1
        process.communicate()
        now = kept_cells(folder)
        expect(kept <= now, "a finished cell has gone after a kill")
        computed += len(now - kept)
        kept = now
        for name, content in tables(folder).items():
            expect(content == reference[name], f"half a {name}")
    last, _ = run(command)
    expect(kept <= kept_cells(folder), "a finished cell has gone after the last run")
    return cut, len(kept), computed + last


def main(binary, manifest):
    binary, manifest = Path(binary).resolve(), Path(manifest).resolve()
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)

        def command(folder, jobs):
            return [binary, "run", manifest, "-o", work / folder, "-j", jobs]

        cold, reference, total = {}, None, 0
        for jobs in (1, 2, 4):
            total, cold[jobs] = run(command(f"jobs{jobs}", jobs))
            written = tables(work / f"jobs{jobs}")
            expect(len(written) == 2, f"a run with {jobs} jobs lacks a file")
            expect(reference in (None, written), f"files of {jobs} jobs have other bytes")
            reference = written
            print(f"{jobs} jobs: {total} cells computed in {cold[jobs]:.2f} s")
        expect(total > 0, "a cold run computes something")

        warm, seconds = run(command("jobs2", 2))
        expect(warm == 0, f"a warm run computed {warm} cells")
        expect(seconds < cold[2] / 5, "a warm run takes a fifth of a cold one or more")
        expect(tables(work / "jobs2") == reference, "warm bytes differ")
        print(f"warm: {warm} cells computed in {seconds:.3f} s, cold {cold[2]:.2f} s, "
              f"{cold[2] / seconds:.0f} times faster")

        # Several runs, each killed at moments anywhere in what a cold run takes: later attempts
        # have less to do, and the last may end by themselves.
        rng = random.Random(7)
        for turn in range(RUNS):
            pauses = [rng.uniform(0, 0.7) for _ in range(KILLS // RUNS)]
            folder = work / f"killed{turn}"
            cut, kept, computed = killed_run(
                command(folder.name, JOBS), folder, cold[JOBS], reference, pauses)
            expect(tables(folder) == reference,
                   "files of a killed and resumed run have other bytes")
            expect(computed == total, f"{computed} cells computed for {total}")
            expect(cut > 1, "hardly a kill found the run at work")
            expect(kept > 0, "nothing was kept between the kills")
            print(f"killed {cut} times after {', '.join(f'{t:.2f}' for t in pauses)} of a run: "
                  f"{kept} cells kept, {computed} computed for {total}, "
                  f"{temporaries(folder)} temporary files left")
    print("all holds" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

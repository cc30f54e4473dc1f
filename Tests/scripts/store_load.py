#!/usr/bin/env python3
"""Prints what a large experiment in shards costs, and how shards, `assemble` and `status` load a file system.

    python3 Tests/scripts/store_load.py .build/release/rangelab MANIFEST.yaml DIR [--shards 100] [--shard 7/1000]

Computes all shards into DIR, two at a time, assembles them, and prints time, memory and files of both as a
table in Markdown. Then traces, with strace, one more shard of a finer cut, `assemble`, and `status` of a small
run in 64 chunks that was submitted elsewhere, and prints a table of the operations below the output directory: what a
file server would have to answer.

    names      files and folders that are opened or created, and those that are not there
    look-ups   stat and its like, by name
    lists      reads of a folder
    reads, writes  with the megabytes; a network file system moves them in blocks
    syncs      fsync
    renames    rename, unlink, mkdir
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CALLS = {
    "open": "names", "openat": "names", "creat": "names",
    "stat": "look-ups", "lstat": "look-ups", "newfstatat": "look-ups", "statx": "look-ups",
    "access": "look-ups", "faccessat": "look-ups", "faccessat2": "look-ups", "readlink": "look-ups",
    "getdents64": "lists", "read": "reads", "pread64": "reads", "write": "writes", "pwrite64": "writes",
    "fsync": "syncs", "fdatasync": "syncs", "rename": "renames", "renameat": "renames",
    "renameat2": "renames", "unlink": "renames", "unlinkat": "renames", "mkdir": "renames", "rmdir": "renames",
}
COLUMNS = ["names", "look-ups", "lists", "reads", "MB read", "writes", "MB written", "syncs", "renames"]
SMALL = """name: chunks
tensors: [{synthetic: {distribution: gaussian, shape: [4, 16], count: 64}}]
estimators: [minmax]
bits: [4]
"""


def measure(words):
    """Runs a command; the processor seconds and the megabytes that it took."""
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: {' '.join(map(str, words))}\n{said[-2000:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def compute(binary, manifest, folder, shards):
    """All shards, then the tables; prints what they took."""
    def sizes(paths):
        paths = [path for path in paths if path.is_file()]
        return f"{len(paths)} | {sum(path.stat().st_size for path in paths) / 1e6:.0f}"

    def row(title, began, costs, files):
        print(f"| {title} | {(time.monotonic() - began) / 60:.1f} | {sum(cost[0] for cost in costs) / 60:.1f} | "
              f"{max(cost[1] for cost in costs):.0f} | {files} |", flush=True)

    print("| step | minutes | processor minutes | most MB of a process | files | MB |\n|:--|--:|--:|--:|--:|--:|")
    began = time.monotonic()
    run = [binary, "run", manifest, "-o", folder, "-j", 1, "--shard"]
    with ThreadPoolExecutor(2) as pool:
        costs = list(pool.map(lambda index: measure(run + [f"{index}/{shards}"]), range(1, shards + 1)))
    row(f"{shards} shards, two at a time", began, costs, sizes((folder / ".segments").iterdir()))
    began = time.monotonic()
    costs = [measure([binary, "assemble", manifest, "-o", folder])]
    row("`assemble`", began, costs, sizes(folder.iterdir()))
    print()


def trace(words, folder, codes=(0,)):
    """Runs a command and counts its operations on what is below a folder."""
    with tempfile.NamedTemporaryFile(prefix="strace-") as log:
        command = ["strace", "-f", "-y", "-qq", "--seccomp-bpf", "-s", "0", "-e", "trace=" + ",".join(CALLS),
                   "-o", log.name, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/")
        if done.returncode not in codes:
            sys.exit(f"exit code {done.returncode}: {' '.join(map(str, words))}\n{done.stderr[-2000:]}")
        counts, unfinished = Counter(), {}
        with open(log.name, errors="replace") as lines:
            for line in lines:
                process, _, text = line.partition(" ")
                text = text.strip()
                if text.endswith("<unfinished ...>"):
                    unfinished[process] = text
                    continue
                if text.startswith("<... "):
                    text = unfinished.pop(process, "") + text
                count(text, str(folder), counts)
        return counts


def count(text, folder, counts):
    name = re.match(r"(\w+)\(", text)
    if not name or folder not in text or name[1] not in CALLS:
        return
    # `fstat` of an open file is newfstatat(FD, "", ...): its client knows the answer.
    if name[1] == "newfstatat" and '"",' in text:
        return
    kind = CALLS[name[1]]
    counts[kind] += 1
    result = re.search(r"= (-?\d+)[^=]*$", text)
    size = int(result[1]) if result else 0
    if kind in ("reads", "writes") and size > 0:
        counts["MB read" if kind == "reads" else "MB written"] += size / 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shards", type=int, default=100)
    parser.add_argument("--shard", default="7/1000")
    options = parser.parse_args()
    binary, manifest, folder = (path.resolve() for path in (options.binary, options.manifest, options.folder))
    if options.shards:
        compute(binary, manifest, folder, options.shards)
    run = [binary, "run", manifest, "-o", folder, "--shard", options.shard, "-j", 1]
    segments = len(list((folder / ".segments").glob("*.segment")))
    rows = [(f"shard {options.shard}, {segments} segments there", trace(run, folder)),
            ("the same shard again", trace(run, folder))]
    segments = len(list((folder / ".segments").glob("*.segment")))
    rows.append((f"`assemble`, {segments} segments", trace([binary, "assemble", manifest, "-o", folder], folder)))
    with tempfile.TemporaryDirectory(prefix="store-load-") as name:
        work = Path(name)
        (work / "small.yaml").write_text(SMALL)
        out = work / "out"
        subprocess.run([binary, "submit", work / "small.yaml", "-o", out, "--engine", "local", "--workers", "4",
                        "--least-seconds", "0"], capture_output=True, check=True)
        chunks = int(re.search(r"(\d+) of \d+ done", subprocess.run(
            [binary, "status", out], capture_output=True, text=True, check=True).stdout)[1])
        rows.append((f"`status`, {chunks} chunks", trace([binary, "status", out], out)))
    print("| verb | " + " | ".join(COLUMNS) + " |")
    print("|:--|" + "--:|" * len(COLUMNS))
    for title, counts in rows:
        cells = [f"{counts[column]:.1f}" if column.startswith("MB") else f"{counts[column]}" for column in COLUMNS]
        print(f"| {title} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()

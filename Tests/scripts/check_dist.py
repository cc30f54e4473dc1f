#!/usr/bin/env python3
"""Checks the program to download: unpacks it into a folder without Swift and runs it there by chroot.

    python3 Tests/scripts/check_dist.py .build/dist/rangelab-VERSION-linux-x86_64.tar.gz

1. The checksums, inside and beside the tarball, are right; names are sorted, one time, no owner.
2. No library that the program needs is part of Swift, and all but those of the machine are inside.
3. In a root that has the C library, the few libraries of the machine and nothing else, `rangelab run` of the
   quickstart writes the committed results.csv, profiles.json and summary.md, byte for byte.
4. Verbs that need ONNX Runtime say that it is missing and where they looked, with exit code 66.
Exit code 1 when anything of this does not hold. Needs root, or user namespaces.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# What the machine gives: each is part of a Debian without any development package.
OF_THE_MACHINE = re.compile(
    r"^(linux-vdso|ld-linux-x86-64|libc|libm|libdl|librt|libpthread|libutil|libgcc_s|libstdc\+\+|libz)\.so")
faults = []


def expect(holds, text):
    if not holds:
        faults.append(text)
        print("FAULT: " + text)


def check_archive(path):
    """The order, times and owners of the members; the checksum beside the file."""
    said = Path(f"{path}.sha256").read_text().split()
    expect(said == [hashlib.sha256(path.read_bytes()).hexdigest(), path.name], "the checksum beside it")
    with tarfile.open(path) as archive:
        members = archive.getmembers()
    names = [m.name for m in members]
    expect(names == sorted(names, key=lambda n: n.split("/")), "members are not sorted")
    expect(len({m.mtime for m in members}) == 1, "members have several times")
    expect(all((m.uid, m.gid) == (0, 0) for m in members), "members have owners")
    expect(path.read_bytes()[4:8] == bytes(4), "gzip has kept a time")
    return names


def needed_libraries(program):
    """Name and path of each library that the program loads."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in text.splitlines():
        words = line.split()
        if "=>" in words:
            expect(words[2] != "not", f"{words[0]} is missing")
            found[words[0]] = words[2]
        elif words[0].startswith("/"):
            found[os.path.basename(words[0])] = words[0]
    return found


def run_in(root, *command):
    # Every machine has /proc, which says where the program is and what its arguments are; the mount ends with the
    # command. The path is that of the chroot, so the tools of this machine are named in full.
    steps = f'PATH=/usr/sbin:/usr/bin:/sbin:/bin; mount --rbind /proc {root}/proc && exec chroot {root} "$@"'
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    return subprocess.run(
        ["/usr/bin/unshare", *rights, "--mount", "/bin/sh", "-c", steps, "sh", *command], capture_output=True, text=True,
        env={"PATH": "/opt/rangelab/bin", "HOME": "/"}, stdin=subprocess.DEVNULL)


def main(path):
    names = check_archive(path)
    for wanted in ["README.md", "LICENSE", "licenses/swift.txt", "licenses/gsl.txt", "licenses/Yams.txt",
                   "licenses/swift-protobuf.txt", "licenses/libcrypto.txt", "lib/libcrypto.so.3", "lib/libgsl.so.27", "licenses/swift-argument-parser.txt", "bin/rangelab",
                   "share/man/man1/rangelab.1", "share/bash-completion/completions/rangelab"]:
        expect(f"{path.name.removesuffix('.tar.gz')}/{wanted}" in names, f"{wanted} is missing")

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "opt").mkdir()
        subprocess.run(["tar", "xzf", path, "-C", root / "opt"], check=True)
        (root / "opt" / path.name.removesuffix(".tar.gz")).rename(root / "opt/rangelab")
        here = root / "opt/rangelab"
        sums = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=here)
        expect(sums.returncode == 0, "SHA256SUMS")

        libraries = needed_libraries(here / "bin/rangelab")
        for name, place in sorted(libraries.items()):
            inside = place.startswith(str(here)) or f"{here}" in os.path.realpath(place)
            expect(inside or OF_THE_MACHINE.match(name), f"{name} is neither inside nor of every machine")
            if not inside and not name.startswith("linux-vdso"):
                target = root / place.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(place, target)
        print("of the machine:", ", ".join(sorted(n for n, p in libraries.items() if not p.startswith(str(here)))))

        (root / "proc").mkdir()
        (root / "experiments").mkdir()
        (root / "tmp").mkdir()
        shutil.copy(REPOSITORY / "experiments/quickstart.yaml", root / "experiments")
        shutil.copytree(REPOSITORY / "experiments/data", root / "experiments/data")
        model = "experiments/networks/models/orientation.onnx"
        (root / model).parent.mkdir(parents=True)
        for file in [model, model.replace(".onnx", "-test-small.npz")]:
            shutil.copy(REPOSITORY / file, root / file)

        version = run_in(root, "/opt/rangelab/bin/rangelab", "--version")
        expect(version.returncode == 0 and f"-{version.stdout.strip()}-" in path.name,
               f"--version: {version.stdout}{version.stderr}")
        ran = run_in(root, "/opt/rangelab/bin/rangelab", "run", "/experiments/quickstart.yaml", "-o", "/out")
        expect(ran.returncode == 0, f"run: exit code {ran.returncode}: {ran.stderr}")
        for name in ["results.csv", "profiles.json", "summary.md"]:
            made, kept = root / "out" / name, REPOSITORY / "results/quickstart" / name
            expect(made.exists() and made.read_bytes() == kept.read_bytes(), f"{name} is not the committed one")
        network = run_in(root, "/opt/rangelab/bin/rangelab", "model", "evaluate", f"/{model}", f"/{model}", "--data",
                         f"/{model.replace('.onnx', '-test-small.npz')}")
        expect(network.returncode == 66 and "ONNX Runtime" in network.stderr,
               f"a network without ONNX Runtime: exit code {network.returncode}: {network.stderr}")
        print(f"without ONNX Runtime, exit code {network.returncode}: {network.stderr.strip()[:160]}")

    if faults:
        sys.exit(f"{len(faults)} faults")
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, runs without Swift, the committed results")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())

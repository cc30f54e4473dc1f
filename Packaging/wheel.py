#!/usr/bin/env python3
"""Packs the Python package with the C library, and with the program if one is given, into a wheel.

    python3 Packaging/wheel.py LIBRARY_FOLDER [PROGRAM] -o .build/wheel

LIBRARY_FOLDER is .build/c-library, as `make c-library` leaves it. The wheel is for any Python 3 on Linux whose glibc is
that of the manylinux tag, which is read from the symbols that the binaries need. The same inputs give the
same bytes: members in order, one time, no compression that depends on the machine.
"""

import argparse
import base64
import hashlib
import os
import platform
import re
import stat
import subprocess
import tempfile
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def needed_glibc(binaries):
    """The newest version of glibc that any of the binaries needs, as (2, 36)."""
    versions = [(2, 17)]
    for binary in binaries:
        symbols = subprocess.run(["objdump", "-T", binary], capture_output=True, text=True, check=True).stdout
        versions += [tuple(map(int, v.split("."))) for v in re.findall(r"GLIBC_(\d+\.\d+)", symbols)]
    return max(versions)


def metadata(version):
    readme = (REPOSITORY / "Python/README.md").read_text()
    return f"""Metadata-Version: 2.1
Name: rangelab
Version: {version}
Summary: Ranges for quantization, what they cost, and the least they could cost
License: GPL-3.0-or-later
Classifier: License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Typing :: Typed
Requires-Python: >=3.9
Requires-Dist: numpy>=1.23
Provides-Extra: torch
Requires-Dist: torch>=2.0; extra == "torch"
Description-Content-Type: text/markdown

{readme}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("program", type=Path, nargs="?")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()

    text = (REPOSITORY / "Sources/QuantizationCore/ToolVersion.swift").read_text()
    version = re.search(r'current = "([^"]+)"', text)[1]
    package = REPOSITORY / "Python/rangelab"
    members = {f"rangelab/{p.name}": p for p in package.iterdir() if p.suffix == ".py" or p.name == "py.typed"}
    binaries = {
        "rangelab/lib/librangelab.so" if p.name.startswith("librangelab") else f"rangelab/lib/{p.name}": p
        for p in (arguments.library / "lib").iterdir() if not p.is_symlink()}
    scratch = tempfile.TemporaryDirectory()
    if arguments.program:
        stripped = Path(scratch.name, "rangelab")
        subprocess.run([REPOSITORY / "Packaging/strip.sh", arguments.program, stripped], check=True)
        binaries["rangelab/bin/rangelab"] = stripped
        lib = Path(scratch.name, "lib")
        lib.mkdir()
        subprocess.run([REPOSITORY / "Packaging/bundle_libraries.sh", stripped, lib], check=True)
        binaries.update({f"rangelab/lib/{p.name}": p for p in lib.iterdir()})
    members.update(binaries)

    major, minor = needed_glibc(binaries.values())
    tag = f"py3-none-manylinux_{major}_{minor}_{platform.machine()}"
    info = f"rangelab-{version}.dist-info"
    contents = {name: path.read_bytes() for name, path in members.items()}
    contents[f"{info}/METADATA"] = metadata(version).encode()
    contents[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: rangelab\nRoot-Is-Purelib: false\nTag: {tag}\n".encode())
    contents[f"{info}/entry_points.txt"] = b"[console_scripts]\nrangelab = rangelab._program:main\n"
    contents[f"{info}/licenses/LICENSE"] = (REPOSITORY / "LICENSE").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        # The program's are more than the library's; the packages are beside the folder of its build.
        checkouts = [arguments.program.parents[1] / "checkouts"] if arguments.program else []
        subprocess.run([REPOSITORY / "Packaging/licenses.sh", folder, *checkouts], check=True)
        for path in Path(folder).iterdir():
            contents[f"{info}/licenses/{path.name}"] = path.read_bytes()

    record = f"{info}/RECORD"
    lines = []
    for name, data in sorted(contents.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    contents[record] = "".join([*lines, f"{record},,\n"]).encode()

    arguments.output.mkdir(parents=True, exist_ok=True)
    wheel = arguments.output / f"rangelab-{version}-{tag}.whl"
    part = wheel.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        # Metadata comes last, as the format recommends.
        for name in sorted(contents, key=lambda n: (n.startswith(info), n)):
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            # Only of what is marked as a file does pip keep that it can be run.
            member.external_attr = (stat.S_IFREG | (0o755 if name in binaries else 0o644)) << 16
            archive.writestr(member, contents[name])
    for old in arguments.output.glob(f"rangelab-{version}-*.whl"):
        old.unlink()
    os.rename(part, wheel)
    print(f"{wheel}: {wheel.stat().st_size} bytes")


if __name__ == "__main__":
    main()

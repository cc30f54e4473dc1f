#!/usr/bin/env python3
"""Compiles the C example against librangelab, as C and as C++, runs it, and compares it with the command.

    python3 Tests/scripts/check_c_library.py .build/c-library .build/release/rangelab

1. The header compiles without a warning as C11 and as C++17, and declares at most 20 functions; each is in the
   library, and the library shows nothing else.
2. The example runs in an environment without Swift; scales, zero points, errors and codes are the command's.
3. Nothing that the library needs is part of Swift.
Exit code 1 when anything of this does not hold.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "Documentation/examples/estimate.c"
faults = []


def expect(holds, text):
    if not holds:
        faults.append(text)
        print("FAULT: " + text)


def output(*command, **settings):
    ended = subprocess.run(command, capture_output=True, text=True, **settings)
    expect(ended.returncode == 0, f"{' '.join(map(str, command))}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def check_symbols(folder):
    header = (folder / "include/rangelab.h").read_text()
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    declared = set(re.findall(r"\b(rangelab_\w+)\s*\(", code))
    expect(0 < len(declared) <= 20, f"{len(declared)} functions in rangelab.h")
    symbols = output("nm", "-D", "--defined-only", folder / "lib/librangelab.so")
    shown = {line.split()[2].split("@")[0] for line in symbols.splitlines() if line.split()[1] in "TDBRW"}
    expect(shown == declared, f"only in the header or only in the library: {shown ^ declared}")
    needed = output("ldd", folder / "lib/librangelab.so", env={"PATH": os.defpath})
    expect("swift" not in needed.lower() and "not found" not in needed, needed)
    return len(declared)


def check_example(folder, program, scratch):
    rpath = f"-Wl,-rpath,{folder / 'lib'}"
    common = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-I", folder / "include", "-L", folder / "lib", rpath]
    texts = []
    for compiler, standard in [("cc", "c11"), ("c++", "c++17")]:
        built = scratch / standard
        # C++ warns of members that `{0}` leaves to be zero, which C does not.
        language = ["-x", "c++", "-Wno-missing-field-initializers"] if compiler == "c++" else []
        output(compiler, f"-std={standard}", *common, *language, EXAMPLE, "-x", "none", "-lrangelab", "-o", built)
        if built.exists():
            texts.append(output(built, env={}))
    expect(len(texts) == 2 and texts[0] == texts[1], "C and C++ print other things")
    print(texts[0], end="")

    # The command about the same numbers.
    (scratch / "values.csv").write_text("0.1,-0.4,0.25,0.9\n-0.7,0.05,0.3,9.0\n")
    asked = ["-b", "4", "--scheme", "affine", "--granularity", "channel:0", "-e", "mse"]
    found = json.loads(output(
        program, "estimate", scratch / "values.csv", *asked, "--regret", "--format", "json"))
    record = found[0] if isinstance(found, list) else found
    expected = [f"channel {lane['index']}: scale {lane['scale']:.9g}, zero point {lane['zero_point']}"
                for lane in record["lanes"]]
    expected.append(f"mse {record['mse']:.6g} = clipping {record['clipping_mse']:.6g} + rounding "
                    f"{record['rounding_mse']:.6g}, regret {record['regret']:.6g}")
    lines = texts[0].splitlines()
    expect(lines[:3] == expected, f"the command says {expected}")
    expect(lines[-1].startswith("refused: unknown estimator 'msee'"), lines[-1])


def main(folder, program):
    count = check_symbols(folder)
    with tempfile.TemporaryDirectory() as scratch:
        check_example(folder, program, Path(scratch))
    if faults:
        sys.exit(f"{len(faults)} faults")
    print(f"{count} functions; the C example answers as the command does")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())

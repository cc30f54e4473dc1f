"""Checks `rangelab check` on real results made worse in known ways: exit codes, names, JUnit.

    python3 Tests/scripts/check_gate.py .build/release/rangelab results/quickstart/results.csv

Worsens each estimator in turn, removes a row and empties the baseline. JUnit is validated against
junit.xsd where xmllint is installed (Debian: libxml2-utils).
"""

import csv
import pathlib
import shutil
import subprocess
import sys
import tempfile

SCHEMA = pathlib.Path(__file__).with_name("junit.xsd")


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows, header):
    with open(path, "w", newline="") as file:
        table = csv.DictWriter(file, header, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def worsened(rows, estimator):
    """The rows with 1 % more error for one estimator, all of it clipping, and their names."""
    names, changed = [], []
    for row in rows:
        row = dict(row)
        if row["estimator"] == estimator and row["mse"] and float(row["mse"]) > 0:
            row["clipping_mse"] = repr(float(row["clipping_mse"]) + 0.01 * float(row["mse"]))
            row["mse"] = repr(float(row["clipping_mse"]) + float(row["rounding_mse"]))
            names.append(f"{row['tensor']} {estimator} {row['bits']} bits {row['scheme']} "
                         f"{row['grid']} {row['granularity']}")
        changed.append(row)
    return changed, names


def main(program, results):
    rows = read(results)
    header = list(rows[0])
    validated = 0
    with tempfile.TemporaryDirectory() as folder:
        now, report = f"{folder}/now.csv", f"{folder}/report.xml"

        def check(baseline, code):
            run = subprocess.run(
                [program, "check", now, "--baseline", baseline, "--format", "json", "--write",
                 f"junit={report}"], capture_output=True, text=True)
            if run.returncode != code:
                sys.exit(f"exit {run.returncode}, expected {code}: {run.stderr}{run.stdout[-500:]}")
            if shutil.which("xmllint"):
                subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, report], check=True,
                               capture_output=True)
                nonlocal validated
                validated += 1
            return run.stdout

        shutil.copy(results, now)
        check(results, 0)
        for estimator in sorted({row["estimator"] for row in rows}):
            changed, names = worsened(rows, estimator)
            write(now, changed, header)
            check(results, 2)
            text = pathlib.Path(report).read_text()
            unnamed = [name for name in names if f'name="{name}" time="0">' not in text]
            if unnamed or text.count("<failure ") != len(names):
                sys.exit(f"{estimator}: {len(names)} cells are worse, not named: {unnamed}")
        write(now, rows[:50] + rows[51:], header)
        check(results, 3)
        shutil.copy(results, now)
        write(f"{folder}/empty.csv", [], header)
        check(f"{folder}/empty.csv", 5)
    note = f"{validated} JUnit files valid" if validated else "no xmllint, JUnit not validated"
    print(f"the gate names every worsened cell of each estimator; {note}")


main(*sys.argv[1:])

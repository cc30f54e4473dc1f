#!/usr/bin/env python3
"""Checks `rangelab submit`, `status` and `cancel` on a real Slurm of two nodes on this machine.

    python3 Tests/slurm/check_slurm.py .build/release/rangelab

1. A run during which a node loses its power: its tasks start again elsewhere.
2. A run during which the daemon of a node dies and its jobs go on: two copies of a task may run at once.
3. A run that is cancelled and submitted again: only what is missing is submitted.
Each ends in the bytes of a local run. Slurm is installed if it can be; where it cannot, or this is not root,
the reason is printed and the exit code is 0. Exit code 1 when anything does not hold.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cluster import Cluster, install, wait  # noqa: E402

MANIFEST = """name: cluster
tensors:
  - {synthetic: {distribution: gaussian, shape: [64, 256], count: 6}}
  - {synthetic: {distribution: laplace, shape: [64, 256], count: 6}}
estimators: [minmax, mse, percentile, lp: {p: [2.4, 3.5]}]
bits: [4, 8]
granularities: [tensor, 'channel:0']
"""
ENGINE = """engine: slurm
sbatch: --cpus-per-task=1
setup: echo "setup on $SLURMD_NODENAME"
"""
TABLES = ("results.csv", "profiles.json", "summary.md")


def tables(folder):
    return {name: (folder / name).read_bytes() for name in TABLES if (folder / name).exists()}


class Check:
    def __init__(self, binary, cluster, work, right):
        self.binary, self.cluster, self.work, self.right = binary, cluster, work, right

    def rangelab(self, *words, codes=(0,)):
        done = self.cluster.call([self.binary, *words], check=False)
        if done.returncode not in codes:
            raise RuntimeError(f"exit code {done.returncode}: rangelab {' '.join(map(str, words))}\n"
                               f"{done.stdout}{done.stderr}")
        return done

    def submit(self, folder):
        return self.rangelab("submit", self.work / "m.yaml", "-o", folder, "--workers", 4,
                             "--least-seconds", 0.05, "--engine", self.work / "engine.yaml", "--",
                             "--comment=by hand")

    def wait_for_work(self, folder, node):
        """Waits until a node computes and something is stored."""
        def works():
            on_node = any(place == node for place, _, _ in self.cluster.running())
            return on_node and any((folder / ".segments").glob("*.segment"))
        wait(f"work on {node}", works)

    def wait_for_end(self, folder, seconds):
        end = time.monotonic() + seconds
        while True:
            status = self.rangelab("status", folder, codes=(0, 75))
            if status.returncode == 0:
                return
            if time.monotonic() > end:
                logs = sorted((folder / ".runs").glob("*/logs/assemble.txt"))
                raise RuntimeError(f"not finished after {seconds} s\n{status.stdout}{status.stderr}"
                                   + "".join(path.read_text() for path in logs))
            time.sleep(0.5)

    def compare(self, folder):
        log = next((folder / ".runs").glob("*/logs/assemble.txt")).read_text()
        if "setup on n" not in log:
            raise RuntimeError(f"the setup of the engine file was not run: {log}")
        found = tables(folder)
        wrong = [name for name in self.right if found.get(name) != self.right[name]]
        if wrong:
            raise RuntimeError(f"other bytes in {', '.join(wrong)}")

    def restarts(self, folder):
        text = "".join(path.read_text() for path in (folder / ".runs").glob("*/logs/[0-9]*.txt"))
        return len(re.findall(r"^== chunk \d+ attempt [1-9]", text, re.MULTILINE))

    def power_cut(self):
        folder = self.work / "power"
        self.submit(folder)
        self.wait_for_work(folder, "n2")
        self.cluster.cut_power("n2")
        self.wait_for_end(folder, 60)
        self.compare(folder)
        self.cluster.start_node("n2")
        self.cluster.call(["scontrol", "update", "nodename=n2", "state=resume"], check=False)
        wait("n2", lambda: self.cluster.states().count("idle") == 2)
        if not self.restarts(folder):
            raise RuntimeError("no task was started again: the power went after the work")
        return f"{self.restarts(folder)} tasks started again"

    def dead_daemon(self):
        folder = self.work / "daemon"
        self.submit(folder)
        self.wait_for_work(folder, "n2")
        self.cluster.kill_daemon("n2")
        # A node that does not answer would be found by SlurmdTimeout; this is faster.
        self.cluster.call(["scontrol", "update", "nodename=n2", "state=down", "reason=daemon"])
        self.wait_for_end(folder, 60)
        self.compare(folder)
        if not self.restarts(folder):
            raise RuntimeError("no task was started again: the daemon died after the work")
        return f"{self.restarts(folder)} tasks started twice"

    def cancelled(self):
        folder = self.work / "cancelled"
        first = self.submit(folder)
        self.wait_for_work(folder, "n1")
        twice = self.rangelab("submit", self.work / "m.yaml", "-o", folder, codes=(64,))
        if "still under way" not in twice.stderr:
            raise RuntimeError(twice.stderr)
        lonely = subprocess.run([self.binary, "status", folder], env={"PATH": "/nowhere"},
                                capture_output=True, text=True)
        if lonely.returncode != 75 or "slurm does not answer" not in lonely.stdout:
            raise RuntimeError(f"status without Slurm: {lonely.returncode} {lonely.stdout}")
        self.rangelab("cancel", folder)
        wait("end of the cancelled tasks", lambda: not self.cluster.running("R,CG"))
        status = self.rangelab("status", folder, codes=(75,))
        if "CANCELLED" not in status.stderr or "here: bash" not in status.stderr:
            raise RuntimeError(f"status of a cancelled run: {status.stdout}{status.stderr}")
        second = self.submit(folder)
        self.wait_for_end(folder, 60)
        self.compare(folder)
        return f"first {first.stderr.split('in ')[-1].strip()}, then {second.stderr.split('in ')[-1].strip()}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    reason = install()
    if reason:
        print(f"skipped: no Slurm: {reason}")
        return 0
    binary = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        work.chmod(0o755)
        (work / "m.yaml").write_text(MANIFEST)
        (work / "engine.yaml").write_text(ENGINE)
        subprocess.run([binary, "run", work / "m.yaml", "-o", work / "right", "-j", "1"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        right = tables(work / "right")
        with Cluster(work / "slurm") as cluster:
            began = time.monotonic()
            check = Check(binary, cluster, work, right)
            for step in (check.cancelled, check.power_cut, check.dead_daemon):
                start = time.monotonic()
                try:
                    said = step()
                except (RuntimeError, subprocess.TimeoutExpired) as error:
                    print(f"FAULT: {step.__name__}: {error}")
                    return 1
                print(f"{step.__name__}: same bytes, {said}, {time.monotonic() - start:.0f} s")
            print(f"all holds, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

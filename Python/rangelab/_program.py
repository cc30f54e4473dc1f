"""The program ``rangelab``: whole experiments, from a manifest to tables."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from .errors import ProgramError


@dataclass(frozen=True)
class Run:
    """A finished run of an experiment.

    Attributes:
        folder: Where its files are: ``results.csv``, ``summary.md``, ``profiles.json``.
        exit_code: 0, or 3 where some tensors or cells failed and the rest is written.
        messages: What the program said about its progress.
    """

    folder: Path
    exit_code: int
    messages: str

    @property
    def results(self) -> list[dict[str, str]]:
        """The rows of ``results.csv``; ``pandas.read_csv(run.folder / "results.csv")`` reads them with types."""
        with open(self.folder / "results.csv", newline="") as file:
            return list(csv.DictReader(file))


def program() -> str:
    """The path of the program: that of ``RANGELAB_PROGRAM``, that of this package, or ``rangelab`` on the path.

    Raises:
        ProgramError: There is none.
    """
    named = os.environ.get("RANGELAB_PROGRAM")
    if named:
        return named
    inside = Path(__file__).parent / "bin" / "rangelab"
    found = str(inside) if inside.exists() else shutil.which("rangelab", path=_other_folders())
    if found is None:
        raise ProgramError(
            "the program rangelab is neither in this package nor on the path; download it, or set RANGELAB_PROGRAM")
    return found


def _other_folders() -> str:
    """The path without the folder in which this package's own command is, which only calls the program."""
    own = Path(sysconfig.get_path("scripts")).resolve()
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(f for f in folders if f and Path(f).resolve() != own)


def run(
    manifest: os.PathLike | str, output: os.PathLike | str, *, jobs: int | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Run:
    """Runs an experiment and writes its results, as ``rangelab run MANIFEST -o OUTPUT`` does.

    Finished cells are kept: a run that was interrupted resumes.

    Args:
        manifest: The YAML file.
        output: The folder for results, made if need be.
        jobs: The number of threads; None for one for each processor. It does not affect results.
        overrides: Parts of the manifest to replace: ``{"bits": "[4,8]"}``.

    Raises:
        ProgramError: The program is missing, or ended without results; the text is what it said.
    """
    command = [program(), "run", os.fspath(manifest), "-o", os.fspath(output)]
    if jobs is not None:
        command += ["--jobs", str(jobs)]
    for path, value in (overrides or {}).items():
        command += ["--set", f"{path}={value}"]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ProgramError(f"{command[0]}: {error.strerror}") from None
    if ended.returncode not in (0, 3):
        raise ProgramError(
            ended.stderr.strip() or f"{command[0]} ended with {ended.returncode}", ended.returncode)
    return Run(Path(output), ended.returncode, ended.stderr)


def main() -> None:
    """Becomes the program, for the command ``rangelab`` that the package installs."""
    try:
        path = program()
        os.execv(path, [path, *sys.argv[1:]])
    except (ProgramError, OSError) as error:
        sys.exit(f"rangelab: {error}")

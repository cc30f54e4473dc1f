"""Where the program is found, and the command that the package installs."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest
import rangelab

INSIDE = Path(rangelab.__file__).parent / "bin" / "rangelab"
COMMAND = Path(sysconfig.get_path("scripts")) / "rangelab"


@pytest.fixture
def elsewhere(tmp_path):
    """A folder with a program that prints its arguments."""
    program = tmp_path / "rangelab"
    program.write_text('#!/bin/sh\necho "elsewhere $@"\nexit 66\n')
    program.chmod(0o755)
    return program


def test_order(monkeypatch, elsewhere):
    monkeypatch.setenv("PATH", f"{COMMAND.parent}{os.pathsep}{elsewhere.parent}")
    monkeypatch.setenv("RANGELAB_PROGRAM", "/named")
    assert rangelab.program() == "/named"
    monkeypatch.delenv("RANGELAB_PROGRAM")
    assert rangelab.program() == str(INSIDE if INSIDE.exists() else elsewhere)


def test_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("RANGELAB_PROGRAM", str(tmp_path / "none"))
    with pytest.raises(rangelab.ProgramError, match="No such file"):
        rangelab.run("a.yaml", tmp_path)
    monkeypatch.delenv("RANGELAB_PROGRAM")
    monkeypatch.setenv("PATH", str(COMMAND.parent))
    if not INSIDE.exists():
        with pytest.raises(rangelab.ProgramError, match="neither in this package nor on the path"):
            rangelab.program()


@pytest.mark.skipif(not INSIDE.exists(), reason="the package was made without the program")
def test_the_program_inside(monkeypatch):
    monkeypatch.delenv("RANGELAB_PROGRAM", raising=False)
    printed = subprocess.run([rangelab.program(), "--version"], env={}, capture_output=True, text=True)
    assert printed.stdout.strip() == rangelab.__version__, printed.stderr


@pytest.mark.skipif(not COMMAND.exists(), reason="the package is not installed")
def test_command(elsewhere):
    called = subprocess.run(
        [COMMAND, "run", "a b.yaml"], env={"RANGELAB_PROGRAM": str(elsewhere), "PATH": os.defpath},
        capture_output=True, text=True)
    assert called.stdout == "elsewhere run a b.yaml\n" and called.returncode == 66

"""What tests share: the tensors of the experiments, and the command to compare with."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY / "experiments" / "data"


@pytest.fixture(scope="session")
def program():
    """The program that answers are compared with."""
    path = os.environ.get("RANGELAB_PROGRAM")
    if not path:
        pytest.skip("RANGELAB_PROGRAM does not name the program to compare with")
    return path


@pytest.fixture(scope="session")
def command(program):
    """Calls the command; returns what it prints."""

    def call(*arguments):
        ended = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return call


@pytest.fixture(scope="session")
def estimates(command):
    """The objects that ``rangelab estimate --format json`` prints, as a list."""

    def call(*arguments):
        found = json.loads(command("estimate", *arguments, "--format", "json"))
        return found if isinstance(found, list) else [found]

    return call


@pytest.fixture
def generator():
    return np.random.default_rng(20)


@pytest.fixture
def heavy_tailed(generator):
    """64 rows of 96 values with outliers, float32."""
    return generator.standard_t(3, size=(64, 96)).astype(np.float32)

"""Ranges of one tensor, by a rule or as the certified optimum."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._arrays import as_float32, tensor_argument
from ._formats import Granularity, encoded, format_text, granularity_text, options_argument
from ._library import EstimatorInfo, library
from ._quantizers import Quantizers


@dataclass(frozen=True)
class Estimator:
    """A rule that picks ranges.

    Attributes:
        name: As rules begin: ``"percentile"``; parameters follow in brackets, ``"percentile[p=99.9]"``.
        family: ``"statistics"``, ``"search"`` or ``"distribution"``.
        summary: What it picks.
        parameters: A line for each: its name and default, what it does and what it may be.
        reference: Where the rule comes from.
    """

    name: str
    family: str
    summary: str
    parameters: tuple[str, ...]
    reference: str


def list_estimators() -> list[Estimator]:
    """All rules, in the order of ``rangelab list estimators``."""
    found = []
    for index in range(library.estimator_count()):
        info = EstimatorInfo()
        library.estimator_at(index, ctypes.byref(info))
        found.append(Estimator(
            info.name.decode(), info.family.decode(), info.summary.decode(),
            tuple(info.parameters.decode().splitlines()), info.reference.decode()))
    return found


def estimate(
    x: Any, rule: str = "mse", *, bits: int = 8, scheme: str = "symmetric", grid: str | None = None,
    codes: str | None = None, granularity: Granularity = "tensor", nonfinite: str = "error",
    regret: bool = True, threads: int | None = None,
) -> Quantizers:
    """Chooses quantizers for a tensor and measures them on it.

    Results are those of the command ``rangelab estimate``, bit for bit, for any number of threads.

    Args:
        x: The tensor: a NumPy array, a PyTorch tensor, or anything with ``__array__``, a buffer or DLPack. A float32
            array in C order is not copied.
        rule: The name of an estimator, such as ``"mse"``, ``"minmax"`` or ``"percentile[p=99.9]"``;
            :func:`list_estimators` has all.
        bits: The bits of a code, 2 to 16.
        scheme: ``"symmetric"``, or ``"affine"`` with a zero point.
        grid: ``"narrow"``, ``"full"`` or ``"unsigned"`` if symmetric, ``"unsigned"`` or ``"signed"`` if affine;
            None for the first.
        codes: A format in place of bits, scheme and grid: ``"fp8-e4m3"``, ``"nf4"``, ``"mxfp4"``, ``"nvfp4"``.
        granularity: What shares a scale: ``"tensor"``, ``("channel", axis)``, ``("group", size)`` of the last axis,
            ``("group", size, axis)``, ``("block", rows, columns)``, or such a text as ``"channel:0"``.
        nonfinite: ``"error"``, or ``"skip"`` to leave NaN and infinities out.
        regret: Whether the certified optimum is searched for too, up to 8 bits.
        threads: None for one for each processor.

    Raises:
        InvalidArgumentError: An unknown rule, format or granularity, an axis that ``x`` lacks, no values.
        NotFiniteError: ``x`` has NaN or infinities.
        NotDefinedError: The rule has no meaning for ``x`` or the format.
        TypeError: ``x`` is no array of real numbers.
    """
    array = as_float32(x)
    options = options_argument(
        format_text(bits, scheme, grid, codes), granularity_text(granularity), nonfinite, regret,
        threads)
    return Quantizers(library.handle(
        library.estimate, tensor_argument(array), encoded(rule), options))


def optimum(
    x: Any, *, bits: int = 8, scheme: str = "symmetric", grid: str | None = None,
    codes: str | None = None, granularity: Granularity = "tensor", nonfinite: str = "error",
    threads: int | None = None,
) -> Quantizers:
    """The certified optimum: no quantizers of these lanes have an error below its ``lower_bound``.

    Arguments are those of :func:`estimate`, for formats of up to 8 bits.

    Raises:
        NotDefinedError: The format has more than 8 bits.
    """
    array = as_float32(x)
    options = options_argument(
        format_text(bits, scheme, grid, codes), granularity_text(granularity), nonfinite, True,
        threads)
    return Quantizers(library.handle(library.optimum, tensor_argument(array), options))


def quantize(
    x: Any, quantizers: Quantizers, *, out: np.ndarray | None = None, threads: int | None = None
) -> np.ndarray:
    """The code of every value; see :meth:`Quantizers.quantize`."""
    return quantizers.quantize(x, out=out, threads=threads)


def dequantize(
    codes: Any, quantizers: Quantizers, *, out: np.ndarray | None = None, threads: int | None = None
) -> np.ndarray:
    """The value of every code; see :meth:`Quantizers.dequantize`."""
    return quantizers.dequantize(codes, out=out, threads=threads)


def fake_quantize(
    x: Any, quantizers: Quantizers, *, out: np.ndarray | None = None, threads: int | None = None
) -> np.ndarray:
    """What is left of every value after quantization; see :meth:`Quantizers.fake_quantize`."""
    return quantizers.fake_quantize(x, out=out, threads=threads)

"""The words for formats and granularities, as texts for the library."""

from __future__ import annotations

import ctypes
from typing import Tuple, Union

from ._library import FormatInfo, Options, library
from .errors import InvalidArgumentError

#: ``"tensor"``, ``("channel", 0)``, ``("group", 128)``, ``("group", 128, 0)``, ``("block", 128, 128)``, or the text
#: that the command takes: ``"channel:0"``, ``"group:128@0"``, ``"block:128x128"``.
Granularity = Union[str, Tuple[Union[str, int], ...]]


def granularity_text(granularity: Granularity) -> str:
    """The granularity as the command writes it."""
    if isinstance(granularity, str):
        return granularity
    kind, *numbers = tuple(granularity) or ("",)
    if kind == "group" and len(numbers) == 2:
        return f"group:{numbers[0]}@{numbers[1]}"
    if kind == "block" and numbers:
        return "block:" + "x".join(str(n) for n in numbers)
    if kind in ("channel", "group") and len(numbers) == 1:
        return f"{kind}:{numbers[0]}"
    if kind == "tensor" and not numbers:
        return "tensor"
    raise InvalidArgumentError(
        f"granularity cannot be {granularity!r}; expected 'tensor', ('channel', axis), ('group', size), "
        "('group', size, axis) or ('block', rows, columns)")


def format_text(bits: int, scheme: str, grid: str | None, codes: str | None) -> str:
    """The format as the command writes it: ``int8-narrow``, ``uint4-affine``, ``nf4``."""
    if codes is not None:
        return codes
    text = ctypes.create_string_buffer(128)
    try:
        width = ctypes.c_int32(int(bits))
    except (TypeError, ValueError):
        raise InvalidArgumentError(f"bits cannot be {bits!r}; expected a whole number from 2 to 16") from None
    library.format_name(
        encoded(scheme), None if grid is None else encoded(grid), width, text, len(text))
    return text.value.decode()


def describe_format(text: str) -> FormatInfo:
    """What the codes of a format are."""
    info = FormatInfo()
    library.format_describe(encoded(text), ctypes.byref(info))
    return info


def options_argument(
    codes: str | None, granularity: str = "tensor", nonfinite: str = "error", regret: bool = False,
    threads: int | None = None,
) -> Options:
    """The options as C has them."""
    if nonfinite not in ("error", "skip"):
        raise InvalidArgumentError(f"nonfinite cannot be {nonfinite!r}; expected 'error' or 'skip'")
    return Options(
        None if codes is None else encoded(codes), encoded(granularity), thread_count(threads),
        nonfinite == "skip", bool(regret))


def thread_count(threads: int | None) -> int:
    """The number for the library, in which 0 is one for each processor."""
    if threads is None:
        return 0
    if int(threads) < 1:
        raise InvalidArgumentError(f"threads cannot be {threads}; expected 1 or more, or None for all")
    return int(threads)


def encoded(text: str) -> bytes:
    if not isinstance(text, str):
        raise InvalidArgumentError(f"{text!r} is no text")
    return text.encode()

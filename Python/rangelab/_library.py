"""The C library librangelab: its structures and functions, as ``rangelab.h`` declares them."""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, Structure, byref, c_char_p, c_double, c_float, c_int32, c_int64, c_size_t, c_void_p
from pathlib import Path
from typing import Any

from .errors import InvalidArgumentError, NotDefinedError, NotFiniteError, RangeLabError


class EstimatorInfo(Structure):
    _fields_ = [(name, c_char_p) for name in ("name", "family", "summary", "parameters", "reference")]


class FormatInfo(Structure):
    _fields_ = [
        (name, c_int32)
        for name in ("bits", "code_type", "minimum_code", "maximum_code", "has_zero_point")
    ]


class Tensor(Structure):
    _fields_ = [("values", c_void_p), ("shape", POINTER(c_int64)), ("rank", c_int32)]


class Options(Structure):
    _fields_ = [
        ("format", c_char_p), ("granularity", c_char_p), ("threads", c_int32),
        ("skip_nonfinite", c_int32), ("find_optimum", c_int32),
    ]


class Errors(Structure):
    _fields_ = [("elements", c_int64), ("skipped", c_int64)] + [
        (name, c_double)
        for name in (
            "mse", "clipping", "rounding", "clipped_fraction", "sqnr", "maximum_error", "cosine",
            "optimal_mse", "lower_bound", "regret")
    ]


class QuantizersView(Structure):
    _fields_ = [
        ("lanes", c_int64), ("scales", POINTER(c_float)), ("zero_points", POINTER(c_int32)),
        ("lane_shape", POINTER(c_int64)), ("lane_rank", c_int32), ("degenerate_lanes", c_int32),
        ("format", c_char_p), ("granularity", c_char_p), ("errors", POINTER(Errors)),
    ]


_HANDLE = c_void_p
_SHAPE = POINTER(c_int64)
# The functions that can fail; each returns a status.
_CHECKED = {
    "estimator_at": [c_size_t, POINTER(EstimatorInfo)],
    "format_name": [c_char_p, c_char_p, c_int32, c_char_p, c_size_t],
    "format_describe": [c_char_p, POINTER(FormatInfo)],
    "estimate": [POINTER(Tensor), c_char_p, POINTER(Options), POINTER(_HANDLE)],
    "optimum": [POINTER(Tensor), POINTER(Options), POINTER(_HANDLE)],
    "quantizers_create": [
        _SHAPE, c_int32, POINTER(Options), c_void_p, c_void_p, c_int64, c_float, POINTER(_HANDLE)],
    "measure": [POINTER(Tensor), _HANDLE, POINTER(Options), POINTER(Errors)],
    "quantize": [POINTER(Tensor), _HANDLE, c_int32, c_void_p],
    "dequantize": [c_void_p, _SHAPE, c_int32, _HANDLE, c_int32, c_void_p],
    "fake_quantize": [POINTER(Tensor), _HANDLE, c_int32, c_void_p],
    "calibrator_create": [c_char_p, POINTER(c_char_p), c_size_t, c_int32, POINTER(_HANDLE)],
    "calibrator_copy": [_HANDLE, POINTER(_HANDLE)],
    "calibrator_observe": [_HANDLE, POINTER(Tensor)],
    "calibrator_estimate": [_HANDLE, c_char_p, POINTER(Options), POINTER(_HANDLE)],
}
_UNCHECKED = {
    "version": (c_char_p, []),
    "last_error": (c_char_p, []),
    "estimator_count": (c_size_t, []),
    "quantizers_read": (None, [_HANDLE, POINTER(QuantizersView)]),
    "quantizers_free": (None, [_HANDLE]),
    "calibrator_free": (None, [_HANDLE]),
}
_EXCEPTIONS = {1: InvalidArgumentError, 2: NotFiniteError, 3: NotDefinedError}


class Library:
    """The loaded library; a function that fails raises what its status says.

    A call lets other Python threads run, as all calls by ctypes do.
    """

    def __init__(self, path: os.PathLike | str) -> None:
        self._loaded = ctypes.CDLL(os.fspath(path))
        for name, arguments in _CHECKED.items():
            function = self._declared(name, c_int32, arguments)
            setattr(self, name, self._checked(function))
        for name, (result, arguments) in _UNCHECKED.items():
            setattr(self, name, self._declared(name, result, arguments))

    def __getattr__(self, name: str) -> Any:
        """Only names that the tables above lack come here; for type checkers, all of them are functions."""
        raise AttributeError(f"librangelab has no function rangelab_{name}")

    def _declared(self, name, result, arguments):
        function = getattr(self._loaded, "rangelab_" + name)
        function.restype, function.argtypes = result, arguments
        return function

    def _checked(self, function):
        def call(*arguments):
            status = function(*arguments)
            if status != 0:
                message = self.last_error().decode("utf-8", "replace")
                raise _EXCEPTIONS.get(status, RangeLabError)(message)

        return call

    def handle(self, function, *arguments) -> c_void_p:
        """Calls a function whose last argument receives a handle."""
        made = c_void_p()
        function(*arguments, byref(made))
        return made


def _load() -> Library:
    path = os.environ.get("RANGELAB_LIBRARY") or Path(__file__).parent / "lib" / "librangelab.so"
    return Library(path)


library = _load()

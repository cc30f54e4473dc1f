"""Arrays in and out: what is passed becomes a float32 array in C order, without a copy where it is one."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from ._library import Tensor
from .errors import InvalidArgumentError

FLOAT32 = np.dtype(np.float32)


def as_array(x: Any) -> np.ndarray:
    """What was passed, as a NumPy array of its own type.

    Arrays, buffers, objects with ``__array__`` and with ``__dlpack__`` on the CPU are not copied. PyTorch
    tensors are taken without their gradient, and those of another device, and of bfloat16, are copied.
    """
    if isinstance(x, np.ndarray):
        return x
    if hasattr(x, "detach") and hasattr(x, "cpu"):
        x = x.detach().cpu()
        if str(x.dtype) == "torch.bfloat16":
            x = x.float()
        return x.numpy()
    if hasattr(x, "__array__") or not hasattr(x, "__dlpack__"):
        return np.asarray(x)
    return np.from_dlpack(x)


def as_float32(x: Any) -> np.ndarray:
    """A float32 array in C order; the array itself if it is one, else a copy.

    Float64 is rounded to float32, as the command reads such files.

    Raises:
        TypeError: It is no array of real numbers.
    """
    array = as_array(x)
    if array.dtype == FLOAT32:
        native = array
    elif array.dtype.kind in "fiu" or (array.dtype.kind == "V" and _is_small_float(array.dtype)):
        with np.errstate(over="ignore"):
            native = array.astype(np.float32)
    else:
        raise TypeError(f"an array of {array.dtype}; expected real numbers, such as float32")
    # Unlike ascontiguousarray, this keeps an array without axes.
    return np.require(native, requirements=["C", "A"])


def _is_small_float(dtype: np.dtype) -> bool:
    """Whether it is a float of ml_dtypes, as bfloat16 is."""
    return dtype.type.__module__.split(".")[0] == "ml_dtypes"


def shape_argument(shape: tuple[int, ...]) -> ctypes.Array:
    """The lengths of axes as C has them."""
    return (ctypes.c_int64 * max(1, len(shape)))(*shape)


def tensor_argument(array: np.ndarray) -> Tensor:
    """An array of :func:`as_float32`, as C has it; it must outlive the call."""
    return Tensor(array.ctypes.data, shape_argument(array.shape), array.ndim)


def output_array(out: np.ndarray | None, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """The array that is written: a new one, or the one given if it fits.

    Raises:
        InvalidArgumentError: The array given has another shape, type or order.
    """
    if out is None:
        return np.empty(shape, dtype)
    fits = isinstance(out, np.ndarray) and out.shape == shape and out.dtype == dtype
    if not fits or not out.flags.c_contiguous or not out.flags.writeable:
        have = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise InvalidArgumentError(
            f"out is {have}; expected a writable array of {dtype} in C order with the shape {shape}")
    return out

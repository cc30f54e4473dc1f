"""Quantizers: scales and zero points of the lanes of a tensor, and what they cost."""

from __future__ import annotations

import ctypes
import math
import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._arrays import as_array, as_float32, output_array, shape_argument, tensor_argument
from ._formats import (
    Granularity, describe_format, format_text, granularity_text, options_argument, thread_count)
from ._library import Errors, QuantizersView, library
from .errors import InvalidArgumentError

_CODE_TYPES = [np.dtype(t) for t in (np.int8, np.uint8, np.int16, np.uint16)]


@dataclass(frozen=True)
class Measurement:
    """What quantizers cost on a tensor; errors are in the unit of the values squared.

    Attributes:
        elements: The number of values that were measured.
        skipped: The number of values left out, as they are NaN or infinite.
        error: The mean squared error, mean of (x - x^)^2: ``clipping + rounding``.
        clipping: The part of values beyond the outermost level.
        rounding: The part of all other values.
        clipped_fraction: The share of values beyond the outermost level, 0 to 1.
        sqnr: 10 log10(sum x^2 / sum (x - x^)^2), in decibels; infinite without error.
        maximum_error: The largest abs(x - x^), in the unit of the values.
        cosine: The cosine of the angle between x and x^.
        optimal_error: The error of the certified optimum; None where it was not searched for, and above 8 bits.
        lower_bound: Proven: no quantizers of these lanes have a smaller error. None as above.
        regret: ``error / optimal_error - 1``, and 0 within the certificate. None as above.
    """

    elements: int
    skipped: int
    error: float
    clipping: float
    rounding: float
    clipped_fraction: float
    sqnr: float
    maximum_error: float
    cosine: float
    optimal_error: float | None
    lower_bound: float | None
    regret: float | None

    @classmethod
    def _of(cls, errors: Errors) -> "Measurement":
        def known(number: float) -> float | None:
            return None if math.isnan(number) else number

        return cls(
            errors.elements, errors.skipped, errors.mse, errors.clipping, errors.rounding,
            errors.clipped_fraction, errors.sqnr, errors.maximum_error, errors.cosine,
            known(errors.optimal_mse), known(errors.lower_bound), known(errors.regret))


class Quantizers:
    """A scale and a zero point for each lane of a tensor; it never changes.

    :func:`rangelab.estimate`, :func:`rangelab.optimum` and :meth:`rangelab.Calibrator.estimate` return it, and
    :meth:`given` makes it from numbers that are there already.

    Attributes:
        scales: Float32, real units for a step, in the shape of the lanes: ``()`` for a whole tensor, ``(channels,)``,
            and for groups the shape of the tensor with the number of groups in place of the axis that is cut.
        zero_points: Int32 in the same shape, the code of real zero; all 0 in symmetric formats.
        format: The codes as text, such as ``"uint4-affine"``.
        granularity: The lanes as text, such as ``"channel:0"``.
        bits: The bits of a code.
        code_dtype: The type of arrays of codes: int8, uint8, int16 or uint16.
        minimum_code, maximum_code: The codes there are.
        degenerate_lanes: The number of lanes in which nothing can be told from zero; their scale is 1.
        measurement: What they cost on the tensor they were chosen on; None if they were given, and if the
            values were not kept.
    """

    def __init__(self, handle: ctypes.c_void_p) -> None:
        """Takes a handle of the library, which it frees at the end of its life."""
        self._handle = handle
        self._free = weakref.finalize(self, library.quantizers_free, handle)
        view = QuantizersView()
        library.quantizers_read(handle, ctypes.byref(view))
        self.lane_shape = tuple(view.lane_shape[: view.lane_rank])
        self.scales = _copied(view.scales, view.lanes, np.float32, self.lane_shape)
        self.zero_points = _copied(view.zero_points, view.lanes, np.int32, self.lane_shape)
        self.format: str = view.format.decode()
        self.granularity: str = view.granularity.decode()
        self.degenerate_lanes: int = view.degenerate_lanes
        info = describe_format(self.format)
        self.bits: int = info.bits
        self.minimum_code: int = info.minimum_code
        self.maximum_code: int = info.maximum_code
        self.code_dtype = _CODE_TYPES[info.code_type]
        self.measurement = Measurement._of(view.errors.contents) if view.errors else None

    @classmethod
    def given(
        cls, scales: Any, zero_points: Any = None, *, shape: tuple[int, ...], bits: int = 8,
        scheme: str = "symmetric", grid: str | None = None, codes: str | None = None,
        granularity: Granularity = "tensor", unit: float = 0.0,
    ) -> "Quantizers":
        """Quantizers of scales and zero points that are there already, such as those of another tool.

        Args:
            scales: One for each lane, in the order of the lanes; each one that the format can store.
            zero_points: One for each lane; None for symmetric formats.
            shape: The shape of the tensor that they are for.
            bits, scheme, grid, codes, granularity: As :func:`rangelab.estimate` has them.
            unit: The scale of the tensor that the scales of ``nvfp4`` are multiples of.

        Raises:
            InvalidArgumentError: Another number of lanes, or a scale or zero point that cannot be.
        """
        scales = as_float32(scales).ravel()
        zeros = None
        if zero_points is not None:
            zeros = np.require(as_array(zero_points).ravel(), np.int32, ["C", "A"])
            if zeros.size != scales.size:
                raise InvalidArgumentError(f"{scales.size} scales and {zeros.size} zero points")
        options = options_argument(
            format_text(bits, scheme, grid, codes), granularity_text(granularity))
        return cls(library.handle(
            library.quantizers_create, shape_argument(tuple(shape)), len(shape), options,
            scales.ctypes.data, None if zeros is None else zeros.ctypes.data, scales.size, unit))

    def measure(
        self, x: Any, *, regret: bool = True, nonfinite: str = "error", threads: int | None = None
    ) -> Measurement:
        """What the quantizers cost on a tensor, such as one they were not chosen on.

        Args:
            x: A tensor with the same lanes.
            regret: Whether the certified optimum of ``x`` is searched for, up to 8 bits.
            nonfinite: ``"error"``, or ``"skip"`` to leave NaN and infinities out.
            threads: None for one for each processor.

        Raises:
            InvalidArgumentError: ``x`` has other lanes, or no values.
            NotFiniteError: ``x`` has NaN or infinities.
        """
        array = as_float32(x)
        errors = Errors()
        library.measure(
            tensor_argument(array), self._handle,
            options_argument(None, "tensor", nonfinite, regret, threads), ctypes.byref(errors))
        return Measurement._of(errors)

    def quantize(
        self, x: Any, *, out: np.ndarray | None = None, threads: int | None = None
    ) -> np.ndarray:
        """The code of every value: saturate(round_half_even(x / scale) + zero_point).

        NaN and infinities get the zero point.

        Args:
            x: A tensor with the same lanes.
            out: Where the codes are written; None for a new array.

        Returns:
            Codes of :attr:`code_dtype` in the shape of ``x``.
        """
        array = as_float32(x)
        codes = output_array(out, array.shape, self.code_dtype)
        library.quantize(
            tensor_argument(array), self._handle, thread_count(threads), codes.ctypes.data)
        return codes

    def dequantize(
        self, codes: Any, *, out: np.ndarray | None = None, threads: int | None = None
    ) -> np.ndarray:
        """The value of every code: (code - zero_point) * scale, or the level of a code times the scale.

        Args:
            codes: Codes of :attr:`code_dtype`, as :meth:`quantize` returns them.

        Returns:
            Float32 in the shape of the codes.

        Raises:
            InvalidArgumentError: The codes have another type.
        """
        array = as_array(codes)
        if array.dtype != self.code_dtype:
            raise InvalidArgumentError(
                f"codes of {array.dtype}; expected {self.code_dtype}, as {self.format} has them")
        array = np.require(array, requirements=["C", "A"])
        values = output_array(out, array.shape, np.dtype(np.float32))
        library.dequantize(
            array.ctypes.data, shape_argument(array.shape), array.ndim, self._handle,
            thread_count(threads), values.ctypes.data)
        return values

    def fake_quantize(
        self, x: Any, *, out: np.ndarray | None = None, threads: int | None = None
    ) -> np.ndarray:
        """What is left of every value after quantization: ``dequantize(quantize(x))`` in one pass.

        Returns:
            Float32 in the shape of ``x``; ``out`` may be ``x`` itself.
        """
        array = as_float32(x)
        values = output_array(out, array.shape, np.dtype(np.float32))
        library.fake_quantize(
            tensor_argument(array), self._handle, thread_count(threads), values.ctypes.data)
        return values

    # The numbers of the measurement, at hand.

    def _measured(self) -> Measurement:
        if self.measurement is None:
            raise AttributeError("nothing was measured: the values were not kept, or the scales were given")
        return self.measurement

    @property
    def error(self) -> float:
        """The mean squared error on the tensor they were chosen on."""
        return self._measured().error

    @property
    def clipping(self) -> float:
        """The part of :attr:`error` of values beyond the outermost level."""
        return self._measured().clipping

    @property
    def rounding(self) -> float:
        """The part of :attr:`error` of all other values."""
        return self._measured().rounding

    @property
    def sqnr(self) -> float:
        """Signal to quantization noise, in decibels."""
        return self._measured().sqnr

    @property
    def optimal_error(self) -> float | None:
        """The error of the certified optimum; None where it is not known."""
        return self._measured().optimal_error

    @property
    def lower_bound(self) -> float | None:
        """No quantizers of these lanes have a smaller error; None where it is not known."""
        return self._measured().lower_bound

    @property
    def regret(self) -> float | None:
        """``error / optimal_error - 1``; None where it is not known."""
        return self._measured().regret

    def __repr__(self) -> str:
        lanes = f"scale={float(self.scales)!r}" if self.scales.ndim == 0 else f"lanes={self.scales.size}"
        error = "" if self.measurement is None else f", error={self.error:.6g}"
        return f"<rangelab.Quantizers {self.format}, {self.granularity}, {lanes}{error}>"

    def __copy__(self) -> "Quantizers":
        return self

    def __deepcopy__(self, memo: dict) -> "Quantizers":
        return self

    def __reduce__(self):
        raise TypeError("Quantizers cannot be pickled; keep scales and zero_points, and use Quantizers.given")


def _copied(pointer, count: int, dtype: type, shape: tuple[int, ...]) -> np.ndarray:
    """A read-only copy of numbers of the library."""
    flat = np.ctypeslib.as_array(pointer, (count,)) if count else np.empty(0)
    array: np.ndarray = flat.astype(dtype).reshape(shape)
    array.flags.writeable = False
    return array

"""PyTorch: observers and fake quantizers that choose ranges by the rules of RangeLab.

Drop-ins for the observers of ``torch.ao.quantization``, in any place that takes one::

    import torch
    from torch.ao.quantization import QConfig
    from rangelab.torch import FakeQuantize, RangeObserver

    qconfig = QConfig(
        activation=RangeObserver.with_args(rule="mse", dtype=torch.quint8, qscheme=torch.per_tensor_affine),
        weight=RangeObserver.with_args(
            rule="mse", dtype=torch.qint8, qscheme=torch.per_channel_symmetric, ch_axis=0))

This module needs PyTorch; the rest of the package does not.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.ao.quantization import FakeQuantize as _TorchFakeQuantize
from torch.ao.quantization.observer import UniformQuantizationObserverBase

from ._calibrator import Calibrator
from ._quantizers import Quantizers
from .errors import InvalidArgumentError

_SYMMETRIC = (torch.per_tensor_symmetric, torch.per_channel_symmetric)
_PER_CHANNEL = (torch.per_channel_symmetric, torch.per_channel_affine)


class RangeObserver(UniformQuantizationObserverBase):
    """Observes tensors, then chooses scales and zero points by a rule.

    Scale and zero point are those of :func:`rangelab.estimate`, moved to the codes that PyTorch has for the
    dtype: unsigned types of a symmetric scheme have their zero at the middle code. Codes of other widths than
    8 bits are given by ``quant_min`` and ``quant_max``.

    Args:
        rule: The name of an estimator, such as ``"mse"`` or ``"percentile[p=99.9]"``.
        dtype: ``torch.qint8`` or ``torch.quint8``, or the plain ``torch.int8`` and ``torch.uint8``.
        qscheme: Per tensor or per channel, symmetric or affine.
        ch_axis: The axis of channels, for schemes per channel.
        quant_min, quant_max: The codes; those of the type by default. As many as a power of two; symmetric
            schemes may leave out the lowest (``-127`` to ``127``).
        keep_values: Whether batches are kept, so that the error can be asked by :attr:`quantizers`; otherwise only
            the statistics that the rule uses.
        last_only: Whether each tensor takes the place of those before it, as for weights that are trained.
    """

    def __init__(
        self, rule: str = "mse", dtype: torch.dtype = torch.quint8,
        qscheme: torch.qscheme = torch.per_tensor_affine, ch_axis: int = 0, reduce_range: bool = False,
        quant_min: int | None = None, quant_max: int | None = None, keep_values: bool = False,
        last_only: bool = False, **settings: Any,
    ) -> None:
        super().__init__(
            dtype=dtype, qscheme=qscheme, reduce_range=reduce_range, quant_min=quant_min,
            quant_max=quant_max, **settings)
        self.rule = rule
        self.ch_axis = ch_axis if qscheme in _PER_CHANNEL else -1
        self.keep_values, self.last_only = keep_values, last_only
        self.bits, self.scheme, self.grid = _format(self.quant_min, self.quant_max, qscheme)
        self._found: Quantizers | None = None
        self.reset_min_max_vals()

    def reset_min_max_vals(self) -> None:
        """Forgets what was observed."""
        granularity = ("channel", self.ch_axis) if self.qscheme in _PER_CHANNEL else "tensor"
        rules = () if self.keep_values else (self.rule,)
        self._calibrator = Calibrator(granularity, rules=rules)
        self._observed, self._found = False, None

    def forward(self, x_orig: torch.Tensor) -> torch.Tensor:
        """Observes a tensor and returns it as it is."""
        if x_orig.numel() > 0:
            if self.last_only:
                self.reset_min_max_vals()
            self._calibrator.observe(x_orig)
            self._observed, self._found = True, None
        return x_orig

    @property
    def quantizers(self) -> Quantizers:
        """The quantizers of all tensors observed so far, on RangeLab's own codes.

        Raises:
            InvalidArgumentError: None was observed.
        """
        if not self._observed:
            raise InvalidArgumentError("no tensor was observed: run the model before its ranges are asked")
        if self._found is None:
            self._found = self._calibrator.estimate(
                self.rule, bits=self.bits, scheme=self.scheme, grid=self.grid)
        return self._found

    def calculate_qparams(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Scales (float32) and zero points (int32), one for each lane, as PyTorch has them."""
        if not self._observed:
            # As PyTorch's own observers answer before the first tensor.
            return torch.tensor([1.0]), torch.tensor([0], dtype=torch.int32)
        found = self.quantizers
        scales = torch.from_numpy(found.scales.reshape(-1).copy())
        zeros = torch.from_numpy(found.zero_points.reshape(-1).copy())
        # The codes of a symmetric grid are counted from the middle of an unsigned type.
        return scales, zeros + (self.quant_max - found.maximum_code)

    def extra_repr(self) -> str:
        """The rule and the format."""
        return f"rule={self.rule}, {self.bits} bits, {self.scheme} {self.grid}"


class FakeQuantize(_TorchFakeQuantize):
    """``torch.ao.quantization.FakeQuantize`` with a :class:`RangeObserver`: ranges by a rule, gradients by PyTorch.

    Args:
        observer: An observer; :class:`RangeObserver` by default.
        settings: What the observer takes: ``rule="mse"``, ``dtype=torch.qint8``, ``qscheme=...``, ``quant_min=-8``.
            For weights, which change in training, ``last_only=True``; ranges of activations are best fixed after some
            batches, by ``torch.ao.quantization.disable_observer``.
    """

    def __init__(self, observer: type = RangeObserver, **settings: Any) -> None:
        super().__init__(observer=observer, **settings)


def _format(quant_min: int, quant_max: int, qscheme: torch.qscheme) -> tuple[int, str, str]:
    """Bits, scheme and grid of the codes from one to another."""
    count = quant_max - quant_min + 1
    symmetric = qscheme in _SYMMETRIC
    narrow = symmetric and count % 2 == 1
    bits = (count + narrow).bit_length() - 1
    if count + narrow != 1 << bits or not 2 <= bits <= 8:
        raise InvalidArgumentError(
            f"codes {quant_min} to {quant_max}: expected as many as a power of two, 4 to 256"
            + (", or one fewer" if symmetric else ""))
    if narrow:
        return bits, "symmetric", "narrow"
    if symmetric:
        return bits, "symmetric", "full"
    return bits, "affine", "unsigned" if quant_min >= 0 else "signed"

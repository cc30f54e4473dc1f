"""Batches of a tensor, one after another, and any rule about all of them."""

from __future__ import annotations

import ctypes
import weakref
from typing import Any, Sequence

from ._arrays import as_float32, tensor_argument
from ._formats import Granularity, encoded, format_text, granularity_text, options_argument
from ._library import library
from ._quantizers import Quantizers


class Calibrator:
    """Observes batches, such as the activations of a layer, then answers rules about all of them.

    Without ``rules`` the batches are copied and kept, so that every rule can be asked and errors are measured:
    results are those of ``rangelab estimate --batches``, bit for bit. With ``rules`` only the statistics
    that these use are kept, which of most take little memory, and errors are not measured.

    ::

        calibrator = rangelab.Calibrator(("channel", 1))
        for batch in batches:
            calibrator.observe(batch)
        quantizers = calibrator.estimate("mse", bits=4, scheme="affine")

    Args:
        granularity: What shares a scale, as in :func:`rangelab.estimate`; every batch must have the same lanes.
        rules: The rules that will be asked; none for any.
        nonfinite: ``"error"``, or ``"skip"`` to leave NaN and infinities out.
    """

    def __init__(
        self, granularity: Granularity = "tensor", *, rules: Sequence[str] = (),
        nonfinite: str = "error",
    ) -> None:
        if isinstance(rules, str):
            rules = [rules]
        self.granularity = granularity_text(granularity)
        self.rules = tuple(rules)
        texts = (ctypes.c_char_p * max(1, len(self.rules)))(*[encoded(rule) for rule in self.rules])
        skips = options_argument(None, nonfinite=nonfinite).skip_nonfinite
        self._keep(library.handle(
            library.calibrator_create, encoded(self.granularity), texts, len(self.rules), skips))

    def _keep(self, handle: ctypes.c_void_p) -> None:
        """Takes a handle of the library, which is freed at the end of this object's life."""
        self._handle = handle
        self._free = weakref.finalize(self, library.calibrator_free, handle)

    def __copy__(self) -> "Calibrator":
        """A calibrator that has observed the same batches; what is observed later is each one's own."""
        other = object.__new__(type(self))
        other.granularity, other.rules = self.granularity, self.rules
        other._keep(library.handle(library.calibrator_copy, self._handle))
        return other

    def __deepcopy__(self, memo: dict) -> "Calibrator":
        return self.__copy__()

    def __reduce__(self):
        raise TypeError("a Calibrator cannot be pickled; observe the batches where its ranges are asked")

    def observe(self, batch: Any) -> None:
        """Adds a batch; if it raises, nothing was observed.

        Raises:
            InvalidArgumentError: The batch has other lanes than the first one.
            NotFiniteError: It has NaN or infinities.
        """
        array = as_float32(batch)
        library.calibrator_observe(self._handle, tensor_argument(array))

    def estimate(
        self, rule: str = "mse", *, bits: int = 8, scheme: str = "symmetric", grid: str | None = None,
        codes: str | None = None, regret: bool = True, threads: int | None = None,
    ) -> Quantizers:
        """Chooses quantizers for the batches observed so far; more may follow.

        Arguments are those of :func:`rangelab.estimate`.

        Raises:
            InvalidArgumentError: No batch was observed, or an unknown rule or format.
            NotDefinedError: The rule has no meaning for the batches or the format, or ``rules`` does not have it.
        """
        options = options_argument(
            format_text(bits, scheme, grid, codes), self.granularity, regret=regret,
            threads=threads)
        return Quantizers(library.handle(
            library.calibrator_estimate, self._handle, encoded(rule), options))

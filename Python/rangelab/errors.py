"""What can go wrong, as exceptions."""

from __future__ import annotations


class RangeLabError(Exception):
    """Anything that RangeLab refuses or cannot do; its text is one line."""


class InvalidArgumentError(RangeLabError, ValueError):
    """A text, shape or number that cannot be: an unknown rule, a missing axis, no values."""


class NotFiniteError(RangeLabError, ValueError):
    """NaN or infinities in a tensor, with ``nonfinite="error"``."""


class NotDefinedError(RangeLabError, ValueError):
    """The rule has no meaning for these data or this format."""


class ProgramError(RangeLabError, RuntimeError):
    """The program ``rangelab`` is missing, or ended with another exit code than 0.

    Attributes:
        exit_code: The exit code, as ``rangelab --help`` lists them; None where the program is missing.
    """

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code

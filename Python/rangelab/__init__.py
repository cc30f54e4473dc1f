"""Ranges for quantization: scales and zero points of tensors, what they cost, and the least they could cost.

::

    import numpy, rangelab

    weights = numpy.random.default_rng(1).normal(size=(64, 256)).astype("float32")
    found = rangelab.estimate(weights, "mse", bits=4, scheme="affine", granularity=("channel", 0))
    found.scales, found.zero_points      # one for each channel
    found.error, found.regret            # mean squared error, and how far from the certified optimum
    codes = rangelab.quantize(weights, found)

Values become codes as QuantizeLinear of ONNX has it: ``saturate(round_half_even(x / scale) + zero_point)``.
Names, words and results are those of the command ``rangelab``.
"""

from ._calibrator import Calibrator
from ._estimation import (
    Estimator, dequantize, estimate, fake_quantize, list_estimators, optimum, quantize)
from ._formats import Granularity
from ._library import library as _library
from ._program import Run, program, run
from ._quantizers import Measurement, Quantizers
from .errors import (
    InvalidArgumentError, NotDefinedError, NotFiniteError, ProgramError, RangeLabError)

__version__ = _library.version().decode()

__all__ = [
    "Calibrator", "Estimator", "Granularity", "InvalidArgumentError", "Measurement", "NotDefinedError",
    "NotFiniteError", "ProgramError", "Quantizers", "RangeLabError", "Run", "dequantize", "estimate",
    "fake_quantize", "list_estimators", "optimum", "program", "quantize", "run",
]

"""The quantizers and errors of design/numerics.md in numpy, for compare_with_numpy.py.

Written from the text of the rules alone. A tensor falls into blocks of equally long lanes, so that
thousands of groups are handled by one call of numpy.
"""

import numpy as np

LEAST_NORMAL = np.finfo(np.float32).tiny


def codes(scheme, grid, bits):
    """The smallest and the largest code."""
    half = 1 << (bits - 1)
    if grid == "unsigned":
        return 0, 2 * half - 1
    return (1 - half if grid == "narrow" else -half), half - 1


def code_type(grid, bits):
    """The type codes are stored in."""
    return np.dtype(("u" if grid == "unsigned" else "") + ("int8" if bits <= 8 else "int16"))


def lanes(shape, granularity):
    """Blocks (lane numbers, flat indices of shape [lanes, values]) of a granularity."""
    index = np.arange(int(np.prod(shape))).reshape(shape)
    kind, _, number = granularity.partition(":")
    if kind == "tensor":
        return [(np.array([0]), index.reshape(1, -1))]
    if kind == "channel":
        axis = int(number)
        return [(np.arange(shape[axis]), np.moveaxis(index, axis, 0).reshape(shape[axis], -1))]
    size = int(number)
    rows = index.reshape(-1, shape[-1] if shape else 1)
    whole, rest = divmod(rows.shape[1], size)
    numbers = np.arange(rows.shape[0] * (whole + (rest > 0))).reshape(rows.shape[0], -1)
    blocks = []
    if whole:
        blocks.append((numbers[:, :whole].ravel(), rows[:, : whole * size].reshape(-1, size)))
    if rest:
        blocks.append((numbers[:, whole:].ravel(), rows[:, whole * size :]))
    return blocks


def finite_lanes(blocks, x):
    """The same lanes without the values that are not finite, one block for each lane."""
    for numbers, index in blocks:
        for number, lane in zip(numbers, index):
            yield np.array([number]), lane[np.isfinite(x[lane])].reshape(1, -1)


def wanted_range(values, estimator, scheme):
    """The lower and upper ends an estimator asks for, one for each row of Float64 values."""
    if values.shape[1] == 0:
        return np.zeros(len(values)), np.zeros(len(values))
    if estimator == "minmax":
        return values.min(axis=1), values.max(axis=1)
    p = float(estimator.removeprefix("percentile[p=").removesuffix("]"))
    if scheme == "symmetric":
        magnitude = np.percentile(np.abs(values), p, axis=1)
        return -magnitude, magnitude
    return np.percentile(values, 100 - p, axis=1), np.percentile(values, p, axis=1)


def cover(lower, upper, scheme, grid, bits):
    """Float32 scales and zero points that cover ranges, computed in Float64."""
    qmin, qmax = codes(scheme, grid, bits)
    lower, upper = np.minimum(lower, 0), np.maximum(upper, 0)
    if scheme == "affine":
        scale = (upper - lower) / (qmax - qmin)
        safe = np.where(scale > 0, scale, 1)
        zero = np.clip(np.rint(qmin - lower / safe), qmin, qmax).astype(np.int64)
    else:
        below = -lower / -qmin if qmin else np.zeros_like(lower)
        scale = np.maximum(below, upper / qmax)
        zero = np.zeros(len(scale), np.int64)
    degenerate = ~(scale > 0)
    scale = np.maximum(scale.astype(np.float32), LEAST_NORMAL)
    # Without a range, lower is 0 and the rule for zero points gives the smallest code.
    return np.where(degenerate, np.float32(1), scale), zero


def quantize(x, scale, zero, qmin, qmax):
    """Codes of Float32 rows, as Float32, by ONNX QuantizeLinear."""
    with np.errstate(over="ignore"):
        steps = np.rint(x / scale[:, None])
    return np.clip(steps + zero[:, None].astype(np.float32), np.float32(qmin), np.float32(qmax))


class Errors:
    """Sums in Float64 over the exact differences of the Float32 values x and x^."""

    def __init__(self):
        self.count = self.clipped = 0
        self.rounding = self.clipping = self.signal = self.energy = self.product = self.worst = 0.0

    def add(self, x, scale, zero, qmin, qmax):
        """Adds rows of values, each with its quantizer."""
        if x.size == 0:
            return
        q = quantize(x, scale, zero, qmin, qmax)
        back = (q - zero[:, None].astype(np.float32)) * scale[:, None]
        x64, back64 = x.astype(np.float64), back.astype(np.float64)
        step = scale.astype(np.float64)
        outside = (x64 > (step * (qmax - zero))[:, None]) | (x64 < (step * (qmin - zero))[:, None])
        error = x64 - back64
        self.worst = max(self.worst, float(np.abs(error).max()))
        square = np.square(error)
        # Each part by itself: the difference of two sums would lose the smaller one.
        self.clipping += float(square.sum(where=outside))
        self.rounding += float(square.sum(where=~outside))
        self.signal += float(np.vdot(x64, x64))
        self.energy += float(np.vdot(back64, back64))
        self.product += float(np.vdot(x64, back64))
        self.clipped += int(outside.sum())
        self.count += x.size

    def metrics(self):
        """What `estimate --format json` prints."""
        n, error = self.count, self.clipping + self.rounding
        if self.signal > 0 and self.energy > 0:
            cosine = self.product / (np.sqrt(self.signal) * np.sqrt(self.energy))
        else:
            cosine = float(self.signal == self.energy)
        with np.errstate(divide="ignore"):
            sqnr = 10 * np.log10(self.signal / error) if error > 0 else np.inf
        return {
            "mse": error / n,
            "clipping_mse": self.clipping / n,
            "rounding_mse": self.rounding / n,
            "clipped_fraction": self.clipped / n,
            "sqnr_db": sqnr,
            "max_abs_error": self.worst,
            "cosine": cosine,
        }

"""ONNX convolutions and pools in numpy, for any number of spatial axes; see numpy_operators.py."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def windows(x, attributes, sizes, fill):
    """Every window of the spatial axes: [N, C, out..., kernel...], and how many places are image."""
    rank = len(sizes)
    strides, gaps = attributes.get("strides", [1] * rank), attributes.get("dilations", [1] * rank)
    pads = list(attributes.get("pads", [0] * 2 * rank))
    reach = [(size - 1) * gap + 1 for size, gap in zip(sizes, gaps)]
    mode = attributes.get("auto_pad", b"NOTSET").decode()
    for i in range(rank):
        if mode.startswith("SAME"):
            missing = max((-(-x.shape[2 + i] // strides[i]) - 1) * strides[i] + reach[i] - x.shape[2 + i], 0)
            pads[i], pads[rank + i] = missing // 2, missing - missing // 2
            if mode == "SAME_LOWER":
                pads[i], pads[rank + i] = pads[rank + i], pads[i]
        elif attributes.get("ceil_mode", 0):
            length = x.shape[2 + i] + pads[i] + pads[rank + i] - reach[i]
            pads[rank + i] += -length % strides[i]
    around = [(0, 0), (0, 0)] + [(pads[i], pads[rank + i]) for i in range(rank)]
    step = (slice(None),) * 2 + tuple(slice(None, None, s) for s in strides) + tuple(slice(None, None, g) for g in gaps)
    axes = tuple(range(2, 2 + rank))
    cut = lambda a, value: sliding_window_view(np.pad(a, around, constant_values=value), reach, axes)[step]
    return cut(x, fill), cut(np.ones((1, 1, *x.shape[2:]), np.float32), 0)


def convolution(attributes, x, weight):
    groups, rank = attributes.get("group", 1), x.ndim - 2
    view, _ = windows(x, attributes, weight.shape[2:], 0)
    batch, out = x.shape[0], view.shape[2:2 + rank]
    order = (1, *range(2 + rank, 2 + 2 * rank), 0, *range(2, 2 + rank))
    columns = view.transpose(order).reshape(groups, -1, batch * math.prod(out))
    y = weight.reshape(groups, weight.shape[0] // groups, -1) @ columns
    return y.reshape(weight.shape[0], batch, *out).swapaxes(0, 1)


def max_pool(attributes, x):
    least = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    view, _ = windows(x, attributes, attributes["kernel_shape"], least)
    return view.max(tuple(range(x.ndim, view.ndim)))


def average_pool(attributes, x):
    view, image = windows(x, attributes, attributes["kernel_shape"], 0)
    kernel = tuple(range(x.ndim, view.ndim))
    return view.mean(kernel) if attributes.get("count_include_pad", 0) else view.sum(kernel) / image.sum(kernel)

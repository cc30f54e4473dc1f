"""ONNX operators of quantized networks in numpy float32, written from the operators' text (operator set 13 on).

`OPERATORS[op_type](attributes, inputs)` gives the node's outputs: an array or a tuple. An input that is left
out is None. Nothing here knows onnxruntime; see numpy_qdq.py.
"""

import math

import ml_dtypes
import numpy as np
from onnx import helper, numpy_helper

from numpy_convolution import average_pool, convolution, max_pool

OPERATORS = {}


def operator(*names):
    def register(function):
        OPERATORS.update(dict.fromkeys(names, function))
        return function
    return register


def spread(parameter, x, axis, block):
    """A scale or zero point against x: one number, one a slice of the axis, or one a block along it."""
    if block:
        return np.repeat(parameter, block, axis)[tuple(slice(0, n) for n in x.shape)]
    if parameter.size == 1:
        return parameter.reshape(())
    return parameter.reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])


@operator("QuantizeLinear")
def quantize(attributes, inputs):
    x, scale, zero = (*inputs, None)[:3]
    kind = attributes.get("output_dtype", 0)
    kind = zero.dtype if zero is not None else helper.tensor_dtype_to_np_dtype(kind) if kind else np.dtype(np.uint8)
    axis, block, limits = attributes.get("axis", 1), attributes.get("block_size", 0), ml_dtypes.iinfo(kind)
    codes = np.rint(x / spread(scale, x, axis, block))  # half to even
    if zero is not None:
        codes = codes + spread(zero, x, axis, block).astype(np.float32)
    return codes.clip(int(limits.min), int(limits.max)).astype(np.int32).astype(kind)


@operator("DequantizeLinear")
def dequantize(attributes, inputs):
    codes, scale, zero = (*inputs, None)[:3]
    axis, block = attributes.get("axis", 1), attributes.get("block_size", 0)
    value = codes.astype(np.int64)
    if zero is not None:
        value = value - spread(zero, codes, axis, block).astype(np.int64)
    return value.astype(np.float32) * spread(scale, codes, axis, block)


@operator("DynamicQuantizeLinear")
def dynamic_quantize(_, inputs):
    low, high = np.minimum(inputs[0].min(), np.float32(0)), np.maximum(inputs[0].max(), np.float32(0))
    scale = np.float32((high - low) / np.float32(255)) if high > low else np.float32(1)
    zero = np.rint((-low / scale).clip(0, 255)).astype(np.uint8)
    return quantize({}, [inputs[0], scale, zero]), scale, zero


@operator("Conv")
def conv(attributes, inputs):
    x, weight, bias = (*inputs, None)[:3]
    y = convolution(attributes, x, weight)
    return y if bias is None else y + bias.reshape(1, -1, *[1] * (x.ndim - 2))


@operator("ConvInteger")
def conv_integer(attributes, inputs):
    x, weight, x_zero, weight_zero = (*inputs, None, None)[:4]
    x = x.astype(np.int32) - (0 if x_zero is None else x_zero.astype(np.int32))  # padding stands for real zero
    zero = 0 if weight_zero is None else spread(weight_zero, weight, 0, 0).astype(np.int32)
    return convolution(attributes, x, weight.astype(np.int32) - zero)


@operator("MatMulInteger")
def matmul_integer(_, inputs):
    a, b, a_zero, b_zero = (*inputs, None, None)[:4]
    a_zero = 0 if a_zero is None else spread(a_zero, a, -2, 0).astype(np.int32)
    b_zero = 0 if b_zero is None else b_zero.astype(np.int32)
    return (a.astype(np.int32) - a_zero) @ (b.astype(np.int32) - b_zero)


@operator("Gemm")
def gemm(attributes, inputs):
    a, b = (x.T if attributes.get(f"trans{name}", 0) else x for name, x in zip("AB", inputs))
    y = np.float32(attributes.get("alpha", 1.0)) * (a @ b)
    return y if len(inputs) < 3 else y + np.float32(attributes.get("beta", 1.0)) * inputs[2]


@operator("BatchNormalization")
def batch_normalization(attributes, inputs):
    if attributes.get("training_mode", 0):
        raise NotImplementedError("training_mode")
    x, gamma, beta, mean, variance = (inputs[0], *(spread(p, inputs[0], 1, 0) for p in inputs[1:5]))
    return (x - mean) / np.sqrt(variance + np.float32(attributes.get("epsilon", 1e-5))) * gamma + beta


@operator("LayerNormalization")
def layer_normalization(attributes, inputs):
    x, axes = inputs[0], tuple(range(attributes.get("axis", -1) % inputs[0].ndim, inputs[0].ndim))
    centred = x - x.mean(axes, keepdims=True)
    variance = (centred * centred).mean(axes, keepdims=True)
    y = centred / np.sqrt(variance + np.float32(attributes.get("epsilon", 1e-5))) * inputs[1]
    return y if len(inputs) < 3 or inputs[2] is None else y + inputs[2]


@operator("Softmax")
def softmax(attributes, inputs):
    axis = attributes.get("axis", -1)
    powers = np.exp(inputs[0] - inputs[0].max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


@operator("HardSigmoid")
def hard_sigmoid(attributes, inputs):
    slope, middle = np.float32(attributes.get("alpha", 0.2)), np.float32(attributes.get("beta", 0.5))
    return (inputs[0] * slope + middle).clip(0, 1)


@operator("Clip")
def clip(_, inputs):
    x, low, high = (*inputs, None, None)[:3]
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


@operator("Reshape")
def reshape(attributes, inputs):
    x, shape = inputs[0], [int(n) for n in inputs[1]]
    if not attributes.get("allowzero", 0):
        shape = [x.shape[i] if n == 0 else n for i, n in enumerate(shape)]
    return x.reshape(shape)


@operator("Slice")
def cut(_, inputs):
    x, starts, ends = inputs[:3]
    axes = inputs[3] if len(inputs) > 3 and inputs[3] is not None else range(len(starts))
    steps = inputs[4] if len(inputs) > 4 else [1] * len(starts)
    where = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        end = None if step < 0 and end < -x.shape[axis] else int(end)
        where[int(axis)] = slice(int(start), end, int(step))
    return x[tuple(where)]


def axes_of(attributes, inputs):
    if len(inputs) > 1 and inputs[1] is not None and inputs[1].size:
        return tuple(int(axis) for axis in inputs[1])
    return tuple(attributes["axes"]) if "axes" in attributes else None


@operator("Unsqueeze")
def unsqueeze(attributes, inputs):
    return np.expand_dims(inputs[0], axes_of(attributes, inputs))


@operator("Squeeze")
def squeeze(attributes, inputs):
    return np.squeeze(inputs[0], axes_of(attributes, inputs))


def reduction(function):
    return lambda attributes, inputs: function(inputs[0], axis=axes_of(attributes, inputs),
                                               keepdims=bool(attributes.get("keepdims", 1)))


@operator("Flatten")
def flatten(attributes, inputs):
    return inputs[0].reshape(math.prod(inputs[0].shape[:attributes.get("axis", 1)]), -1)


@operator("Constant")
def constant(attributes, _):
    if "value" in attributes:
        return numpy_helper.to_array(attributes["value"])
    (name, value), = attributes.items()
    return np.array(value, np.float32 if "float" in name else np.int64)


@operator("Div")
def divide(_, inputs):
    return inputs[0] / inputs[1] if inputs[0].dtype.kind == "f" else np.trunc(inputs[0] / inputs[1]).astype(inputs[0].dtype)


erf = np.frompyfunc(math.erf, 1, 1)
OPERATORS |= {
    "MaxPool": lambda a, i: max_pool(a, i[0]), "AveragePool": lambda a, i: average_pool(a, i[0]),
    "Add": lambda _, i: i[0] + i[1], "Sub": lambda _, i: i[0] - i[1], "Mul": lambda _, i: i[0] * i[1],
    "MatMul": lambda _, i: i[0] @ i[1], "Pow": lambda _, i: np.power(i[0], i[1]).astype(i[0].dtype),
    "Sqrt": lambda _, i: np.sqrt(i[0]), "Erf": lambda _, i: erf(i[0]).astype(np.float32),
    "Relu": lambda _, i: np.maximum(i[0], 0), "Tanh": lambda _, i: np.tanh(i[0]),
    "Sigmoid": lambda _, i: 1 / (1 + np.exp(-i[0])), "Identity": lambda _, i: i[0],
    "Gather": lambda a, i: np.take(i[0], i[1], a.get("axis", 0)),
    "Concat": lambda a, i: np.concatenate(i, a["axis"]), "Transpose": lambda a, i: i[0].transpose(a.get("perm")),
    "Shape": lambda a, i: np.array(i[0].shape[a.get("start", 0):a.get("end")], np.int64),
    "Cast": lambda a, i: i[0].astype(helper.tensor_dtype_to_np_dtype(a["to"])),
    "Expand": lambda _, i: i[0] * np.ones([int(n) for n in i[1]], i[0].dtype),
    "GlobalAveragePool": lambda _, i: i[0].mean(tuple(range(2, i[0].ndim)), keepdims=True),
    "ReduceSum": reduction(np.sum), "ReduceMean": reduction(np.mean), "ReduceMax": reduction(np.max),
    "ReduceL2": reduction(lambda x, **where: np.sqrt((x * x).sum(**where))),
}

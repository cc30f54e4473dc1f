#!/usr/bin/env python3
"""Gradients of `rangelab model gradients` beside PyTorch's: a network for each rule, and a step of a whole network.

    python3 Tests/scripts/compare_gradients_with_torch.py [--rangelab .build/release/rangelab]

Each small network is `logits = Flatten(op(x + a)) W + b` with its own weights; the loss is the cross-entropy of a
batch. The whole network is that of experiments/networks (seven convolutions with batch normalization over the
statistics of the batch). PyTorch computes in float64, and once more in float32 to show what that precision alone
costs. The difference of a gradient is that of its worst element, relative to the largest element of the gradient.

Needs numpy, onnx, safetensors and torch (`pip install torch --index-url https://download.pytorch.org/whl/cpu`: 190 MB).
Prints a table; exit code 1 where a difference is above 1e-5; the last line is the largest relative difference.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1e-5
BATCH, CLASSES = 6, 5


def quantized(x, scale, zero, low, high, learned_zero):
    """LSQ and LSQ+ as their papers write them: a scaled gradient for the scale, rounding passed straight through."""
    factor = 1 / np.sqrt(x.numel() / scale.numel() * high)

    def scaled(tensor):
        return tensor.detach() + (tensor - tensor.detach()) * factor
    scale = scaled(scale)
    zero = scaled(zero) if learned_zero else zero
    clipped = torch.clamp(x / scale + zero, low, high)
    return scale * (clipped + (torch.round(clipped) - clipped).detach() - zero)


def gelu_tanh(x):
    return F.gelu(x, approximate="tanh")


def pool(**options):
    return lambda x: F.max_pool2d(x, **options)


def average(**options):
    return lambda x: F.avg_pool2d(x, **options)


# Operator, attributes, shape of a sample, further inputs (arrays of floats are weights), the same in PyTorch, and what
# each value of the sample is moved by, for operators of positive numbers.
def cases(random):
    def weight(*shape):
        return random.standard_normal(shape).astype(np.float32) * np.float32(0.5)

    def ints(*values):
        return np.array(values, np.int64)

    def number(value):
        return np.array(value, np.float32)

    image, line, row = (3, 8, 9), (3, 11), (4, 6)
    yield "Conv", dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1]), image, [weight(4, 3, 3, 3), weight(4)], \
        lambda x, w, b: F.conv2d(x, w, b, padding=1), 0
    yield "Conv", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]), image, [weight(4, 3, 3, 3), weight(4)], \
        lambda x, w, b: F.conv2d(x, w, b, stride=2, padding=1), 0
    yield "Conv", dict(kernel_shape=[3, 3], dilations=[2, 2]), image, [weight(4, 3, 3, 3), weight(4)], \
        lambda x, w, b: F.conv2d(x, w, b, dilation=2), 0
    yield "Conv", dict(kernel_shape=[3, 3], group=3, strides=[2, 1], pads=[1, 1, 1, 1]), image, \
        [weight(6, 1, 3, 3), weight(6)], lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=1, groups=3), 0
    yield "Conv", dict(kernel_shape=[3], strides=[2], pads=[1, 1]), line, [weight(4, 3, 3), weight(4)], \
        lambda x, w, b: F.conv1d(x, w, b, stride=2, padding=1), 0
    yield "ConvTranspose", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]), image, \
        [weight(3, 4, 3, 3), weight(4)], \
        lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, padding=1, output_padding=1), 0
    yield "ConvTranspose", dict(kernel_shape=[3, 2], dilations=[2, 1], group=3), image, \
        [weight(3, 2, 3, 2), weight(6)], lambda x, w, b: F.conv_transpose2d(x, w, b, dilation=(2, 1), groups=3), 0
    yield "Gemm", dict(transB=1, alpha=0.5, beta=2.0), (6,), [weight(7, 6), weight(7)], \
        lambda x, w, b: 0.5 * x @ w.T + 2 * b, 0
    yield "MatMul", {}, row, [weight(6, 5)], torch.matmul, 0
    yield "MatMul", {}, (2, 4, 6), [weight(2, 6, 3)], torch.matmul, 0
    yield "Add", {}, row, [weight(6)], torch.add, 0
    yield "Sub", {}, row, [weight(4, 1)], torch.sub, 0
    yield "Mul", {}, row, [weight(6)], torch.mul, 0
    yield "Div", {}, row, [np.abs(weight(6)) + 1], torch.div, 0
    yield "Pow", {}, row, [number(3)], lambda x, c: x ** 3, 4
    for operator, function in [("Sqrt", torch.sqrt), ("Log", torch.log)]:
        yield operator, {}, row, [], function, 5
    yield "Reciprocal", {}, row, [], torch.reciprocal, 5
    for operator, function in [("Sin", torch.sin), ("Cos", torch.cos), ("Exp", torch.exp), ("Neg", torch.neg), ("Relu", torch.relu), ("Sigmoid", torch.sigmoid),
                               ("Tanh", torch.tanh), ("Erf", torch.erf), ("HardSwish", F.hardswish), ("Gelu", F.gelu),
                               ("Abs", torch.abs), ("Elu", F.elu), ("Selu", F.selu), ("Softplus", F.softplus),
                               ("Softsign", F.softsign)]:
        yield operator, {}, row, [], function, 0
    yield "Gelu", dict(approximate="tanh"), row, [], gelu_tanh, 0
    yield "LeakyRelu", dict(alpha=0.2), row, [], lambda x: F.leaky_relu(x, 0.2), 0
    yield "PRelu", {}, image, [np.abs(weight(3, 1, 1))], lambda x, a: F.prelu(x, a.flatten()), 0
    yield "Max", {}, row, [weight(6), number(0.2)], lambda x, w, c: torch.maximum(torch.maximum(x, w), c), 0
    yield "Min", {}, row, [weight(6)], torch.minimum, 0
    yield "Sum", {}, row, [weight(6), weight(4, 1)], lambda x, a, b: x + a + b, 0
    yield "Mean", {}, row, [weight(6), weight(4, 1)], lambda x, a, b: (x + a + b) / 3, 0
    yield "Cast", dict(to=1), row, [], lambda x: x, 0
    yield "HardSigmoid", dict(alpha=1 / 6, beta=0.5), row, [], F.hardsigmoid, 0
    yield "Clip", {}, row, [number(-0.5), number(0.7)], lambda x, low, high: torch.clamp(x, -0.5, 0.7), 0
    yield "MaxPool", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]), image, [], \
        pool(kernel_size=3, stride=2, padding=1), 0
    yield "GlobalMaxPool", {}, image, [], lambda x: x.amax((2, 3), keepdim=True), 0
    yield "AveragePool", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]), image, [], \
        average(kernel_size=3, stride=2, padding=1, count_include_pad=False), 0
    yield "AveragePool", dict(kernel_shape=[2, 3], pads=[1, 1, 1, 1], count_include_pad=1), image, [], \
        average(kernel_size=(2, 3), stride=1, padding=1), 0
    yield "GlobalAveragePool", {}, image, [], lambda x: x.mean((2, 3), keepdim=True), 0
    yield "LayerNormalization", {}, row, [weight(6) + 1, weight(6)], \
        lambda x, w, b: F.layer_norm(x, (6,), w, b, 1e-5), 0
    yield "InstanceNormalization", {}, image, [weight(3) + 1, weight(3)], \
        lambda x, w, b: F.instance_norm(x, None, None, w, b, True, 0.1, 1e-5), 0
    yield "BatchNormalization", {}, image, [weight(3) + 1, weight(3), "mean", "variance"], \
        lambda x, w, b, m, v: F.batch_norm(x, None, None, w, b, True, 0.1, 1e-5), 0
    yield "Softmax", {}, row, [], lambda x: torch.softmax(x, -1), 0
    yield "LogSoftmax", dict(axis=1), row, [], lambda x: torch.log_softmax(x, 1), 0
    yield "Reshape", {}, row, [ints(0, 8, 3)], lambda x, s: x.reshape(-1, 8, 3), 0
    yield "Flatten", dict(axis=2), image, [], lambda x: x.reshape(BATCH * 3, -1), 0
    yield "Squeeze", {}, (1, 6), [ints(1)], lambda x, a: x.squeeze(1), 0
    yield "Unsqueeze", {}, row, [ints(1)], lambda x, a: x.unsqueeze(1), 0
    yield "Transpose", dict(perm=[0, 2, 1]), row, [], lambda x: x.transpose(1, 2), 0
    yield "Expand", {}, (4, 1), [ints(BATCH, 4, 3)], lambda x, s: x.expand(BATCH, 4, 3), 0
    yield "Identity", {}, row, [], lambda x: x, 0
    yield "Dropout", {}, row, [], lambda x: x, 0
    yield "Concat", dict(axis=1), row, [weight(BATCH, 2, 6)], lambda x, w: torch.cat([x, w], 1), 0
    yield "Split", dict(axis=2), row, [ints(2, 4)], lambda x, s: x[:, :, :2], 0
    yield "Slice", {}, row, [ints(4, 0), ints(-9, 6), ints(1, 2), ints(-2, 3)], \
        lambda x, *_: x.flip(1)[:, ::2, ::3], 0
    yield "Gather", dict(axis=2), row, [ints(5, 0, 5)], lambda x, i: x[:, :, i.long()], 0
    yield "Tile", {}, row, [ints(1, 2, 3)], lambda x, r: x.tile(1, 2, 3), 0
    yield "GatherElements", dict(axis=2), row, [ints(5, 0, 5, 1).reshape(1, 4, 1).repeat(BATCH, 0)], \
        lambda x, i: x.gather(2, i), 0
    for mode, name in [("constant", "constant"), ("reflect", "reflect"), ("edge", "replicate")]:
        yield "Pad", dict(mode=mode), image, [ints(0, 0, 1, 2, 0, 0, 0, 3)], \
            lambda x, p, name=name: F.pad(x, (2, 3, 1, 0), name), 0
    yield "DepthToSpace", dict(blocksize=2, mode="CRD"), (8, 3, 4), [], lambda x: F.pixel_shuffle(x, 2), 0
    scales = np.array([1, 1, 2, 1.5], np.float32)
    yield "Resize", dict(mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"), image, \
        [None, scales], lambda x, s: F.interpolate(x, scale_factor=(2, 1.5), mode="nearest"), 0
    for mode, name in [("linear", "bilinear"), ("cubic", "bicubic")]:
        yield "Resize", dict(mode=mode, coordinate_transformation_mode="pytorch_half_pixel", cubic_coeff_a=-0.75), \
            image, [None, scales], lambda x, s, name=name: F.interpolate(x, scale_factor=(2, 1.5), mode=name), 0
    yield "ReduceL1", {}, row, [ints(2)], lambda x, a: x.abs().sum(2, keepdim=True), 0
    yield "ReduceSumSquare", {}, row, [ints(2)], lambda x, a: (x * x).sum(2, keepdim=True), 0
    yield "ReduceMax", {}, row, [ints(2)], lambda x, a: x.amax(2, keepdim=True), 0
    yield "ReduceMin", dict(keepdims=0), row, [ints(1)], lambda x, a: x.amin(1), 0
    yield "ReduceMean", {}, row, [ints(2)], lambda x, a: x.mean(2, keepdim=True), 0
    yield "ReduceSum", dict(keepdims=0), row, [ints(1)], lambda x, a: x.sum(1), 0
    yield "ReduceL2", {}, row, [ints(2)], lambda x, a: x.norm(dim=2, keepdim=True), 0
    lsq = dict(low=-8, high=7, axis=-1, gradient="lsq")
    yield "FakeQuantize", lsq, row, [number(0.11)], lambda x, s: quantized(x, s, 0, -8, 7, False), 0
    plus = dict(low=0, high=15, axis=-1, gradient="lsq+")
    yield "FakeQuantize", plus, row, [number(0.11), number(6.2)], lambda x, s, z: quantized(x, s, z, 0, 15, True), 0


def build(case, random):
    """The network of a case, its weights, and a function that computes it in PyTorch."""
    operator, attributes, shape, others, function, shift = case
    tensors = {"a": random.standard_normal(shape).astype(np.float32) + np.float32(shift)}
    inputs = ["shifted"]
    for place, other in enumerate(others):
        if other is None:  # an optional input that is left out
            inputs.append("")
            continue
        name = f"input{place}"
        if isinstance(other, str):
            other = np.full(3, 1 if other == "variance" else 0, np.float32)
        tensors[name] = other
        inputs.append(name)

    def middle(weights, x):
        values = [weights[name] for name in inputs[1:] if name]
        return function(x + weights["a"], *values)
    sample = middle({name: torch.tensor(value) for name, value in tensors.items()}, torch.zeros(BATCH, *shape))
    width = sample.numel() // BATCH
    tensors |= {"head": random.standard_normal((width, CLASSES)).astype(np.float32) / np.float32(np.sqrt(width)),
                "bias": random.standard_normal(CLASSES).astype(np.float32),
                "rows": np.array([BATCH, -1], np.int64)}
    domain = "rangelab" if operator == "FakeQuantize" else ""
    outputs = ["middle", "rest"] if operator == "Split" else ["middle"]
    nodes = [helper.make_node("Add", ["x", "a"], ["shifted"]),
             helper.make_node(operator, inputs, outputs, name=operator, domain=domain, **attributes),
             helper.make_node("Reshape", ["middle", "rows"], ["flat"]),
             helper.make_node("Gemm", ["flat", "head", "bias"], ["logits"])]
    graph = helper.make_graph(
        nodes, operator, [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, *shape])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [None, CLASSES])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)

    def network(weights, x):
        return middle(weights, x).reshape(BATCH, -1) @ weights["head"] + weights["bias"]
    return model, tensors, network, shape


def torch_gradients(network, tensors, x, labels, names, precision):
    weights = {name: torch.tensor(value).to(precision) if value.dtype == np.float32 else torch.tensor(value)
               for name, value in tensors.items()}
    for name in names:
        weights[name].requires_grad_()
    loss = F.cross_entropy(network(weights, torch.tensor(x).to(precision)), torch.tensor(labels))
    loss.backward()
    return {"loss": loss.detach().double().numpy().reshape(1)} | {
        name: weights[name].grad.double().numpy() for name in names}


def lab_gradients(program, path, data, folder, *options):
    output = folder / "gradients.safetensors"
    command = [program, "model", "gradients", path, "--data", data, "--batch-normalization", "batch", "-o", output,
               "--format", "json", *options]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{path.stem}: {done.stderr}")
    gradients = {name: value.astype(np.float64) for name, value in load_file(output).items()}
    return {"loss": np.array([json.loads(done.stdout)["mean_loss"]])} | gradients


def difference(own, other):
    """The worst over all tensors, and whose that is."""
    return max((float(np.abs(own[name] - other[name]).max() / np.abs(other[name]).max()), name) for name in own)


def compare(program, network, tensors, path, x, labels, folder, *options):
    data = folder / "data.npz"
    name = onnx.load(path).graph.input[0].name
    np.savez(data, **{name: x, "labels": labels})
    own = lab_gradients(program, path, data, folder, "--batch-size", str(len(x)), *options)
    names = [name for name in own if name != "loss"]
    truth = torch_gradients(network, tensors, x, labels, names, torch.float64)
    single = torch_gradients(network, tensors, x, labels, names, torch.float32)
    return len(names), difference(own, truth), difference(single, truth)


def whole(path):
    """The network of a file as a function of its weights."""
    graph = onnx.load(path).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def network(weights, x):
        values = dict(weights) | {graph.input[0].name: x}
        for node in graph.node:
            get = [values[name] for name in node.input]
            option = {item.name: helper.get_attribute_value(item) for item in node.attribute}
            match node.op_type:
                case "Conv":
                    assert option["pads"][:2] == option["pads"][2:]
                    y = F.conv2d(*get, stride=option.get("strides", 1), padding=option["pads"][:2],
                                 dilation=option.get("dilations", 1), groups=option.get("group", 1))
                case "BatchNormalization":
                    y = F.batch_norm(get[0], None, None, get[1], get[2], True, 0.1, option.get("epsilon", 1e-5))
                case "Relu":
                    y = torch.relu(get[0])
                case "GlobalAveragePool":
                    y = get[0].mean((2, 3), keepdim=True)
                case "Flatten":
                    y = get[0].flatten(option.get("axis", 1))
                case "Gemm":
                    y = get[0] @ (get[1].T if option.get("transB") else get[1]) + get[2]
                case other:
                    sys.exit(f"{path.name}: no {other} here")
            values[node.output[0]] = y
        return values[graph.output[0].name]
    return tensors, network


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rangelab", default=str(ROOT / ".build/release/rangelab"))
    program = options.parse_args().rangelab
    random = np.random.default_rng(20)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for case in cases(random):
            model, tensors, network, shape = build(case, random)
            path = folder / f"{case[0]}.onnx"
            onnx.save(model, path)
            x = random.standard_normal((BATCH, *shape)).astype(np.float32)
            labels = random.integers(0, CLASSES, BATCH)
            rows.append((case[0], *compare(program, network, tensors, path, x, labels, folder)))
        path = ROOT / "experiments/networks/models/fashion.onnx"
        tensors, network = whole(path)
        with np.load(ROOT / "experiments/networks/data/fashion-test.npz") as file:
            arrays = {name: file[name][:64] for name in file.files}
        labels = arrays.pop("labels").astype(np.int64)
        x = ((next(iter(arrays.values())).astype(np.float32) / np.float32(255)) - np.float32(0.2860)) / np.float32(0.3530)
        rows.append(("a step of fashion.onnx", *compare(program, network, tensors, path, x, labels, folder)))
    print(f"PyTorch {torch.__version__}\n")
    print("| rule | gradients | largest relative difference | of | PyTorch in float32 |")
    print("|---|---:|---:|---|---:|")
    for rule, count, (own, tensor), (single, _) in rows:
        print(f"| {rule} | {count} | {own:.1e} | {tensor} | {single:.1e} |")
    worst = max(row[2][0] for row in rows)
    print(f"\nlargest relative difference: {worst:.2e}")
    return int(not worst <= LIMIT)


if __name__ == "__main__":
    sys.exit(main())

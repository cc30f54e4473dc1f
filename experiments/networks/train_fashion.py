#!/usr/bin/env python3
"""Trains the small depthwise network on Fashion-MNIST and writes models/fashion.onnx.

    python3 experiments/networks/train_fashion.py [--images FOLDER] [--epochs 10]

Four ordinary and three depthwise convolutions, each with batch normalization and Relu, then the mean over
the image and one linear layer. The file keeps Conv and BatchNormalization apart, so that folding them is
left to the tool that quantizes. Input `image` is float [N, 1, 28, 28], see make_fashion.py. Prints the
file's accuracy on the 10,000 test images. Needs numpy, jax and onnx; onnxruntime for the accuracy.
"""

import argparse
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import helper, numpy_helper

from make_fashion import HERE, load, normalize, print_accuracy

# Output channels, stride and kind: "spread" is a 3x3 kernel on one channel each (the first layer has one
# input channel, so there too), "mix" is 1x1 over all channels.
LAYERS = [(16, 2, "spread"), (16, 1, "spread"), (32, 1, "mix"), (32, 2, "spread"), (64, 1, "mix"),
          (64, 1, "spread"), (96, 1, "mix")]
CLASSES, BATCH, EPSILON = 10, 128, 1e-5


def initial(rng):
    """He's initial weights; images are [N, height, width, channels] in this file."""
    weights, statistics, channels = [], [], 1
    for outputs, _, kind in LAYERS:
        shape, fan_in = ((3, 3, outputs), 9) if kind == "spread" else ((channels, outputs), channels)
        weights.append({"kernel": rng.normal(0, np.sqrt(2 / fan_in), shape).astype(np.float32),
                        "gamma": np.ones(outputs, np.float32), "beta": np.zeros(outputs, np.float32)})
        statistics.append((np.zeros(outputs, np.float32), np.ones(outputs, np.float32)))
        channels = outputs
    head = rng.normal(0, np.sqrt(1 / channels), (channels, CLASSES)).astype(np.float32)
    weights.append({"kernel": head, "bias": np.zeros(CLASSES, np.float32)})
    return weights, statistics


def convolve(x, kernel, stride, kind):
    if kind == "mix":
        return x @ kernel
    height, width = x.shape[1:3]
    x = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return sum(x[:, i:i + height:stride, j:j + width:stride] * kernel[i, j] for i in range(3) for j in range(3))


def loss(weights, x, labels):
    """Cross-entropy with the batch's own means and variances, which are returned beside it."""
    seen = []
    for layer, (_, stride, kind) in zip(weights, LAYERS):
        x = convolve(x, layer["kernel"], stride, kind)
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
        seen.append((mean, variance))
        x = jax.nn.relu((x - mean) * jax.lax.rsqrt(variance + EPSILON) * layer["gamma"] + layer["beta"])
    logits = x.mean((1, 2)) @ weights[-1]["kernel"] + weights[-1]["bias"]
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean(), seen


@jax.jit
def step(weights, statistics, first, second, count, rate, x, labels):
    """One step of Adam, and of the running means and variances."""
    (value, seen), slope = jax.value_and_grad(loss, has_aux=True)(weights, x, labels)
    over = jax.tree_util.tree_map
    first = over(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
    second = over(lambda v, g: 0.999 * v + 0.001 * g * g, second, slope)
    rate = rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    weights = over(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), weights, first, second)
    return weights, over(lambda old, new: 0.95 * old + 0.05 * new, statistics, seen), first, second, value


def train(images, labels, epochs):
    rng = np.random.default_rng(0)
    weights, statistics = initial(rng)
    first = second = jax.tree_util.tree_map(jnp.zeros_like, weights)
    images = normalize(images).transpose(0, 2, 3, 1)
    count, steps, start = 0, epochs * (len(images) // BATCH), time.monotonic()
    for epoch in range(epochs):
        order = rng.permutation(len(images))
        for at in range(0, len(images) - BATCH + 1, BATCH):
            rows = order[at:at + BATCH]
            x = images[rows]
            x = np.where(rng.random((BATCH, 1, 1, 1)) < 0.5, x[:, :, ::-1], x)  # left and right swapped
            count += 1
            rate = 6e-3 * min(count / (0.1 * steps), 0.5 + 0.5 * np.cos(np.pi * count / steps))
            weights, statistics, first, second, value = step(
                weights, statistics, first, second, float(count), rate, x, labels[rows])
        print(f"epoch {epoch + 1}: loss {float(value):.3f}, {time.monotonic() - start:.0f} s", flush=True)
    return weights, statistics


def export(weights, statistics):
    nodes, constants, last, channels = [], [], "image", 1

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(name, values):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    for index, (layer, (mean, variance), (outputs, stride, kind)) in enumerate(zip(weights, statistics, LAYERS)):
        # A channel whose input died gives beta, whatever its kernel; folding would make that kernel 300 times as large.
        kernel, size = np.where(np.asarray(variance) < 1e-6, 0, layer["kernel"]), 3 if kind == "spread" else 1
        kernel = kernel.transpose(2, 0, 1)[:, None] if kind == "spread" else kernel.T[:, :, None, None]
        name = f"conv{index}"
        last = node("Conv", [last, constant(f"{name}.weight", kernel)], name, kernel_shape=[size, size],
                    strides=[stride, stride], pads=[size // 2] * 4, group=channels if kind == "spread" else 1)
        parts = {"gamma": layer["gamma"], "beta": layer["beta"], "mean": mean, "variance": variance}
        last = node("BatchNormalization", [last] + [constant(f"{name}.{key}", v) for key, v in parts.items()],
                    f"{name}/norm", epsilon=EPSILON)
        last, channels = node("Relu", [last], f"{name}/relu"), outputs
    last = node("Flatten", [node("GlobalAveragePool", [last], "mean")], "features")
    node("Gemm", [last, constant("head.weight", np.asarray(weights[-1]["kernel"]).T),
                  constant("head.bias", weights[-1]["bias"])], "logits", transB=1)
    shape = lambda name, axes: helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, axes)
    graph = helper.make_graph(nodes, "fashion", [shape("image", ["N", 1, 28, 28])],
                              [shape("logits", ["N", CLASSES])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "models" / "fashion.onnx")
    options = parser.parse_args()

    model = export(*train(*load(options.images, "train"), options.epochs))
    options.output.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{sum(np.prod(c.dims) for c in model.graph.initializer)} values, {options.output.stat().st_size} bytes")
    print_accuracy(options.output, *load(options.images, "t10k"))


if __name__ == "__main__":
    main()

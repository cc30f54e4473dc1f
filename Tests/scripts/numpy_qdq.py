#!/usr/bin/env python3
"""Runs a quantized ONNX network in numpy and compares its outputs with onnxruntime's.

    python3 Tests/scripts/numpy_qdq.py MODEL.onnx DATA.npz [--scale S --offset O] [--rows 8] [--feed-codes]

Prints the largest difference as a share of the largest output; exit code 1 above 1e-5. onnxruntime computes
QuantizeLinear and DequantizeLinear in float (session.disable_quant_qdq = 1). Sums in another order may
move a value over a rounding boundary, and its whole code with it, so a failing run names the first
QuantizeLinear nodes whose codes differ. `--feed-codes` compares locally: every node gets onnxruntime's
own tensors, and nothing carries over from one node to the next; codes must then be equal.

numpy_operators.py holds the operators. Needs numpy, onnx, onnxruntime.
"""

import argparse
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from numpy_operators import OPERATORS

TOLERANCE = 1e-5  # float32 sums of a few thousand terms in another order reach about 1e-6


def onnxruntime_values(model, feeds, names):
    """The named tensors of a run; a tensor's name is all that a graph output needs."""
    exposed = onnx.ModelProto()
    exposed.CopyFrom(model)
    known = {output.name for output in model.graph.output}
    exposed.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in known)
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(exposed.SerializeToString(), settings, providers=["CPUExecutionProvider"])
    return dict(zip(names, session.run(list(names), feeds)))


def numpy_values(model, feeds, given=None):
    """Every tensor of the network; with `given`, each node's inputs are taken from there where they stand."""
    values = feeds | {x.name: numpy_helper.to_array(x) for x in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type not in OPERATORS or node.domain not in ("", "ai.onnx"):
            sys.exit(f"{node.name}: operator {node.domain}{node.op_type} is not written here")
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        source = values if given is None else values | given
        inputs = [source[name] if name else None for name in node.input]
        outputs = OPERATORS[node.op_type](attributes, inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        values.update((name, np.asarray(x)) for name, x in zip(node.output, outputs) if name)
    return values


def share(reference, found):
    """The largest difference as a share of the largest magnitude."""
    if reference.shape != found.shape:
        return float("inf")
    difference = np.abs(reference.astype(np.float64) - found.astype(np.float64)).max(initial=0)
    largest = np.abs(reference.astype(np.float64)).max(initial=0)
    return float(difference / largest) if largest else float(difference)


def codes_that_differ(nodes, reference, found):
    """(tensor, how many codes, of how many, largest step) in the order of the network."""
    for node in nodes:
        a, b = (values[node.output[0]].astype(np.int64) for values in (reference, found))
        if (a != b).any():
            yield node.output[0], int((a != b).sum()), a.size, int(np.abs(a - b).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--offset", type=float, default=0.0)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--feed-codes", action="store_true", help="compare each node on onnxruntime's tensors")
    options = parser.parse_args()

    model = onnx.load(options.model)
    version = max(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if version < 13:
        sys.exit(f"operator set {version}: 13 is the first whose Softmax, Squeeze and ReduceSum are written here")
    feeds = {}
    constants = {x.name for x in model.graph.initializer}
    with np.load(options.data) as file:
        for value in model.graph.input:
            if value.name not in constants:
                kind = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
                x = file[value.name][:options.rows].astype(kind)
                feeds[value.name] = x * kind.type(options.scale) + kind.type(options.offset) if kind.kind == "f" else x

    outputs = [output.name for output in model.graph.output]
    quantizers = [node for node in model.graph.node if node.op_type in ("QuantizeLinear", "DynamicQuantizeLinear")]
    if not options.feed_codes:
        found = numpy_values(model, feeds)
        reference = onnxruntime_values(model, feeds, outputs)
        worst = max(share(reference[name], found[name]) for name in outputs)
        print(f"{len(model.graph.node)} nodes, {len(quantizers)} quantizers, {options.rows} rows: "
              f"largest difference {worst:.2e} of the largest output")
        if worst <= TOLERANCE:
            return
        codes = onnxruntime_values(model, feeds, [node.output[0] for node in quantizers])
        differing = list(codes_that_differ(quantizers, codes, found))
        print(f"codes differ at {len(differing)} of {len(quantizers)} quantizers; the first:")
        for name, count, size, step in differing[:8]:
            print(f"  {name}: {count} of {size}, by at most {step}")
        sys.exit(1)

    names = [name for node in model.graph.node for name in node.output if name and node.op_type != "Constant"]
    reference = onnxruntime_values(model, feeds, names)
    found = numpy_values(model, feeds, given=reference)
    wrong = list(codes_that_differ(quantizers, reference, found))
    codes = {node.output[0] for node in quantizers}
    worst, where = max((share(reference[name], found[name]), name) for name in names if name not in codes)
    print(f"{len(names)} tensors, each from onnxruntime's inputs: largest difference {worst:.2e} at {where}; "
          f"codes differ at {len(wrong)} of {len(quantizers)} quantizers")
    for name, count, size, step in wrong[:8]:
        print(f"  {name}: {count} of {size}, by at most {step}")
    sys.exit(1 if wrong or worst > TOLERANCE else 0)


if __name__ == "__main__":
    main()

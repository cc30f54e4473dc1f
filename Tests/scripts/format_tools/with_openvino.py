"""OpenVINO: FakeQuantize with the numbers of our JSON, in a model of the ranges alone and inside the network.

For each tensor OpenVINO computes FakeQuantize of values on and beyond all codes. Then it reads the ONNX model, gets a
FakeQuantize at every quantized tensor, writes that as IR (.xml and .bin), and reads it again: the ranges of the IR are compared,
and the network runs. Last, it reads our ONNX model with QuantizeLinear and DequantizeLinear.
"""

import json

import numpy as np
import openvino
from openvino import opset13 as op

from .comparison import Comparison, probe

EXACT = {"INFERENCE_PRECISION_HINT": "f32"}


def constants(entry):
    """The four inputs of FakeQuantize behind the tensor."""
    low, high = (np.asarray(entry[key], np.float32).reshape(entry["shape"]) for key in ("input_low", "input_high"))
    return [op.constant(v) for v in (low, high, low, high)]


def parameters(node):
    """The scale and the zero point of a FakeQuantize, on codes from the lowest one on."""
    low, high = (node.input_value(i).get_node().get_data().astype(np.float64).ravel() for i in (3, 4))
    scale = (high - low) / (node.get_attributes()["levels"] - 1)
    return scale, np.rint(-low / scale)


def shifted(tensor):
    """Zero points counted from the lowest code, as FakeQuantize has them."""
    lowest = 1 - 2 ** (tensor["bits"] - 1) if tensor["grid"] == "narrow" else 0
    return {**tensor, "zero_point": [z - lowest for z in tensor["zero_point"]]}


def alone(core, entries, values):
    """What OpenVINO makes of values of each tensor, a row for each lane."""
    sources, results = [], []
    for entry, x in zip(entries, values):
        axis = [place for place, length in enumerate(entry["shape"]) if length != 1]
        shape = [1] * max(len(entry["shape"]), 1)
        shape[axis[0] if axis else 0] = x.shape[0]
        source = op.parameter([*shape, x.shape[1]], np.float32)
        ends = [op.unsqueeze(c, op.constant([-1])) if entry["shape"] else c for c in constants(entry)]
        sources.append(source)
        results.append(op.fake_quantize(source, *ends, entry["levels"]))
    run = core.compile_model(openvino.Model(results, sources, "ranges"), "CPU", EXACT)
    found = run([x.reshape(source.shape) for source, x in zip(sources, values)])
    return [found[place].reshape(x.shape) for place, x in enumerate(values)]


def inserted(core, files, entries):
    """The network with a FakeQuantize at every tensor that has one, through an IR."""
    model = core.read_model(files.model)
    outputs = {name: out for node in model.get_ordered_ops() for out in node.outputs() for name in out.get_names()}
    for entry in entries:
        output = outputs[entry["name"]]
        readers = list(output.get_target_inputs())
        node = op.fake_quantize(output, *constants(entry), entry["levels"], name=entry["name"] + "/fq")
        for reader in readers:
            # Only what multiplies is quantized; a residual sum reads the float tensor.
            if reader.get_node().get_type_name() in ("Convolution", "GroupConvolution", "MatMul", "Reshape"):
                reader.replace_source_output(node.output(0))
    openvino.save_model(model, str(files.folder / "ir.xml"), compress_to_fp16=False)
    return core.read_model(str(files.folder / "ir.xml"))


def check(files):
    core = openvino.Core()
    for scheme in ["affine", "symmetric"]:
        entries = json.loads(files.converted(scheme, "openvino").read_text())["tensors"]
        ranges = files.ranges(scheme)
        # Ends are Float32, and FakeQuantize multiplies by the inverse of a step.
        comparison = Comparison(f"{scheme}, FakeQuantize computes", ulp=1, slack=1e-6)
        probes = [probe(ranges[entry["name"]]) for entry in entries]
        for entry, have, (_, want) in zip(entries, alone(core, entries, [x for x, _ in probes]), probes):
            low, high = np.float64(np.float32(entry["input_low"])), np.float64(np.float32(entry["input_high"]))
            step = (high - low) / (entry["levels"] - 1)
            comparison.parameters(entry["name"], shifted(ranges[entry["name"]]), step, np.rint(-low / step))
            comparison.reals(entry["name"], have, want)
        yield comparison
        yield network(core, files, scheme, entries, ranges)
        yield with_quantizers(core, files, scheme, ranges)


def network(core, files, scheme, entries, ranges):
    """The ranges of the IR, and what they cost its outputs."""
    model = inserted(core, files, entries)
    comparison = Comparison(f"{scheme}, the network as IR", ulp=1)
    for node in model.get_ordered_ops():
        if node.get_type_name() == "FakeQuantize":
            name = node.get_friendly_name().removesuffix("/fq")
            comparison.parameters(name, shifted(ranges[name]), *parameters(node))
    if comparison.tensors != len(entries):
        comparison.faults.append(f"{comparison.tensors} of {len(entries)} tensors are in the IR")
    comparison.outputs(core.compile_model(model, "CPU", EXACT)([files.pixels()])[0], files.outputs())
    return comparison


def tensor_name(output, ranges):
    """The tensor with ranges that a FakeQuantize reads, perhaps through the Clip that keeps narrow codes narrow."""
    found = [name for name in output.get_names() if name in ranges]
    node = output.get_node()
    if found or node.get_type_name() not in ("Clamp", "Minimum", "Maximum"):
        return found[0] if found else None
    before = [tensor_name(node.input_value(place), ranges) for place in range(node.get_input_size())]
    return next(filter(None, before), None)


def with_quantizers(core, files, scheme, ranges):
    """The activations of our ONNX model with QuantizeLinear, which OpenVINO reads as FakeQuantize."""
    comparison = Comparison(f"{scheme}, the ONNX model with quantizers", ulp=1)
    for node in core.read_model(files.converted(scheme, "qdq")).get_ordered_ops():
        if node.get_type_name() != "FakeQuantize":
            continue
        name = tensor_name(node.input_value(0), ranges)
        if name is None:
            comparison.faults.append(f"a FakeQuantize of {node.input_value(0).get_names()}, which have no ranges")
            continue
        tensor = ranges[name]
        low, high = (node.input_value(i).get_node().get_data().astype(np.float64).ravel() for i in (1, 2))
        scale = (high - low) / (node.get_attributes()["levels"] - 1)
        # Codes of the type: signed ones have one below the narrow ones.
        lowest = -2 ** (tensor["bits"] - 1) if tensor["grid"] != "unsigned" else 0
        comparison.parameters(name, tensor, scale, np.rint(lowest - low / scale))
    if comparison.tensors != sum(t["kind"] == "activation" for t in ranges.values()):
        comparison.faults.append(f"{comparison.tensors} activations have a FakeQuantize")
    return comparison

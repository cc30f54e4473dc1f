"""ncnn: the table, read as ncnn2int8 reads it, runs in layers of ncnn.

The package of Python has the runtime, and not the tool that reads tables. Lines are read by its rule instead: words between
spaces, each number by the C library's sscanf with %f. Every layer with a weight then runs in ncnn as an InnerProduct of 8
bits, with codes of its weights by our ranges and the scales of the table. Its inputs lie on codes, so that no rule of
rounding decides; its outputs must be those of our ranges.
"""

import ctypes
import struct

import ncnn
import numpy as np
import onnx

from .comparison import Comparison, constants, lanes

INT8 = 0x000D4B38  # The tag in front of weights of 8 bits.


def table(path):
    """Keys and numbers of a table, up to the first empty line."""
    c, number, read = ctypes.CDLL(None), ctypes.c_float(), {}
    for line in path.read_bytes().split(b"\n"):
        words = line.split(b" ")
        if not words[0]:
            break
        values = []
        for word in filter(None, words[1:]):
            assert c.sscanf(word, b"%f", ctypes.byref(number)) == 1, word
            values.append(number.value)
        read[words[0].decode()] = np.asarray(values, np.float32)
    return read


def run(folder, codes, weight_scales, input_scale, x):
    """The outputs of an InnerProduct of 8 bits for one row of inputs."""
    outputs, inputs = codes.shape
    (folder / "layer.param").write_text(
        f"7767517\n2 2\nInput in0 0 1 in0 0={inputs}\nInnerProduct fc 1 1 in0 out0 0={outputs} 1=0 2={codes.size} 8=1\n")
    padding = b"\0" * (-codes.size % 4)
    (folder / "layer.bin").write_bytes(
        struct.pack("<I", INT8) + codes.tobytes() + padding + weight_scales.tobytes() + struct.pack("<f", input_scale))
    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    assert net.load_param(str(folder / "layer.param")) == 0 and net.load_model(str(folder / "layer.bin")) == 0
    extractor = net.create_extractor()
    extractor.input("in0", ncnn.Mat(x))
    return np.array(extractor.extract("out0")[1])


def check(files):
    ranges, graph = files.ranges("symmetric"), onnx.load(files.model).graph
    read = table(files.converted("symmetric", "ncnn"))
    values = constants(files.model)
    random = np.random.default_rng(5)
    # A scale comes back as a reciprocal; a layer multiplies three floats and adds up integers.
    comparison = Comparison("the table in InnerProduct layers", ulp=1, slack=1e-6)
    for place, node in enumerate(graph.node):
        key = node.name or f"{node.op_type}@{place}"
        if f"{key}_param_0" not in read:
            continue
        weight, source = ranges[node.input[1]], ranges[node.input[0]]
        scales, input_scale = read[f"{key}_param_0"], read[key]
        comparison.parameters(node.input[1], weight, 1 / scales.astype(np.float64), [0] * scales.size)
        comparison.parameters(node.input[0], source, 1 / input_scale.astype(np.float64), [0])
        codes = np.clip(np.rint(values[node.input[1]] / lanes(weight, np.float32(weight["scale"]))), -127, 127)
        codes = np.moveaxis(codes, weight.get("axis", 0), 0)
        codes = np.ascontiguousarray(codes.reshape(codes.shape[0], -1), np.int8)
        steps = random.integers(-127, 128, codes.shape[1])
        x = (steps * np.float64(source["scale"][0])).astype(np.float32)
        want = codes.astype(np.int64) @ steps * np.float64(weight["scale"]) * source["scale"][0]
        comparison.reals(key, run(files.folder, codes, np.ascontiguousarray(scales), input_scale[0], x), want)
    yield comparison

#!/usr/bin/env python3
"""Has `rangelab ranges convert` write the weights of a small model in every format of codes, and other programs read them.

    python3 Tests/scripts/check_packed_export.py RANGELAB

Two layers with weights [outputs, inputs], as PyTorch exports them. check_packed_formats.py compares what gguf and
safetensors read with numpy's codes. Needs numpy, onnx, gguf and safetensors. Exit code 1 where a weight differs.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

CASES = [  # format, its version, bits, scheme, granularity
    ("gguf", None, 8, "symmetric", "group:32"), ("gguf", None, 4, "symmetric:full", "group:32"),
    ("gguf", None, 5, "symmetric:full", "group:32"),
    ("compressed-tensors", "pack-quantized", 4, "symmetric:full", "group:32"),
    ("compressed-tensors", "pack-quantized", 3, "affine:signed", "channel"),
    ("compressed-tensors", "int-quantized", 8, "symmetric:full", "channel"),
    ("gptq", "gptq", 4, "affine", "group:32"), ("gptq", "gptq_v2", 8, "affine", "group:32"),
]


def main():
    rangelab = str(pathlib.Path(sys.argv[1]).resolve())
    check = pathlib.Path(__file__).with_name("check_packed_formats.py")
    random = np.random.default_rng(14)
    weights = {"fc1.weight": random.standard_normal((96, 64)).astype(np.float32),
               "fc2.weight": (random.standard_t(3, (32, 96)) / 8).astype(np.float32)}
    nodes = [helper.make_node("Gemm", ["x", "fc1.weight"], ["h"], name="fc1", transB=1),
             helper.make_node("Gemm", ["h", "fc2.weight"], ["y"], name="fc2", transB=1)]
    graph = helper.make_graph(
        nodes, "packed", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 32])],
        [numpy_helper.from_array(x, name) for name, x in weights.items()])
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9),
                  folder / "model.onnx")
        np.savez(folder / "x.npz", x=random.standard_normal((16, 64)).astype(np.float32))
        save_file(weights, folder / "weights.safetensors")
        for place, (kind, version, bits, scheme, granularity) in enumerate(CASES):
            target = folder / f"{place}" / ("model.gguf" if kind == "gguf" else "model.safetensors")
            target.parent.mkdir()
            run = lambda *words: subprocess.run([rangelab, *words], cwd=folder, check=True, capture_output=True)
            run("model", "calibrate", "model.onnx", "--data", "x.npz", "-o", "ranges.json", "--weight-bits", str(bits),
                "--weight-scheme", scheme, "--weight-granularity", granularity)
            run("ranges", "convert", "ranges.json", "--to", kind, "--model", "model.onnx", "--drop", "-o", str(target),
                *(["--format-version", version] if version else []))
            print(kind, version or "", f"{bits} bits, {scheme}, {granularity}: ", end="", flush=True)
            wrong += subprocess.run([sys.executable, check, folder / "ranges.json", folder / "weights.safetensors",
                                     target]).returncode != 0
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

"""Checks that the tools read what `rangelab ranges convert` writes, and mean the same by it.

    python3 Tests/scripts/check_formats.py RANGELAB

Needs numpy, onnx, onnxruntime and safetensors. ONNX Runtime's `quantize_static` runs with our calibration
table and without any data, then with our `TensorQuantOverrides` too; the scales and zero points of its models
must be ours, bit for bit. The `safetensors` package reads our parameters for PyTorch. The text of a TensorRT
cache is read by the rule of its readers.
"""

import json
import logging
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
from safetensors import safe_open

logging.disable(logging.WARNING)
ROOT = pathlib.Path(__file__).resolve().parents[2]
OPERATORS = ["Conv", "Gemm", "MatMul"]
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)
        print("WRONG:", text)


def zero_point(value, quant_type):
    """A zero point in the type that it is stored in; numpy has no integers of 4 bits."""
    name = quant_type.name.removeprefix("Q").lower()
    if name.endswith("int4"):
        import ml_dtypes
        return numpy.array(value, getattr(ml_dtypes, name))
    return numpy.array(value, name)


def overrides(path):
    """The dictionary that ONNX Runtime takes, of a file of ours."""
    def entry(fields):
        quant_type = QuantType[fields["quant_type"]]
        rest = {"axis": fields["axis"]} if "axis" in fields else {}
        return {"quant_type": quant_type, "scale": numpy.array(fields["scale"], numpy.float32),
                "zero_point": zero_point(fields["zero_point"], quant_type), **rest}
    return {name: [entry(e) for e in entries] for name, entries in json.load(open(path)).items()}


def compare(path, ranges, kinds, shift=0):
    """The scales and zero points of a model of ONNX Runtime against ours."""
    constants = {c.name: numpy_helper.to_array(c) for c in onnx.load(path).graph.initializer}
    equal = 0
    for name, tensor in ranges.items():
        if tensor["kind"] not in kinds:
            continue
        scale, zero = constants.get(name + "_scale"), constants.get(name + "_zero_point")
        if scale is None or zero is None:
            expect(False, f"{path.name}: {name} is not quantized")
            continue
        same = numpy.array_equal(numpy.array(tensor["scale"], numpy.float32), scale.ravel())
        expect(same, f"{path.name}: {name}: scale {scale.ravel()[:3]}, ours {tensor['scale'][:3]}")
        ours = numpy.array(tensor["zero_point"]) + (shift if tensor["kind"] == "activation" else 0)
        expect(numpy.array_equal(ours, zero.ravel().astype(int)), f"{path.name}: {name}: zero point {zero}")
        equal += 1
    expect(equal > 0, f"{path.name}: nothing was compared")
    print(f"{path.name}: {equal} tensors")


def main():
    rangelab = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)

        def run(*words):
            subprocess.run([rangelab, *map(str, words)], check=True, stderr=subprocess.DEVNULL)

        images = numpy.random.default_rng(3).random((32, 1, 28, 28), dtype=numpy.float32)
        numpy.savez(work / "data.npz", image=images)
        # ONNX Runtime does not fold batch normalization; ranges are for the folded model.
        run("model", "copy", "--fold", ROOT / "experiments/networks/models/fashion.onnx", "-o", work / "model.onnx")

        for case, options, activation_type, weight_type, shift in [
            ("affine8", [], QuantType.QUInt8, QuantType.QInt8, 0),
            ("signed8", ["--activation-scheme", "affine:signed"], QuantType.QInt8, QuantType.QInt8, 0),
            ("full8", ["--activation-scheme", "symmetric:full", "--weight-scheme", "symmetric:full"],
             QuantType.QUInt8, QuantType.QInt8, 128),
            ("affine16", ["--activation-bits", "16", "--weight-bits", "4", "--weight-scheme", "symmetric:full"],
             QuantType.QUInt16, QuantType.QInt4, 0),
        ]:
            ranges_path = work / f"{case}.json"
            run("model", "calibrate", work / "model.onnx", "--data", work / "data.npz", "-o", ranges_path,
                "--weights", "minmax", "--activations", "minmax", *options)
            ranges = {t["name"]: t for t in json.load(open(ranges_path))["tensors"]}
            table, dictionary = work / f"{case}-table.json", work / f"{case}-overrides.json"
            run("ranges", "convert", ranges_path, "--to", "ort-table", "--drop", "-o", table)
            run("ranges", "convert", ranges_path, "--to", "ort-overrides", "-o", dictionary)

            def quantize(name, **more):
                path = work / f"{case}-{name}.onnx"
                quantize_static(
                    work / "model.onnx", path, None, quant_format=QuantFormat.QDQ, op_types_to_quantize=OPERATORS,
                    per_channel=True, activation_type=activation_type, weight_type=weight_type,
                    calibrate_method=CalibrationMethod.MinMax, calibration_cache_path=table,
                    extra_options={"OpTypesToExcludeOutputQuantization": OPERATORS,
                                   "QDQDisableWeightAdjustForInt32Bias": True, **more})
                return path

            compare(quantize("table"), ranges, ["activation"], shift)
            dictionary = overrides(dictionary)
            compare(quantize("overrides", TensorQuantOverrides=dictionary), ranges, ["activation", "weight"])

            parameters = work / f"{case}.safetensors"
            run("ranges", "convert", ranges_path, "--to", "torch", "-o", parameters)
            with safe_open(parameters, "np") as file:
                texts = {t["name"]: t for t in json.loads(file.metadata()["ranges"])}
                for name, tensor in ranges.items():
                    scale = file.get_tensor(name + ".scale")
                    expect(scale.dtype == numpy.float32 and numpy.array_equal(
                        scale.ravel(), numpy.array(tensor["scale"], numpy.float32)), f"torch: {name}: scale")
                    zero = file.get_tensor(name + ".zero_point")
                    expect(zero.dtype == numpy.int64 and zero.ravel().tolist() == tensor["zero_point"],
                           f"torch: {name}: zero point")
                    expect(texts[name].get("axis") == tensor.get("axis"), f"torch: {name}: axis")
            print(f"{case}.safetensors: {len(texts)} tensors")

        run("model", "calibrate", work / "model.onnx", "--data", work / "data.npz", "-o", work / "narrow.json",
            "--weights", "minmax", "--activations", "minmax", "--activation-scheme", "symmetric")
        run("ranges", "convert", work / "narrow.json", "--to", "tensorrt-cache", "--drop", "-o", work / "cache")
        lines = (work / "cache").read_text().splitlines()
        expect(lines[0] == "TRT-8601-EntropyCalibration2", "cache: first line")
        read = {name: struct.unpack(">f", bytes.fromhex(digits))[0]
                for name, digits in (line.split(": ") for line in lines[1:])}
        wanted = {t["name"]: float(numpy.float32(t["scale"][0]))
                  for t in json.load(open(work / "narrow.json"))["tensors"] if t["kind"] == "activation"}
        expect(read == wanted, f"cache: {read}, ours {wanted}")
        print(f"cache: {len(read)} tensors")
    if faults:
        sys.exit(f"{len(faults)} faults")
    print("all tools mean what was written")


main()

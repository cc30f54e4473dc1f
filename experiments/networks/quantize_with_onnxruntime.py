#!/usr/bin/env python3
"""Quantizes a model as a user of ONNX Runtime does, with ranges of its own calibration or from a file.

    python3 quantize_with_onnxruntime.py MODEL.onnx SAMPLES.npz -o QUANTIZED.onnx [--prepared PREPARED.onnx]
        [--ranges RANGES.json] [--method MinMax] [--scale S --offset O] [--batch 16]

The model is lifted to operator set 17 first, as ONNX Runtime's quantizer needs 13, and prepared by its own
preparation; --prepared keeps that float model. Weights get 8 bits by channel and activations 8 bits without
sign. --ranges is the file of `calibration_cache_path`: where it exists, nothing is calibrated.
Needs numpy, onnx and onnxruntime.
"""

import argparse
import importlib.util
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType,
                                      quant_pre_process, quantize_static)

OPERATORS = ["Conv", "ConvTranspose", "Gemm", "MatMul"]


class Samples(CalibrationDataReader):
    def __init__(self, path, batch, scale, offset):
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files if name != "labels"}
        if scale is not None:
            arrays = {name: x.astype(np.float32) * np.float32(scale) + np.float32(offset)
                      for name, x in arrays.items()}
        count = len(next(iter(arrays.values())))
        self.feeds = iter([{name: x[start:start + batch] for name, x in arrays.items()}
                           for start in range(0, count, batch)])

    def get_next(self):
        return next(self.feeds, None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("samples")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--prepared", type=Path)
    parser.add_argument("--ranges")
    parser.add_argument("--method", default="MinMax")
    parser.add_argument("--scale", type=float)
    parser.add_argument("--offset", type=float, default=0.0)
    parser.add_argument("--batch", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lifted, prepared = Path(folder) / "lifted.onnx", options.prepared or Path(folder) / "prepared.onnx"
        onnx.save(onnx.version_converter.convert_version(onnx.load(options.model), 17), lifted)
        quant_pre_process(str(lifted), str(prepared),
                          skip_symbolic_shape=importlib.util.find_spec("sympy") is None)
        quantize_static(str(prepared), options.output,
                        Samples(options.samples, options.batch, options.scale, options.offset),
                        quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8,
                        weight_type=QuantType.QInt8, op_types_to_quantize=OPERATORS,
                        calibrate_method=CalibrationMethod[options.method],
                        calibration_cache_path=options.ranges)


if __name__ == "__main__":
    main()

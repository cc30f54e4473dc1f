#!/usr/bin/env python3
"""Has compressed-tensors 0.20.0 write weights in its formats: FOLDER/model.safetensors and FOLDER/config.json.

Needs torch (CPU), compressed-tensors 0.20.0 and safetensors. Reads the weight of input.safetensors, 16 rows of 64: with eight
rows the library cannot unpack its own 4-bit zero points.
"""
import json
import os

from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationConfig, QuantizationScheme
from compressed_tensors.quantization.utils import calculate_qparams
from safetensors.torch import load_file, save_file

os.chdir(os.path.dirname(os.path.abspath(__file__)))
W = load_file("input.safetensors")["weight"]
for name, form, kind in [
        ("int8_channel", "int-quantized", dict(num_bits=8, strategy="channel")),
        ("int8_tensor_asym", "int-quantized", dict(num_bits=8, strategy="tensor", symmetric=False)),
        ("int4_group32", "pack-quantized", dict(num_bits=4, strategy="group", group_size=32)),
        ("int4_group32_asym", "pack-quantized", dict(num_bits=4, strategy="group", group_size=32, symmetric=False)),
        ("int6_channel", "pack-quantized", dict(num_bits=6, strategy="channel")),
        ("fp8_channel", "float-quantized", dict(num_bits=8, type="float", strategy="channel"))]:
    args = QuantizationArgs(**kind)
    size = args.group_size or 0
    lanes = W.reshape(16, -1, size) if size else W.reshape(16, 1, -1) if args.strategy == "channel" else W.reshape(1, 1, -1)
    scale, zero = calculate_qparams(lanes.amin(-1), lanes.amax(-1), args)
    if args.strategy == "tensor":
        scale, zero = scale.reshape(1), zero.reshape(1)
    scheme = QuantizationScheme(targets=["Linear"], weights=args, format=form)
    tensors = BaseCompressor.get_value_from_registry(form).compress(
        {"weight": W.clone(), "weight_scale": scale, "weight_zero_point": zero}, scheme)
    os.makedirs(name, exist_ok=True)
    save_file({f"linear.{key}": value.contiguous() for key, value in tensors.items() if value is not None},
              f"{name}/model.safetensors")
    config = QuantizationConfig(config_groups={"group_0": scheme}, format=form, quantization_status="compressed",
                                ignore=["lm_head"]).to_dict()
    with open(f"{name}/config.json", "w") as file:
        json.dump({"quantization_config": config}, file, indent=1, default=str)

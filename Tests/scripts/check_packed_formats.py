#!/usr/bin/env python3
"""Reads files of packed weights with other programs and compares them with the ranges they were written from.

    python3 Tests/scripts/check_packed_formats.py RANGES.json WEIGHTS.safetensors FILE

FILE is what `gguf`, `compressed-tensors` or `gptq` were written to: a .gguf file, or a .safetensors file with config.json or
quantize_config.json in its folder. Every weight of RANGES.json is quantized by numpy, (clip(rint(x / s) + z) - z) * s, with the
scale as the format stores it, and must equal what stands in FILE bit for bit: read by gguf.GGUFReader and gguf.dequantize, or
by safetensors and unpacked here bit by bit. Where the package compressed_tensors is there, it decompresses the same file, too.
Needs numpy, safetensors and gguf. Exit code 1 where a weight differs.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
from safetensors.numpy import load_file

CODES = {("symmetric", "narrow"): lambda b: (1 - 2 ** (b - 1), 2 ** (b - 1) - 1),
         ("symmetric", "full"): lambda b: (-2 ** (b - 1), 2 ** (b - 1) - 1),
         ("symmetric", "unsigned"): lambda b: (0, 2 ** b - 1),
         ("affine", "unsigned"): lambda b: (0, 2 ** b - 1),
         ("affine", "signed"): lambda b: (-2 ** (b - 1), 2 ** (b - 1) - 1)}


def expected(tensor, x, is_half):
    """What the quantizers of a tensor make of it, outputs first."""
    scale, zero = np.array(tensor["scale"], np.float32), np.array(tensor["zero_point"], np.float32)
    if is_half:
        scale = scale.astype(np.float16).astype(np.float32)
    axis, block = tensor.get("axis"), tensor.get("block")
    if axis is not None and axis < 0:
        axis += x.ndim
    if block is not None:
        shape = list(x.shape)
        shape[axis] //= block
        scale, zero = (np.repeat(v.reshape(shape), block, axis) for v in (scale, zero))
    elif axis is not None:
        shape = [-1 if place == axis else 1 for place in range(x.ndim)]
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    low, high = CODES[tensor["scheme"], tensor["grid"].split("/")[0]](tensor["bits"])
    codes = np.clip(np.rint(x / scale) + zero, low, high)
    reals = ((codes - zero) * scale).astype(np.float32)
    is_turned = x.ndim == 2 and axis == (0 if block is not None else 1)
    return reals.T if is_turned else reals


def fields(words, bits, count):
    """`count` fields of some bits along the last axis of words of 32."""
    packed = np.ascontiguousarray(words).view(np.uint32)
    single = (packed[..., None] >> np.arange(32, dtype=np.uint32)) & 1
    single = single.reshape(*packed.shape[:-1], -1)[..., :count * bits].reshape(*packed.shape[:-1], count, bits)
    return (single << np.arange(bits, dtype=np.uint32)).sum(-1).astype(np.int64)


def read_gguf(path):
    import gguf
    reader = gguf.GGUFReader(path)
    return {t.name: gguf.dequantize(t.data, t.tensor_type).reshape([int(n) for n in t.shape[::-1]])
            for t in reader.tensors}


def read_compressed(path):
    config = json.loads((path.parent / "config.json").read_text())["quantization_config"]
    schemes = {name: group["weights"] for group in config["config_groups"].values() for name in group["targets"]}
    file, reals = load_file(path), {}
    for name, weights in schemes.items():
        bits, scale = weights["num_bits"], file[f"{name}.weight_scale"]
        zero = file.get(f"{name}.weight_zero_point")
        if f"{name}.weight_packed" in file:
            rows, columns = file[f"{name}.weight_shape"]
            codes = fields(file[f"{name}.weight_packed"], bits, columns) - 2 ** (bits - 1)
            if zero is not None:
                zero = fields(zero.T, bits, rows).T - 2 ** (bits - 1)
        else:
            codes = file[f"{name}.weight"].astype(np.int64)
        assert (zero is None) == weights["symmetric"], name
        if scale.ndim == 2:
            size = codes.shape[1] // scale.shape[1]
            scale = np.repeat(scale, size, 1)
            zero = zero if zero is None else np.repeat(zero, size, 1)
        steps = codes - (0 if zero is None else zero.astype(np.int64))
        reals[f"{name}.weight"] = steps.astype(np.float32) * scale
    return reals


def decompressed(path):
    """The same by the library; nothing where it is not installed."""
    try:
        from compressed_tensors.compressors import BaseCompressor
        from compressed_tensors.quantization import QuantizationConfig
        from safetensors.torch import load_file as load
    except ImportError as error:
        print(f"compressed_tensors: skipped: {error}")
        return {}
    config = QuantizationConfig(**json.loads((path.parent / "config.json").read_text())["quantization_config"])
    file, reals = load(path), {}
    compressor = BaseCompressor.get_value_from_registry(config.format)
    for scheme in config.config_groups.values():
        for name in scheme.targets:
            part = {key[len(name) + 1:]: value for key, value in file.items() if key.startswith(f"{name}.")}
            reals[f"{name}.weight"] = compressor.decompress(part, scheme)["weight"].float().numpy()
    return reals


def read_gptq(path):
    config = json.loads((path.parent / "quantize_config.json").read_text())
    bits, file, reals = config["bits"], load_file(path), {}
    missing = 0 if config["checkpoint_format"] == "gptq_v2" else 1
    for key in [key for key in file if key.endswith(".qweight")]:
        name, words = key[:-len(".qweight")], file[key]
        group = file[f"{name}.g_idx"]
        codes = fields(words.T, bits, len(group))
        zero = fields(file[f"{name}.qzeros"], bits, words.shape[1]).T + missing
        scale = file[f"{name}.scales"].astype(np.float32).T
        reals[f"{name}.weight"] = (codes - zero[:, group]).astype(np.float32) * scale[:, group]
        if config["sym"]:
            assert (zero == 2 ** (bits - 1)).all(), name
    return reals


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ranges", type=pathlib.Path)
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("file", type=pathlib.Path)
    options = parser.parse_args()
    weights = load_file(options.weights)
    if options.file.read_bytes()[:4] == b"GGUF":
        readings, is_half = {"gguf": read_gguf(options.file)}, True
    elif (options.file.parent / "quantize_config.json").exists():
        readings, is_half = {"gptq": read_gptq(options.file)}, True
    else:
        readings, is_half = {"compressed-tensors": read_compressed(options.file)}, False
        library = decompressed(options.file)
        if library:
            readings["compressed_tensors"] = library
    tensors = [t for t in json.loads(options.ranges.read_text())["tensors"] if t["kind"] == "weight"]
    wrong = 0
    for reader, reals in readings.items():
        for tensor in tensors:
            want = expected(tensor, weights[tensor["name"]], is_half)
            have = reals.get(tensor["name"])
            if have is None or have.shape != want.shape or not np.array_equal(have, want):
                wrong += 1
                count = "missing" if have is None else have.shape if have.shape != want.shape else \
                    f"{np.count_nonzero(have != want)} of {want.size} values differ"
                print(f"{reader}: {tensor['name']}: {count}")
        print(f"{reader}: {len(tensors)} weights of {options.file.name}, {wrong} wrong")
    sys.exit(wrong > 0 or not tensors)


if __name__ == "__main__":
    main()

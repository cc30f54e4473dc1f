#!/usr/bin/env python3
"""Writes the Fashion-MNIST arrays that the small depthwise network is calibrated and tested with.

    python3 experiments/networks/make_fashion.py [--images FOLDER]

FOLDER holds the four IDX files, gzipped or not (Debian: dataset-fashion-mnist). Writes
data/fashion-calibration.npz (the first 256 training images) and data/fashion-test.npz (10,000 images
with `labels`) beside this file. Array `image` is uint8 [N, 1, 28, 28]; the network takes
x * SCALE + OFFSET. Then prints the float network's accuracy, where onnxruntime is installed. Needs numpy.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MEAN, DEVIATION = 0.2860, 0.3530  # of the training pixels between 0 and 1
SCALE, OFFSET = 1 / (255 * DEVIATION), -MEAN / DEVIATION
CALIBRATION = 256


def read_idx(folder, name):
    """The array of an IDX file: type 8 (uint8), the number of axes, each axis big-endian."""
    path = folder / name
    data = path.read_bytes() if path.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of bytes")
    shape = np.frombuffer(data, ">u4", data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def load(folder, part):
    """Images [N, 1, 28, 28] and labels of `train` or `t10k`."""
    images = read_idx(folder, f"{part}-images-idx3-ubyte")
    return images[:, None], read_idx(folder, f"{part}-labels-idx1-ubyte").astype(np.int64)


def normalize(images):
    return images.astype(np.float32) * np.float32(SCALE) + np.float32(OFFSET)


def print_accuracy(model, images, labels):
    try:
        import onnxruntime
    except ImportError:
        print("float accuracy: not measured, onnxruntime is not installed")
        return
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    logits = [session.run(None, {"image": normalize(images[start:start + 500])})[0]
              for start in range(0, len(images), 500)]
    right = int((np.concatenate(logits).argmax(1) == labels).sum())
    print(f"float accuracy: {right} of {len(labels)} = {100 * right / len(labels):.2f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    parser.add_argument("--output", type=Path, default=HERE / "data")
    options = parser.parse_args()

    options.output.mkdir(parents=True, exist_ok=True)
    images, _ = load(options.images, "train")
    np.savez_compressed(options.output / "fashion-calibration.npz", image=images[:CALIBRATION])
    images, labels = load(options.images, "t10k")
    np.savez_compressed(options.output / "fashion-test.npz", image=images, labels=labels)
    print(f"normalize: scale {SCALE!r}, offset {OFFSET!r}")
    if (HERE / "models" / "fashion.onnx").exists():
        print_accuracy(HERE / "models" / "fashion.onnx", images, labels)


if __name__ == "__main__":
    main()

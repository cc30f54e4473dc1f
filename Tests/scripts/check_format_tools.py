"""Has the tools load what `rangelab ranges convert` writes for the orientation model, and compares their ranges with ours.

    python3 Tests/scripts/check_format_tools.py RANGELAB [TOOL ...]

A tool is a file of format_tools: what it loads, what it answers and what of that is compared stands there. Each prints the
tensors that it was asked for, the largest difference of a scale in units in the last place of a Float32 (ulp), and what it
computed with the ranges. A tool whose package is not installed is skipped, with the reason; one that is named must be there.
Needs numpy, onnx and onnxruntime. Exit code 1 where a tool means something else than was written, or where nothing was compared.
"""

import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnxruntime

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ["ncnn", "openvino", "tflite", "torch", "aimet"]
PIXEL_SCALE, PIXEL_OFFSET = 0.00784313725490196, -1
PIXELS = ["--normalize-scale", str(PIXEL_SCALE), "--normalize-offset", str(PIXEL_OFFSET)]


class Files:
    """The folded model, two sets of its ranges, and their conversions, made when they are asked for."""

    def __init__(self, rangelab, folder):
        self.rangelab, self.folder = rangelab, folder
        models = ROOT / "experiments/networks/models"
        self.model = folder / "model.onnx"
        self.samples = models / "orientation-calibration-small.npz"
        self.run("model", "copy", "--fold", models / "orientation.onnx", "-o", self.model)
        for scheme in ["affine", "symmetric"]:
            self.run("model", "calibrate", self.model, "--data", self.samples, *PIXELS, "--weights", "minmax",
                     "--activations", "minmax", "--activation-scheme", scheme, "-o", folder / f"{scheme}.json")

    def run(self, *words):
        subprocess.run([self.rangelab, *map(str, words)], check=True, capture_output=True)

    def pixels(self):
        """The inputs of the network for the samples."""
        samples = np.load(self.samples)
        return samples[samples.files[0]].astype(np.float32) * np.float32(PIXEL_SCALE) + np.float32(PIXEL_OFFSET)

    def outputs(self):
        """What the float network makes of them, by ONNX Runtime."""
        session = onnxruntime.InferenceSession(self.model)
        return session.run(None, {session.get_inputs()[0].name: self.pixels()})[0]

    def ranges(self, scheme):
        """The weights and activations of a set of ranges, by name."""
        tensors = json.loads((self.folder / f"{scheme}.json").read_text())["tensors"]
        return {t["name"]: t for t in tensors if t["kind"] != "bias"}

    def converted(self, scheme, kind, *options):
        """The path of a set of ranges in a format; what the format cannot express is left out."""
        path = self.folder / f"{scheme}-{kind}{''.join(options)}"
        self.run("ranges", "convert", self.folder / f"{scheme}.json", "--to", kind, "--model", self.model, "--drop",
                 *options, "-o", path)
        return path


def main():
    rangelab, *asked = sys.argv[1:]
    wrong = False
    with tempfile.TemporaryDirectory() as name:
        files = Files(str(pathlib.Path(rangelab).resolve()), pathlib.Path(name))
        for tool in asked or TOOLS:
            start = time.time()
            try:
                check = importlib.import_module(f"format_tools.with_{tool}").check
            except ImportError as error:
                print(f"{tool}: skipped: {error}")
                wrong |= bool(asked)
                continue
            for comparison in check(files):
                print(f"{tool}: {comparison}", flush=True)
                wrong |= not comparison.holds
            print(f"{tool}: {time.time() - start:.1f} s")
    sys.exit("a tool means something else than was written" if wrong else 0)


main()

#!/usr/bin/env python3
"""The orientation classifier at 4 bits, behind quantization alone and behind distillation from the float model.

    python3 experiments/training/distill_orientation.py RANGELAB -o FILE.csv [--epochs N]

Needs no labels: what is learned are the float model's outputs for the 256 lines of calibration, with learned
scales. The 1,000 lines of the test, which take no part, are judged with quantizers in float (`make network-data`
makes both). The history of the training is written beside FILE.csv.
"""

import argparse
import csv
import json
import shutil
import tempfile
from pathlib import Path

from run_grid import call

NETWORKS = Path("experiments/networks")
MODEL = NETWORKS / "models/orientation.onnx"
LINES = {part: NETWORKS / f"data/orientation-{part}.npz" for part in ("calibration", "test")}
NORMALIZE = ["--normalize-scale", 2 / 255, "--normalize-offset", -1]
BITS = ["--weight-bits", 4, "--activation-bits", 4]
COLUMNS = ["model", "way", "bits", "epochs", "training_samples", "samples", "top1", "top1_low", "top1_high", "top1_drop",
           "p_value", "agreement", "output_sqnr_db"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rangelab", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=40)
    options = parser.parse_args()
    calibration = ["--data", LINES["calibration"], *NORMALIZE]
    with tempfile.TemporaryDirectory() as folder:
        plain, stem = Path(folder) / "ptq.onnx", Path(folder) / "learned"
        call([options.rangelab, "model", "quantize", MODEL, *calibration, *BITS, "-o", plain])
        call([options.rangelab, "model", "train", MODEL, *calibration, "--test", LINES["test"], "--quantize", *BITS,
              "--distill", "--epochs", options.epochs, "--batch-size", 16, "--warm-up", 1, "--rate", 0.0005,
              "-o", f"{stem}.onnx"])
        shutil.copy(f"{stem}.history.csv", options.output.with_suffix(".history.csv"))
        text = call([options.rangelab, "model", "evaluate", MODEL, plain, f"{stem}.quantized.onnx", "--data",
                     LINES["test"], *NORMALIZE, "--format", "json"])
    with options.output.open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        for way, model in zip(["ptq", "distilled"], json.loads(text)["models"]):
            trained = way != "ptq"
            low, high = model["top1_interval"]
            table.writerow({
                "model": MODEL.stem, "way": way, "bits": 4, "epochs": options.epochs if trained else 0,
                "training_samples": 256 if trained else 0, "samples": model["samples"], "top1": model["top1"],
                "top1_low": low, "top1_high": high, "top1_drop": model["top1_drop"], "p_value": model["p_value"],
                "agreement": model["agreement"], "output_sqnr_db": model["output_sqnr_db"]})


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What training with quantizers wins, and whether the starting range still matters then.

    python3 experiments/training/run_grid.py RANGELAB FLOAT.onnx -o FILE.csv [--images FOLDER]

Quantizes a float network of Fashion-MNIST to 8, 4, 3 and 2 bits, weights by channel and activations alike, from
the ranges of five rules: without training (ptq), with fixed scales (ste: the straight-through estimator) and
with learned scales (learned: LSQ), with three seeds of the order of the samples. Each trained network sees the
first SAMPLES training images EPOCHS times. `rangelab model evaluate` judges all of them on the 10,000 test
images with quantizers in float. The rule lsq-init has no zero point: it is for the weights, and mse for the
activations. From the ranges of mse, the network is also pruned before: in each weight 50, 75 and 90 % of the values, the
smallest ones, become zero and stay so. At 2 bits learned scales are also trained for LONG epochs, without pruning. Rows that
FILE has are not made again; it is renewed after each setting, so a run that is stopped goes on. Rows are sorted: parts with
--bits or --seeds of their own, put together, are the file of one run. FOLDER holds the four IDX files (Debian:
dataset-fashion-mnist).
"""

import argparse
import csv
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RULES = ["mse", "minmax", "lsq-init", "octav", "percentile"]
BITS = [4, 2, 3, 8]
WAYS = {"ste": "fixed", "learned": "learned"}
SEEDS = [0, 1, 2]
SPARSITIES = {"mse": [0, 0.5, 0.75, 0.9]}  # others: 0
SAMPLES, EPOCHS, LONG, RATE = 60000, 1, 5, 0.0005
# (x / 255 - mean) / deviation of the training pixels, as experiments/networks/make_fashion.py has it.
NORMALIZE = ["--normalize-scale", 1 / (255 * 0.3530), "--normalize-offset", -0.2860 / 0.3530]
COLUMNS = ["model", "way", "estimator", "bits", "sparsity", "seed", "epochs", "training_samples", "samples", "top1",
           "top1_low", "top1_high", "top1_drop", "p_value", "agreement", "output_sqnr_db", "weight_scale",
           "activation_scale"]


def call(arguments):
    run = subprocess.run(list(map(str, arguments)), capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}: exit code {run.returncode}\n{run.stderr}")
    return run.stdout


def quantized(options, rule, bits, sparsity, seed, epochs, folder):
    """The quantized networks of a rule, a width, a sparsity and a seed, without training for the first seed only:
    (way, file, ranges)."""
    model = options.model
    if sparsity:
        model = folder / "pruned.onnx"
        call([options.rangelab, "model", "prune", options.model, "--sparsity", sparsity, "-o", model])
    data = ["--data", f"{options.images}/train", *NORMALIZE]
    activations = "mse" if rule == "lsq-init" else rule
    rules = ["--weights", rule, "--activations", activations, "--weight-bits", bits, "--activation-bits", bits]
    ranges = folder / "ranges.json"
    call([options.rangelab, "model", "calibrate", model, "--data", options.calibration, *NORMALIZE,
          *rules, "-o", ranges])
    call([options.rangelab, "model", "quantize", model, "--ranges", ranges, "-o", folder / "ptq.onnx"])
    made = [("ptq", folder / "ptq.onnx", ranges)] if (seed, epochs) == (SEEDS[0], EPOCHS) else []
    for way, scales in WAYS.items():
        if epochs == LONG and way != "learned":
            continue
        stem = folder / way
        call([options.rangelab, "model", "train", model, *data, "--samples", SAMPLES, "--quantize",
              "--ranges", ranges, "--scales", scales, "--epochs", epochs, "--seed", seed, "--rate", RATE,
              *(["--keep-zeros"] if sparsity else []), "-o", f"{stem}.onnx"])
        made.append((way, Path(f"{stem}.quantized.onnx"), Path(f"{stem}.ranges.json")))
    return made


def mean_scale(ranges, kind):
    """The geometric mean of the scales of all weights, or of all activations."""
    scales = [scale for tensor in json.loads(ranges.read_text())["tensors"] if tensor["kind"] == kind
              for scale in tensor["scale"]]
    return math.exp(sum(map(math.log, scales)) / len(scales))


def judged(options, rule, bits, sparsity, seed, epochs, made):
    """A row for each network."""
    text = call([options.rangelab, "model", "evaluate", options.model, *(file for _, file, _ in made), "--data",
                 f"{options.images}/t10k", *NORMALIZE, "--batch-size", 256, "--format", "json"])
    rows = []
    for (way, _, ranges), model in zip(made, json.loads(text)["models"]):
        low, high = model["top1_interval"]
        trained = way != "ptq"
        rows.append({
            "model": options.model.stem, "way": way, "estimator": rule, "bits": bits,
            "sparsity": sparsity, "seed": seed if trained else "",
            "epochs": epochs if trained else 0, "training_samples": SAMPLES if trained else 0,
            "samples": model["samples"], "top1": model["top1"], "top1_low": low, "top1_high": high,
            "top1_drop": model["top1_drop"], "p_value": model["p_value"], "agreement": model["agreement"],
            "output_sqnr_db": model["output_sqnr_db"], "weight_scale": mean_scale(ranges, "weight"),
            "activation_scale": mean_scale(ranges, "activation")})
    return rows


def write(path, rows):
    part = path.with_suffix(".part")
    def place(row):
        return (int(row["seed"] or SEEDS[0]), BITS.index(int(row["bits"])), RULES.index(row["estimator"]),
                float(row["sparsity"]), int(row["epochs"]) == LONG, ["ptq", *WAYS].index(row["way"]))
    rows = sorted(rows, key=place)
    with part.open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    os.replace(part, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rangelab", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--images", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--calibration", default="experiments/networks/data/fashion-calibration.npz")
    parser.add_argument("--bits", type=int, nargs="+", default=BITS, help="only these widths")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="only these seeds")
    parser.add_argument("--epochs", type=int, nargs="+", default=[EPOCHS, LONG], help="only these lengths")
    parser.add_argument("--sparsities", type=float, nargs="+", help="only these sparsities")
    options = parser.parse_args()
    rows = []
    if options.output.exists():
        with options.output.open(newline="") as file:
            rows = list(csv.DictReader(file))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    done = {(row["seed"], row["bits"], row["estimator"], float(row["sparsity"]), row["epochs"]) for row in rows}
    began = time.monotonic()
    def settings():
        for epochs, seed, bits, rule in itertools.product(options.epochs, options.seeds, options.bits, RULES):
            if epochs == EPOCHS:
                yield from ((seed, bits, rule, sparsity, epochs) for sparsity in SPARSITIES.get(rule, [0]))
            elif bits == 2:
                yield seed, bits, rule, 0, epochs
    for seed, bits, rule, sparsity, epochs in settings():
        skipped = options.sparsities is not None and sparsity not in options.sparsities
        if skipped or (str(seed), str(bits), rule, sparsity, str(epochs)) in done:
            continue
        with tempfile.TemporaryDirectory() as folder:
            made = quantized(options, rule, bits, sparsity, seed, epochs, Path(folder))
            rows += judged(options, rule, bits, sparsity, seed, epochs, made)
        write(options.output, rows)
        print(f"seed {seed}, {bits} bits, {rule}, sparsity {sparsity}, {epochs} epochs: {time.monotonic() - began:.0f} s",
              flush=True)


if __name__ == "__main__":
    main()

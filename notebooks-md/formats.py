"""Reads results/formats/results.csv for the notebook 12-formats.md."""

import csv
import math

WEIGHTS = {"minilm_l0_ffn_up_weight_256", "minilm_l5_query_weight", "minilm_word_embeddings_1k"}
BASE = ("4 narrow", "tensor", "mse")


def name(row):
    """A format: the width of a code and its levels, with the scale where it is stored short."""
    affine = "affine " if row["scheme"] == "affine" else ""
    return f"{row['bits']} {affine}{row['grid']}"


ROWS = [r for r in csv.DictReader(open("../results/formats/results.csv")) if r["status"] == "ok"]
CELLS = {(name(r), r["granularity"], r["estimator"], r["tensor"]): r for r in ROWS}
KINDS = {"weights": WEIGHTS, "activations": {r["tensor"] for r in ROWS} - WEIGHTS}
SETTINGS = sorted({(name(r), r["granularity"]) for r in ROWS})


def error(format, block, kind, estimator="mse", base=BASE):
    """The geometric mean of the MSE over tensors of a kind, relative to another setting."""
    pairs = [(CELLS.get((format, block, estimator, t)), CELLS[*base, t]) for t in KINDS[kind]]
    if any(row is None for row, _ in pairs):
        return None
    logs = [math.log(float(row["mse"]) / float(other["mse"])) for row, other in pairs]
    return math.exp(sum(logs) / len(logs))


def bits(format, block):
    """What a value takes to store, the mean over tensors."""
    found = [float(r["bits_per_value"]) for r in ROWS if (name(r), r["granularity"]) == (format, block)]
    return sum(found) / len(found)

#!/usr/bin/env python3
"""Which activations RangeLab quantizes and which ONNX Runtime's static quantizer does, with the reason for each difference.

    python3 Tests/scripts/compare_placement.py [--rangelab .build/release/rangelab] [--only fashion,...]

Two placements of each network of experiments/networks: Conv, ConvTranspose, Gemm and MatMul alone, and all
operators that each of the two would quantize. Prints a Markdown table, a row for each reason; exit code 1
where a difference has none. A placement does not depend on ranges, so eight samples are enough. Needs numpy,
onnx, onnxruntime and the data that `make network-data` makes.
"""

import argparse
import collections
import dataclasses
import logging
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx

from compare_network_peers import lifted, onnxruntime_static
from network_judge import FOLDER, NETWORKS

LINEAR = ["Conv", "ConvTranspose", "Gemm", "MatMul"]
# ONNX Runtime gives the result the quantizer of the input; RangeLab's readers behind them read the float result.
HANDED_ON = {"Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Gather", "Slice", "Split"}
# Quantized by RangeLab with --operators all; ONNX Runtime has no rule for them.
WITHOUT_RULE = {"Div", "Sub", "ReduceMean", "ReduceSum", "ReduceL2"}


def quantized_activations(path):
    """The names of the tensors that a QuantizeLinear reads, as the float model has them."""
    graph = onnx.load(path).graph
    constants = {tensor.name for tensor in graph.initializer}
    return {node.input[0].removesuffix("_QuantizeLinear_Input") for node in graph.node
            if node.op_type == "QuantizeLinear" and node.input[0] not in constants}


def rangelab(program, network, output, everything):
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / "few.npz"
        with np.load(FOLDER / "data" / f"{network.name}-calibration.npz") as file:
            np.savez(few, **{name: file[name][:8] for name in file.files})
        command = [program, "model", "quantize", str(FOLDER / network.model), "--data", str(few), "-o", str(output),
                   "--weights", "minmax", "--activations", "minmax", *(["--operators", "all"] if everything else [])]
        if network.scale is not None:
            command += ["--normalize-scale", repr(network.scale), "--normalize-offset", repr(network.offset)]
        subprocess.run(command, check=True, capture_output=True)


class Float:
    """The float model as ONNX Runtime's quantizer gets it: who makes a tensor and who reads it."""

    def __init__(self, path):
        self.graph = onnx.load(path).graph
        self.maker = {name: node for node in self.graph.node for name in node.output}
        self.readers = collections.defaultdict(list)
        for node in self.graph.node:
            for name in node.input:
                self.readers[name].append(node)

    def meets_mask(self, name, depth=0):
        """Whether the tensor is attention logits to which a mask is added, or part of the mask."""
        if depth > 4:
            return False
        masked = name in self.maker and self.maker[name].op_type in {"Add", "Where"}
        return any(masked and node.op_type == "Softmax" or node.op_type in {"Add", "Sub", "Mul", "Div", "Where"}
                   and self.meets_mask(node.output[0], depth + 1) for node in self.readers[name])

    def why_only_peer(self, name, operators):
        node = self.maker.get(name)
        kind = node.op_type if node else ""
        floats = [reader for reader in self.readers[name] if operators and reader.op_type not in operators]
        if self.meets_mask(name):
            return "masked attention logits and the mask, which stay float here"
        if kind in LINEAR and len(floats) == len(self.readers[name]):
            return "results of Conv, Gemm or MatMul that only float operators read, which read them as they are here"
        if kind in LINEAR and not operators:
            return "results of Conv, Gemm or MatMul in front of an operator that stays float here, or at the end"
        if kind in HANDED_ON:
            return "results of Reshape, Transpose and the like: the quantizer of their input a second time"
        if kind == "Softmax" or any(reader.op_type in HANDED_ON for reader in self.readers[name]):
            return "in front of an operator that only hands values on"
        return None

    def why_only_ours(self, name):
        if name not in self.maker and name not in {port.name for port in self.graph.input}:
            return "gone in ONNX Runtime's preparation, which fuses operators"
        kinds = {node.op_type for node in self.readers[name]} | {self.maker[name].op_type}
        if kinds & WITHOUT_RULE:
            return "around Div, Sub and reductions, for which ONNX Runtime's quantizer has no rule"
        return None


def compare(network, options, folder):
    """A row for each placement and reason, and the number of differences without one."""
    prepared = lifted(network, folder)
    graph, unexplained = Float(prepared), 0
    for everything in [False, True]:
        theirs, ours = folder / "theirs.onnx", folder / "ours.onnx"
        onnxruntime_static(network, prepared, theirs, "MinMax", None if everything else LINEAR)
        rangelab(options.rangelab, network, ours, everything)
        theirs, ours = quantized_activations(theirs), quantized_activations(ours)
        operators = "all" if everything else "linear"
        print(f"| {network.name} | {operators} | both | {len(theirs & ours)} | |", flush=True)
        for who, names, why in [
                ("ONNX Runtime only", theirs - ours, lambda x: graph.why_only_peer(x, None if everything else LINEAR)),
                ("RangeLab only", ours - theirs, graph.why_only_ours)]:
            reasons = collections.Counter(why(name) or f"UNEXPLAINED {name}" for name in names)
            unexplained += sum(count for reason, count in reasons.items() if reason.startswith("UNEXPLAINED"))
            for reason, count in reasons.most_common():
                print(f"| {network.name} | {operators} | {who} | {count} | {reason} |", flush=True)
    return unexplained


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rangelab", default=".build/release/rangelab")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[network.name for network in NETWORKS])
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    print("| network | operators | quantized by | activations | why |\n|---|---|---|--:|---|")
    unexplained = 0
    for network in NETWORKS:
        if network.name in options.only and not network.missing():
            with tempfile.TemporaryDirectory() as folder:
                unexplained += compare(dataclasses.replace(network, samples=8), options, Path(folder))
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()

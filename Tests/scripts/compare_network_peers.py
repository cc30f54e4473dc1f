#!/usr/bin/env python3
"""Quantizes three networks with ONNX Runtime's quantizer, NNCF and RangeLab, and judges all files alike.

    python3 Tests/scripts/compare_network_peers.py [--rangelab .build/release/rangelab] [--csv FILE]
        [--only orientation,fashion,minilm] [--tools onnxruntime,nncf,rangelab] [--rules "mse;minmax"]

One Markdown table. Accuracy is top-1, or for MiniLM the share of 500 queries that find their own
document, with its Wilson interval of 95 %; SQNR is that of all outputs against the float network,
10 log10(sum ref^2 / sum (ref - out)^2), in float64. Two judges: `float` runs QuantizeLinear and
DequantizeLinear in float (session.disable_quant_qdq = 1), the same on every processor; `native` runs this
processor's integer kernels. Seconds, of the wall and of the processor, and peak memory are of a process
that does nothing else.

Peers: weights int8 per channel, activations uint8; the operator set is first lifted to 17 and
ONNX Runtime's own preparation runs, both outside the time. Data: experiments/networks/README.md; a network
without data is skipped. Needs numpy, onnx, onnxruntime; NNCF's rows are left out where it is missing.
"""

import argparse
import csv
import importlib.util
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from network_judge import FOLDER, NETWORKS, batches, judge, sqnr, wilson

COLUMNS = ["network", "tool", "setting", "float right", "float accuracy", "float SQNR dB", "native right",
           "native accuracy", "native SQNR dB", "bytes", "seconds", "CPU seconds", "peak MB"]


def lifted(network, folder):
    """The model at operator set 17 with shapes inferred: the ONNX Runtime quantizer needs 13 per channel."""
    import onnx
    from onnxruntime.quantization import quant_pre_process

    path, prepared = folder / f"{network.name}-17.onnx", folder / f"{network.name}-prepared.onnx"
    onnx.save(onnx.version_converter.convert_version(onnx.load(FOLDER / network.model), 17), path)
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=importlib.util.find_spec("sympy") is None)
    return prepared


def onnxruntime_static(network, model, output, method, operators=None):
    from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType,
                                          quantize_static)

    class Reader(CalibrationDataReader):
        def __init__(self, feeds):
            self.feeds = iter(feeds)

        def get_next(self):
            return next(self.feeds, None)

    feeds = batches(network.arrays("calibration", network.samples)[0], network.batch)
    quantize_static(str(model), str(output), Reader(feeds), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                    op_types_to_quantize=operators, calibrate_method=CalibrationMethod[method])


def onnxruntime_dynamic(network, model, output, weights):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(str(model), str(output), per_channel=True, weight_type=QuantType[weights])


def nncf_performance(network, model, output):
    import nncf
    import onnx

    feeds = batches(network.arrays("calibration", network.samples)[0], network.batch)
    kind = nncf.ModelType.TRANSFORMER if network.name == "minilm" else None
    onnx.save(nncf.quantize(onnx.load(model), nncf.Dataset(feeds), subset_size=len(feeds), model_type=kind,
                            preset=nncf.QuantizationPreset.PERFORMANCE, target_device=nncf.TargetDevice.CPU),
              output)


def jobs(network, options):
    """(tool, setting, function, further arguments)"""
    rows, tools = [], options.tools
    if "onnxruntime" in tools:
        for method in ("MinMax", "Percentile", "Entropy"):
            rows.append(("onnxruntime", method, onnxruntime_static, (method,)))
            if network.name == "minilm":
                rows.append(("onnxruntime", f"{method}, MatMul only", onnxruntime_static, (method, ["MatMul"])))
        weights = "QInt8" if network.name == "minilm" else "QUInt8"  # the kernel of ConvInteger takes no others
        rows.append(("onnxruntime", f"dynamic, weights {weights}", onnxruntime_dynamic, (weights,)))
    if "nncf" in tools and importlib.util.find_spec("nncf"):
        rows.append(("nncf", "performance" + (", transformer" if network.name == "minilm" else ""),
                     nncf_performance, ()))
    if "rangelab" in tools and options.rangelab:
        rows += [("rangelab", rule, rangelab, (options.rangelab, rule)) for rule in options.rules]
    return rows


def rangelab(network, model, output, program, rule):
    """The one place that knows RangeLab's verb. It reads the model as it is, whatever its operator set."""
    data = FOLDER / "data" / f"{network.name}-calibration.npz"
    with np.load(data) as file:
        few = {name: file[name][:network.samples] for name in file.files if len(file[name]) > network.samples}
    with tempfile.TemporaryDirectory() as folder:
        if few:  # as many samples as the peers see
            data = Path(folder) / "calibration.npz"
            np.savez(data, **few)
        command = [program, "model", "quantize", str(FOLDER / network.model), "--data", str(data), "-o", str(output),
                   "--weights", rule, "--activations", "mse" if rule == "output-aware" else rule]
        if network.scale is not None:
            command += ["--normalize-scale", repr(network.scale), "--normalize-offset", repr(network.offset)]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {(done.stderr.strip().splitlines() or [''])[-1]}")


def measured(function, *arguments):
    """Wall and CPU seconds and peak MB of this process, or of the program it starts (then at least its own 30)."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # stdout is for the table
    who = resource.RUSAGE_CHILDREN
    if function is not rangelab:
        import onnxruntime.quantization  # noqa: F401, so that its import is not counted
        who = resource.RUSAGE_SELF
    start, before = time.monotonic(), resource.getrusage(who)
    function(*arguments)
    usage = resource.getrusage(who)
    cpu = usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, cpu, usage.ru_maxrss / 1024


def row(network, tool, setting, model, reference, cost):
    cells = {"network": network.name, "tool": tool, "setting": setting, "bytes": os.path.getsize(model)}
    right = None
    for name, native in (("float", False), ("native", True)):
        if right is None or tool != "float" and "dynamic" not in setting:  # no QDQ in those: one run answers
            right, outputs = judge(network, model, native)
        cells[f"{name} right"] = f"{right.sum()}/{len(right)}"
        cells[f"{name} accuracy"] = wilson(right.sum(), len(right))
        cells[f"{name} SQNR dB"] = f"{sqnr(reference, outputs):.2f}"
    if cost:
        cells |= {"seconds": f"{cost[0]:.1f}", "CPU seconds": f"{cost[1]:.1f}", "peak MB": f"{cost[2]:.0f}"}
    return cells


def compare(network, options, folder):
    def show(cells):
        print("| " + " | ".join(str(cells.get(column, "")) for column in COLUMNS) + " |", flush=True)
        return cells

    source = FOLDER / network.model
    reference = judge(network, source, False)[1]
    yield show(row(network, "float", "", source, reference, None))
    prepared = lifted(network, folder)
    for index, (tool, setting, function, more) in enumerate(jobs(network, options)):
        output = (options.keep or folder) / f"{network.name}-{index}-{tool}.onnx"
        try:
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
                cost = process.submit(measured, function, network, prepared, output, *more).result()
            yield show(row(network, tool, setting, output, reference, cost))
        except Exception as error:
            reason = (str(error).splitlines() or [""])[0][:100]
            yield show({"network": network.name, "tool": tool,
                        "setting": f"{setting}: failed: {type(error).__name__}: {reason}"})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words = lambda text: [word for word in text.split(",") if word]
    parser.add_argument("--rangelab", metavar="PROGRAM", help="add rows for RangeLab's own models")
    parser.add_argument("--rules", type=lambda text: text.split(";"), default=["mse", "minmax"],
                        help="RangeLab's rules, separated by ';' (default: mse;minmax)")
    parser.add_argument("--tools", type=words, default=["onnxruntime", "nncf", "rangelab"])
    parser.add_argument("--only", type=words, help="names of networks")
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the quantized models there")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)

    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    rows, skipped = [], []
    with tempfile.TemporaryDirectory() as folder:
        for network in NETWORKS:
            if options.only and network.name not in options.only:
                continue
            if missing := network.missing():
                skipped.append(f"{network.name} is skipped: {', '.join(missing)} missing; see {FOLDER / 'README.md'}")
                continue
            rows += compare(network, options, Path(folder))
    for line in skipped:
        print(line, file=sys.stderr)
    if options.csv:
        with options.csv.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()

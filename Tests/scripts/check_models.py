#!/usr/bin/env python3
"""Has RangeLab read and write models, and compares what comes out with what went in.

    python3 Tests/scripts/check_models.py [--rangelab PROGRAM] [--folder FOLDER] [--fold] [MODEL ...]

Takes every model.onnx below FOLDER (default: Debian's libonnx-testdata, /usr/share/libonnx-testdata/data)
and the models named. A copy must be the same message after parsing with onnx, and onnxruntime must say the
same bit for bit (models that it cannot run are counted): on the test inputs beside a model, or for a model
that is named and has none on random numbers, two samples where an axis has no length. With --fold,
which lifts to operator set 13 and folds batch normalization, messages differ and outputs may differ by
1e-5 of their largest magnitude; models that are refused are counted by reason. Exit code 1 where one
differs.
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

RANDOM = {"Bernoulli", "Dropout", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
          "RandomUniformLike"}
FOLDER = pathlib.Path("/usr/share/libonnx-testdata/data")


def copied(rangelab, model, output, fold):
    """The reason why there is no copy; nothing where there is one."""
    run = subprocess.run([rangelab, "model", "copy", model, "-o", output, *(["--fold"] if fold else [])],
                         capture_output=True, text=True)
    if run.returncode in (0, 65, 66):
        return run.stderr.strip() if run.returncode else None
    sys.exit(f"{model}: exit code {run.returncode}: {run.stderr}")


def stored_inputs(model, names):
    """The inputs of the first data set beside a model; nothing where there is none or one is no tensor."""
    files = sorted(model.parent.glob("test_data_set_0/input_*.pb"), key=lambda x: int(x.stem.split("_")[1]))
    if not files or len(files) > len(names):
        return None
    values = {}
    for name, file in zip(names, files):
        tensor = onnx.TensorProto()
        try:
            tensor.ParseFromString(file.read_bytes())
            values[name] = numpy_helper.to_array(tensor)
        except Exception:
            return None
    return values


def random_inputs(path):
    """Numbers for each input of a model; nothing where onnxruntime cannot load it."""
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception:
        return None
    random = np.random.default_rng(13)
    values = {}
    for node in session.get_inputs():
        # An image has some pixels; all other axes without a length have two entries.
        free = [2 if axis < 2 or len(node.shape) < 4 else 64 for axis in range(len(node.shape))]
        shape = [extent if isinstance(extent, int) else free[axis] for axis, extent in enumerate(node.shape)]
        kind = node.type.removeprefix("tensor(").removesuffix(")")
        values[node.name] = (random.standard_normal(shape).astype(np.float32) if kind == "float"
                             else random.integers(0, 2, shape).astype(kind))
    return values


def outputs(path, inputs):
    """What onnxruntime says, without its own rewriting; nothing where it cannot run the model."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        return session.run(None, inputs)
    except Exception:
        return None


def same(first, second, share):
    """Whether outputs are equal bit for bit, or to a share of the largest magnitude."""
    if not isinstance(first, np.ndarray):
        return repr(first) == repr(second)
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    if first.dtype == object or share == 0 or first.dtype.kind not in "f":
        return first.tolist() == second.tolist() or first.tobytes() == second.tobytes()
    scale = np.abs(first[np.isfinite(first)]).max(initial=0)
    return np.allclose(first, second, rtol=0, atol=share * scale, equal_nan=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--rangelab", default=".build/release/rangelab")
    parser.add_argument("--folder", type=pathlib.Path, default=FOLDER)
    parser.add_argument("--fold", action="store_true")
    options = parser.parse_args()
    models = sorted(options.folder.rglob("model.onnx")) + options.models
    if not models:
        sys.exit(f"no models in {options.folder}; Debian has them in libonnx-testdata")

    counts, refused, faults = collections.Counter(), collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy.onnx"
        for model in models:
            copy.unlink(missing_ok=True)
            reason = copied(options.rangelab, model, copy, options.fold)
            if reason:
                counts["refused"] += 1
                refused[reason.split(": ", 1)[-1][:110]] += 1
                continue
            counts["read and written"] += 1
            original = onnx.load(model, load_external_data=False)
            if not options.fold:
                if original == onnx.load(copy, load_external_data=False):
                    counts["equal messages"] += 1
                else:
                    faults.append(f"{model}: the message differs")
            constants = {x.name for x in original.graph.initializer}
            inputs = stored_inputs(model, [x.name for x in original.graph.input if x.name not in constants])
            if inputs is None and model in options.models:
                inputs = random_inputs(model)
            before = outputs(model, inputs) if inputs else None
            if before is None:
                counts["not run: no inputs, or onnxruntime has no kernel"] += 1
                continue
            if any(node.op_type in RANDOM for node in original.graph.node):
                counts["not compared: random"] += 1
                continue
            after = outputs(copy, inputs)
            share = 1e-5 if options.fold else 0
            if after is not None and all(same(x, y, share) for x, y in zip(before, after)):
                counts["equal outputs"] += 1
            else:
                faults.append(f"{model}: the outputs differ" + (", or the copy does not run" if after is None else ""))
    print(f"{len(models)} models: " + "; ".join(f"{count} {what}" for what, count in counts.items()))
    for reason, count in refused.most_common():
        print(f"  refused {count}: {reason}")
    for fault in faults:
        print(f"  DIFFERS {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

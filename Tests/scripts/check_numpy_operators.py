#!/usr/bin/env python3
"""Runs numpy_operators.py on ONNX's own one-operator models.

    python3 Tests/scripts/check_numpy_operators.py [FOLDER]

FOLDER holds test_*/model.onnx with test_data_set_0/ (default: those of Debian's libonnx-testdata). Models
with other operators, other meanings before operator set 13, or types that quantized networks do not have are
counted and passed over; so are outputs that are not computed, as LayerNormalization's mean. Exit code 1
where an output differs by more than 1e-5 of its largest magnitude, or integers differ.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from numpy_operators import OPERATORS

FOLDER = Path("/usr/share/libonnx-testdata/data/node")
CHANGED = {"Softmax", "Squeeze", "Unsqueeze", "ReduceSum", "ReduceMean", "ReduceMax"}  # at 13
OTHER_TYPES = {onnx.TensorProto.STRING, onnx.TensorProto.BFLOAT16, onnx.TensorProto.UNDEFINED}


def passes_over(model, kinds):
    values = [*model.graph.input, *model.graph.output]
    return (not kinds <= OPERATORS.keys()
            or kinds & CHANGED and max(entry.version for entry in model.opset_import) < 13
            or any(x.type.tensor_type.elem_type in OTHER_TYPES for x in values)
            or any(a.name in ("training_mode", "noop_with_empty_axes") and a.i for a in model.graph.node[0].attribute))


def stored(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def outputs(model, inputs):
    values = dict(zip((x.name for x in model.graph.input), inputs))
    values |= {x.name: numpy_helper.to_array(x) for x in model.graph.initializer}
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        found = OPERATORS[node.op_type](attributes, [values[name] if name else None for name in node.input])
        values.update(zip(node.output, found if isinstance(found, tuple) else (found,)))
    return [values.get(x.name) for x in model.graph.output]


def same(wanted, found):
    if wanted.shape != found.shape or wanted.dtype != found.dtype:
        return False
    if wanted.dtype.kind != "f":
        return bool((wanted == found).all())
    scale = np.abs(wanted[np.isfinite(wanted)]).max(initial=0)
    return np.allclose(wanted, found, rtol=0, atol=1e-5 * scale, equal_nan=True)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    checked, passed_over, wrong, seen = 0, 0, [], set()
    for path in sorted(folder.glob("test_*/model.onnx")):
        model = onnx.load(path)
        kinds = {node.op_type for node in model.graph.node}
        if passes_over(model, kinds):
            passed_over += 1
            continue
        data, checked, seen = path.parent / "test_data_set_0", checked + 1, seen | kinds
        try:
            inputs = [stored(data / f"input_{i}.pb") for i in range(len(model.graph.input))]
            results = outputs(model, inputs)
            if not all(same(stored(data / f"output_{i}.pb"), np.asarray(found))
                       for i, found in enumerate(results) if i == 0 or found is not None):
                wrong.append(path.parent.name)
        except Exception as error:
            wrong.append(f"{path.parent.name}: {type(error).__name__}: {error}")
    print(f"{checked} models of {len(seen)} operators, {len(wrong)} differ; {passed_over} passed over; "
          f"without a model: {', '.join(sorted(OPERATORS.keys() - seen)) or 'none'}")
    print("\n".join(wrong))
    sys.exit(1 if wrong or not checked else 0)


if __name__ == "__main__":
    main()

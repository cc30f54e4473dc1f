"""What a tool understood, beside what was written."""

import numpy as np
import onnx
from onnx import numpy_helper

# The codes of a grid by scheme and name, from the lowest to the highest.
CODES = {"narrow": lambda b: (1 - 2 ** (b - 1), 2 ** (b - 1) - 1), "full": lambda b: (-2 ** (b - 1), 2 ** (b - 1) - 1),
         "signed": lambda b: (-2 ** (b - 1), 2 ** (b - 1) - 1), "unsigned": lambda b: (0, 2 ** b - 1)}


class Comparison:
    """Scales, zero points and values of one file.

    `ulp` is how far a scale may be from ours, in units in the last place of a Float32. Values may be off by `slack` times the
    largest of their tensor: what a tool computes in floats of its own.
    """

    def __init__(self, what, ulp=0, slack=0.0):
        self.what, self.ulp, self.slack = what, ulp, slack
        self.tensors = self.scales = self.most = self.values = 0
        self.off, self.faults, self.notes = 0.0, [], []

    def parameters(self, name, tensor, scale, zero_point):
        """Compares scales and zero points; the latter are counted from the codes that we write."""
        ours = np.asarray(tensor["scale"], np.float32)
        scale = np.asarray(scale, np.float32).ravel()
        zero_point = np.asarray(zero_point).ravel()
        if scale.shape != ours.shape or zero_point.tolist() != list(tensor["zero_point"]):
            self.faults.append(f"{name}: {scale.size} scales, zero points {zero_point[:4]}")
            return
        distance = np.abs(scale.view(np.int32).astype(np.int64) - ours.view(np.int32)).max()
        self.tensors, self.scales, self.most = self.tensors + 1, self.scales + ours.size, max(self.most, int(distance))
        if distance > self.ulp:
            self.faults.append(f"{name}: a scale is {distance} ulp from ours")

    def reals(self, name, have, want):
        """Compares what the tool made of values with what our ranges make of them."""
        have, want = np.asarray(have, np.float64), np.asarray(want, np.float64)
        off = np.abs(have - want).max() / np.abs(want).max() if have.shape == want.shape else np.inf
        self.values, self.off = self.values + want.size, max(self.off, float(off))
        if not off <= self.slack:
            self.faults.append(f"{name}: values are off by {off:.3g} of the largest")

    def outputs(self, have, want):
        """Notes how far the network with its ranges is from the float one.

        A range that is read wrong leaves nothing of the outputs; 8 bits by minmax leave this network 27 to 29 dB,
        symmetric ones 19.
        """
        have, want = np.asarray(have, np.float64), np.asarray(want, np.float64)
        sqnr = 10 * np.log10((want ** 2).sum() / ((have - want) ** 2).sum())
        self.notes.append(f"outputs of {len(want)} samples: {sqnr:.1f} dB")
        if not sqnr > 15:
            self.faults.append("outputs are less than 15 dB from those of the float network")

    @property
    def holds(self):
        return not self.faults and self.tensors > 0

    def __str__(self):
        text = f"{self.what}: {self.tensors} tensors, {self.scales} scales, largest difference {self.most} ulp"
        if self.values:
            text += f"; {self.values} values, largest difference {self.off:.2g} of the largest value"
        return "\n  ".join([text] + self.notes + [f"WRONG: {fault}" for fault in self.faults[:8]])


def lanes(tensor, values):
    """Values of each lane as the tensor's shape wants them: along its axis, or as they are."""
    values = np.asarray(values)
    if tensor.get("axis") is None:
        return values.reshape(())
    return values.reshape([-1 if place == tensor["axis"] else 1 for place in range(len(tensor["shape"]))])


def probe(tensor, full=False):
    """Reals that tell a grid: every code of each lane, and values beyond both ends; and what a quantizer makes of them.

    Both have the shape [lanes, values]. `full` is for runtimes that have one code below the narrow ones.
    """
    low, high = CODES["full" if full and tensor["grid"] == "narrow" else tensor["grid"].split("/")[0]](tensor["bits"])
    scale = np.asarray(tensor["scale"], np.float32)[:, None]
    zero = np.asarray(tensor["zero_point"], np.int64)[:, None]
    codes = np.arange(low - 3, high + 4)[None, :]
    # A quarter of a step off, so that no rule of rounding and no last place decides.
    x = (codes - zero + 0.25 * (1 - 2 * (codes % 2))).astype(np.float32) * scale
    return x, (np.clip(codes, low, high) - zero) * scale.astype(np.float64)


def constants(path):
    """The constants of an ONNX model by name, whether initializers or nodes."""
    graph = onnx.load(path).graph
    found = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return found

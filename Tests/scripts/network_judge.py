"""The networks of experiments/networks, and one judge of accuracy and output error for all their files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "experiments" / "networks"


@dataclass(frozen=True)
class Network:
    name: str
    model: str
    tests: tuple[str, ...]  # one file with labels, or queries and documents
    batch: int
    samples: int  # for calibration
    scale: float | None = None
    offset: float = 0.0

    def arrays(self, part, count=None):
        """The inputs as the network takes them, and the labels where there are any."""
        with np.load(FOLDER / "data" / f"{self.name}-{part}.npz") as file:
            arrays = {name: file[name][:count] for name in file.files}
        labels = arrays.pop("labels", None)
        if self.scale is not None:
            arrays = {name: x.astype(np.float32) * np.float32(self.scale) + np.float32(self.offset)
                      for name, x in arrays.items()}
        return arrays, labels

    def missing(self):
        files = [FOLDER / self.model] + [FOLDER / "data" / f"{self.name}-{part}.npz"
                                         for part in ("calibration", *self.tests)]
        return [file.name for file in files if not file.exists()]


NETWORKS = [
    Network("orientation", "models/orientation.onnx", ("test",), 16, 256, 1 / 127.5, -1.0),
    Network("fashion", "models/fashion.onnx", ("test",), 32, 256, 1 / (255 * 0.3530), -0.2860 / 0.3530),
    Network("minilm", "data/minilm.onnx", ("queries", "documents"), 16, 64),
]


def batches(arrays, size):
    count = len(next(iter(arrays.values())))
    return [{name: x[at:at + size] for name, x in arrays.items()} for at in range(0, count, size)]


def judge(network, model, native):
    """Which samples are right, and all outputs."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    settings.add_session_config_entry("session.disable_quant_qdq", "0" if native else "1")
    session = onnxruntime.InferenceSession(str(model), settings, providers=["CPUExecutionProvider"])
    outputs = []
    for part in network.tests:
        inputs, labels = network.arrays(part)
        outputs.append(np.concatenate([session.run(None, feed)[0] for feed in batches(inputs, 50)]))
    if labels is not None:
        return outputs[0].argmax(1) == labels, outputs[0]
    likeness = outputs[0] @ outputs[1].T
    return (likeness > np.diag(likeness)[:, None]).sum(1) == 0, np.concatenate(outputs)


def sqnr(reference, output):
    reference, output = reference.astype(np.float64), output.astype(np.float64)
    noise = ((reference - output) ** 2).sum()
    return 10 * np.log10((reference**2).sum() / noise) if noise > 0 else float("inf")


def wilson(right, count, z=1.959964):
    share, spread = right / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * np.sqrt(share * (1 - share) / count + spread / (4 * count))
    return f"{100 * share:.2f} ({100 * (middle - half):.1f}-{100 * (middle + half):.1f})"

"""PyTorch: our .safetensors as the state of torch.ao's FakeQuantize modules, which then compute.

Each tensor has a module whose state_dict takes `NAME.scale` and `NAME.zero_point`; ends of codes, scheme and axis are those of
the text `ranges` of the header. Values on and beyond all codes go through the module.
"""

import json

import numpy as np
import torch
from safetensors import safe_open
from torch.ao.quantization import FakeQuantize, MovingAverageMinMaxObserver, MovingAveragePerChannelMinMaxObserver

from .comparison import Comparison, probe


def module(entry):
    """A module with the codes of a tensor, that does not observe."""
    observer = MovingAveragePerChannelMinMaxObserver if "axis" in entry else MovingAverageMinMaxObserver
    quantizer = FakeQuantize(
        observer=observer, quant_min=entry["quant_min"], quant_max=entry["quant_max"],
        dtype=torch.qint8 if entry["quant_min"] < 0 else torch.quint8, qscheme=getattr(torch, entry["qscheme"]),
        **({"ch_axis": 0} if "axis" in entry else {}))
    quantizer.disable_observer()
    return quantizer.eval()


def check(files):
    for scheme in ["affine", "symmetric"]:
        ranges = files.ranges(scheme)
        # A fake quantizer multiplies by the inverse of the scale, and by the scale.
        comparison = Comparison(f"{scheme}, the state of FakeQuantize", slack=1e-6)
        with safe_open(files.converted(scheme, "torch"), "pt") as file:
            for entry in json.loads(file.metadata()["ranges"]):
                name, quantizer = entry["name"], module(entry)
                state = {key: file.get_tensor(f"{name}.{key}").reshape(-1) for key in ("scale", "zero_point")}
                found = quantizer.load_state_dict(state, strict=False)
                if found.unexpected_keys or {"scale", "zero_point"} & set(found.missing_keys):
                    comparison.faults.append(f"{name}: {found}")
                comparison.parameters(name, ranges[name], quantizer.scale, quantizer.zero_point)
                if entry.get("axis") != ranges[name].get("axis"):
                    comparison.faults.append(f"{name}: axis {entry.get('axis')}")
                x, want = probe(ranges[name])
                comparison.reals(name, quantizer(torch.from_numpy(np.ascontiguousarray(x))), want)
        yield comparison

"""AIMET: our encodings of each version, loaded into a QuantizationSimModel of the network, which then runs.

The scale and offset of each quantizer are those of its get_encodings(). Offsets count from the lowest code of signed types.
"""

import json
import logging

import aimet_onnx
import numpy as np
import onnx
from aimet_onnx.quantsim import QuantizationSimModel, load_encodings_to_sim

from .comparison import Comparison

# Every quantizer may be there; the encodings say which are.
CONFIG = {"defaults": {"ops": {"is_output_quantized": "True"},
                       "params": {"is_quantized": "True", "is_symmetric": "True"}, "per_channel_quantization": "True",
                       "strict_symmetric": "False", "unsigned_symmetric": "False"},
          "params": {"bias": {"is_quantized": "False"}}, "op_type": {}, "supergroups": [],
          "model_input": {"is_input_quantized": "True"}, "model_output": {}}


def check(files):
    logging.disable(logging.WARNING)
    config = files.folder / "aimet.json"
    config.write_text(json.dumps(CONFIG))
    x = files.pixels()
    for scheme in ["affine", "symmetric"]:
        for version in ["1.0.0", "2.0.0", "0.6.1"]:
            ranges = files.ranges(scheme)
            comparison = Comparison(f"{scheme}, version {version}")
            simulation = QuantizationSimModel(
                onnx.load(files.model), param_type=aimet_onnx.int8, activation_type=aimet_onnx.int8,
                quant_scheme="min_max", config_file=str(config))
            encodings = json.loads(files.converted(scheme, "aimet", "--format-version", version).read_text())
            if version == "2.0.0":
                # AIMET has no quantizer behind some operators, such as Reshape; it adds those of older versions only.
                places = simulation.qc_quantize_op_dict
                unknown = [e["name"] for e in encodings["encodings"] if e["name"] not in places]
                encodings["encodings"] = [e for e in encodings["encodings"] if e["name"] in places]
                ranges = {name: tensor for name, tensor in ranges.items() if name in places}
                comparison.notes.append(f"left out, since AIMET has no quantizer there: {', '.join(unknown)}")
            load_encodings_to_sim(simulation, encodings, strict=False)
            for name, tensor in ranges.items():
                quantizer = simulation.qc_quantize_op_dict.get(name)
                encodings = quantizer.get_encodings() if quantizer is not None and quantizer.enabled else None
                if not encodings:
                    comparison.faults.append(f"{name}: has no encodings")
                    continue
                # Unsigned codes: real = (code + offset) * scale, and a symmetric zero lies in the middle.
                middle = 2 ** (tensor["bits"] - 1) if tensor["grid"] != "unsigned" else 0
                comparison.parameters(name, tensor, [np.float32(e.delta) for e in encodings],
                                      [-int(e.offset) - middle for e in encodings])
            have = simulation.session.run(None, {simulation.session.get_inputs()[0].name: x})[0]
            comparison.outputs(have, files.outputs())
            yield comparison


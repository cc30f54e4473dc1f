"""LiteRT: a .tflite model made of our JSON, by the classes of LiteRT's own schema, and run by its interpreter.

Each activation is an input that Quantize and Dequantize round; each weight is a constant that Dequantize reads. Scale, zero
point and quantized dimension are those that the interpreter gives, the values are what it computes.
"""

import json

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from .comparison import Comparison, constants, lanes, probe

CODES = {"INT8": np.int8, "INT16": np.int16}


class Builder:
    """A model of tensors that are quantized one by one."""

    def __init__(self):
        self.model, self.graph = schema.ModelT(), schema.SubGraphT()
        self.model.version, self.model.buffers, self.model.operatorCodes = 3, [schema.BufferT()], []
        self.graph.tensors, self.graph.operators, self.graph.name = [], [], "main"
        self.inputs, self.outputs = [], []
        for code in (schema.BuiltinOperator.QUANTIZE, schema.BuiltinOperator.DEQUANTIZE):
            entry = schema.OperatorCodeT()
            entry.builtinCode = entry.deprecatedBuiltinCode = code
            entry.version = 3
            self.model.operatorCodes.append(entry)

    def tensor(self, name, shape, kind="FLOAT32", quantization=None, data=None):
        tensor = schema.TensorT()
        tensor.name, tensor.shape = name, np.asarray(shape, np.int32)
        tensor.type, tensor.buffer = getattr(schema.TensorType, kind), 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            self.model.buffers.append(buffer)
            tensor.buffer = len(self.model.buffers) - 1
        if quantization is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = np.asarray(quantization["scale"], np.float32)
            tensor.quantization.zeroPoint = np.asarray(quantization["zero_point"], np.int64)
            tensor.quantization.quantizedDimension = quantization["quantized_dimension"]
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(self, index, source, target):
        operator = schema.OperatorT()
        operator.opcodeIndex = index
        operator.inputs, operator.outputs = np.asarray([source], np.int32), np.asarray([target], np.int32)
        self.graph.operators.append(operator)

    def interpreter(self):
        self.graph.inputs, self.graph.outputs = np.asarray(self.inputs, np.int32), np.asarray(self.outputs, np.int32)
        self.model.subgraphs = [self.graph]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        reader = Interpreter(model_content=bytes(builder.Output()),
                             experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
        reader.allocate_tensors()
        return reader


def check(files):
    values = constants(files.model)
    for scheme in ["affine", "symmetric"]:
        ranges = files.ranges(scheme)
        entries = json.loads(files.converted(scheme, "tflite").read_text())["subgraphs"][0]["tensors"]
        builder, wanted, fed = Builder(), {}, {}
        for entry in entries:
            name, tensor, numbers = entry["name"], ranges[entry["name"]], entry["quantization"]
            if tensor["kind"] == "weight":
                low, high = 1 - 2 ** (tensor["bits"] - 1), 2 ** (tensor["bits"] - 1) - 1
                scale = lanes(tensor, np.float32(tensor["scale"]))
                codes = np.clip(np.rint(values[name] / scale), low, high).astype(CODES[entry["type"]])
                source = builder.tensor(name, codes.shape, entry["type"], numbers, codes)
                want = codes * scale.astype(np.float64)
            else:
                x, want = probe(tensor, full=True)
                feed = builder.tensor(name + "/x", x.shape)
                builder.inputs.append(feed)
                fed[feed] = x
                source = builder.tensor(name, x.shape, entry["type"], numbers)
                builder.operator(0, feed, source)
            target = builder.tensor(name + "/y", want.shape)
            builder.operator(1, source, target)
            builder.outputs.append(target)
            wanted[target] = (name, want)
        reader = builder.interpreter()
        for place, x in fed.items():
            reader.set_tensor(place, x)
        reader.invoke()
        # Values are one product of a Float32 and an integer, and Quantize rounds nothing here.
        comparison = Comparison(f"{scheme}, a model with Quantize and Dequantize", slack=1e-6)
        for details in reader.get_tensor_details():
            numbers, tensor = details["quantization_parameters"], ranges.get(details["name"])
            if tensor is not None and numbers["scales"].size:
                # Unsigned codes become signed ones.
                shift = 2 ** (tensor["bits"] - 1) if tensor["grid"] == "unsigned" else 0
                comparison.parameters(details["name"], tensor, numbers["scales"], numbers["zero_points"] + shift)
                if numbers["scales"].size > 1 and numbers["quantized_dimension"] != tensor["axis"]:
                    comparison.faults.append(f"{details['name']}: dimension {numbers['quantized_dimension']}")
        for place, (name, want) in wanted.items():
            comparison.reals(name, reader.get_tensor(place), want)
        yield comparison

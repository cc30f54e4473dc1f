"""Checks SVG figures as a real browser draws them: no label on another, none outside.

    python3 Tests/scripts/check_figures.py DIRECTORY... [--font FAMILY]

Needs Chromium. The Swift tests place labels by a table of widths; this asks the browser where the
letters are. All figures of a directory go inline into one page, as a report has them, so ids that
clash and style sheets that disagree are found too. `--font` measures with another face, which says
how a figure looks where Helvetica's metrics are missing; wide faces may touch.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MEASURE = """
const shapes = [...document.querySelectorAll('svg')].map(svg => {
  const frame = svg.viewBox.baseVal;
  const labels = [...svg.querySelectorAll('text')].map(text => {
    const box = text.getBBox(), matrix = svg.getCTM().inverse().multiply(text.getCTM());
    const size = parseFloat(getComputedStyle(text).fontSize);
    // The box is as high as the line; capitals are 0.72 of the size above the baseline.
    const base = parseFloat(text.getAttribute('y')), top = base - 0.7 * size;
    const corner = (x, y) => { const p = new DOMPoint(x, y).matrixTransform(matrix); return [p.x, p.y]; };
    const [left, right, bottom] = [box.x, box.x + box.width, base + 0.05 * size];
    return {text: text.textContent,
      corners: [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)]};
  });
  return {id: svg.getAttribute('aria-labelledby'), width: frame.width, height: frame.height, labels};
});
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
const out = document.createElement('pre');
out.id = 'measured';
out.textContent = encodeURIComponent(JSON.stringify({shapes, ids}));
document.body.replaceChildren(out);
"""


def overlap(first, second, slack=0.5):
    """Whether two convex shapes share more than a margin: no side parts them."""
    for shape in (first, second):
        for (x0, y0), (x1, y1) in zip(shape, shape[1:] + shape[:1]):
            nx, ny = y1 - y0, x0 - x1
            spans = [[x * nx + y * ny for x, y in points] for points in (first, second)]
            room = slack * (nx * nx + ny * ny) ** 0.5
            if max(spans[0]) <= min(spans[1]) + room or max(spans[1]) <= min(spans[0]) + room:
                return False
    return True


def problems(shape):
    name = shape["id"].split("-title")[0]
    labels = shape["labels"]
    for label in labels:
        for x, y in label["corners"]:
            if not (-0.5 <= x <= shape["width"] + 0.5 and -0.5 <= y <= shape["height"] + 0.5):
                yield f"{name}: '{label['text']}' leaves the frame at {x:.1f} {y:.1f}"
                break
    for index, label in enumerate(labels):
        for other in labels[index + 1:]:
            if overlap(label["corners"], other["corners"]):
                yield f"{name}: '{label['text']}' lies on '{other['text']}'"


def measured(figures, font, browser):
    style = f"<style>svg.rl text{{font-family:{font}!important}}</style>" if font else ""
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "page.html")
        body = "\n".join(path.read_text() for path in figures)
        page.write_text(
            f"<!doctype html><meta charset=utf-8>{style}<body>{body}<script>{MEASURE}</script>")
        text = subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu",
             f"--user-data-dir={folder}/profile", "--dump-dom", page.as_uri()],
            capture_output=True, text=True, timeout=300, check=True).stdout
    found = re.search(r'<pre id="measured">([^<]*)</pre>', text)
    if not found:
        sys.exit("the browser did not measure anything")
    from urllib.parse import unquote
    return json.loads(unquote(found[1]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directories", nargs="+", type=pathlib.Path)
    parser.add_argument("--font", default="")
    options = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        sys.exit("Chromium is not installed")
    faults, figures, labels = [], 0, 0
    for directory in options.directories:
        paths = sorted(directory.glob("**/*.svg"))
        if not paths:
            sys.exit(f"{directory}: no SVG files")
        result = measured(paths, options.font, browser)
        if len(result["shapes"]) != len(paths):
            faults.append(f"{directory}: {len(paths)} files, {len(result['shapes'])} figures")
        twice = {i for i in result["ids"] if result["ids"].count(i) > 1}
        faults += [f"{directory}: id '{i}' is there twice" for i in sorted(twice)]
        for shape in result["shapes"]:
            faults += [f"{directory}: {fault}" for fault in problems(shape)]
            labels += len(shape["labels"])
        figures += len(paths)
    if faults:
        sys.exit("\n".join(faults))
    print(f"{figures} figures, {labels} labels: none lies on another or leaves its frame")


main()

"""Reads `rangelab report` in a real browser: what it loads, how it sorts and filters, who can use it.

    python3 Tests/scripts/check_report.py .build/release/rangelab [SCREENSHOTS]

Writes reports of committed results, and of many times the tensors of one of them, and opens them in headless Chromium with the network off, light and
dark, wide and 360 pixels narrow, with and without script. Sorting and filters are clicked and typed,
and what the page then shows is computed again from results.csv. axe-core looks for barriers. Needs
Chromium and the packages playwright and axe-playwright-python; with a second argument screenshots of
every view are left there.
"""

import contextlib
import csv
import importlib.resources
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

LIMIT = 3_000_000
RESULTS = ["estimators", "calibration-size", "quickstart", "network-quickstart"]
root = pathlib.Path(__file__).resolve().parents[2]
problems = []


def expect(condition, message):
    if not condition:
        problems.append(message)


def rows(name):
    with open(root / "results" / name / "results.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if row["mse"]]


def mean_regret(cells):
    """The geometric mean of the regrets of some rows, as the page prints it."""
    ratio = math.exp(sum(math.log1p(float(row["regret"])) for row in cells) / len(cells))
    return printed(100 * (ratio - 1))


def printed(value):
    if value < 0.05:
        return "<0.1 %" if value > 1e-4 else "0 %"
    if value < 9.95:
        return f"{value:.1f} %"
    if value < 99999.5:
        return f"{value:,.0f} %".replace(",", "\u202f")
    digits, power = f"{value:.1e}".split("e+")
    return f"{digits}·10{str(int(power)).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))} %"


# Names whose lines end elsewhere than after a hyphen, before a bracket or after an equals sign.
TORN = """(names) => names.filter((name) => {
    const walk = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
    let line = null, before = "";
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      for (let at = 0; at < node.length; at += 1) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const top = range.getBoundingClientRect().top;
        const ends = line !== null && top > line + 4;
        if (ends && !"-=".includes(before) && node.data[at] !== "[") return true;
        line = top;
        before = node.data[at];
      }
    }
    return false;
  }).map((name) => name.textContent)"""


class Reader:
    """A browser without a network; everything it complains about is a problem."""

    def __init__(self, browser, shots):
        self.browser = browser
        self.shots = shots

    @contextlib.contextmanager
    def page(self, path, width=1280, theme="light", script=True, motion="reduce"):
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion=motion,
            java_script_enabled=script, offline=True)
        name = f"{path.parent.name}-{width}-{theme}-{'script' if script else 'plain'}"
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: expect(False, f"{name}: console: {message.text}"))
        page.on("pageerror", lambda error: expect(False, f"{name}: error: {error}"))
        # The page itself is the only thing that may be asked for.
        page.on("request", lambda request: expect(
            request.url.split("#")[0] in (path.as_uri(), "data:,"), f"{name}: asks for {request.url}"))
        page.goto(path.as_uri())
        yield page
        if self.shots:
            page.screenshot(path=self.shots / f"{name}.png", full_page=True)
        context.close()


def headline(page, column):
    """The visible estimators of the headline table in order, with one column's text."""
    return page.evaluate("""(column) => [...document.querySelectorAll("table.headline tbody tr")]
        .filter((row) => !row.hidden).map((row) => [row.dataset.e,
          row.querySelector(`[data-col="${column}"]`).textContent])""", column)


def check_layout(reader, path):
    """No sideways scrolling at any width, and contrasts that can be read in both themes."""
    for script in (True, False):
        for theme in ("light", "dark"):
            for width in (1280, 360):
                with reader.page(path, width, theme, script) as page:
                    what = f"{path.parent.name} {width} {theme} {'with' if script else 'without'} script"
                    wide = page.locator("html").evaluate(
                        "(root) => Math.max(root.scrollWidth, document.body.scrollWidth)")
                    expect(wide <= width, f"{what}: {wide} pixels wide")
                    hidden = page.locator(".leaders").first.evaluate(
                        "(table) => table.scrollWidth - table.parentElement.clientWidth")
                    expect(width < 1280 or hidden <= 0, f"{what}: verdict wider by {hidden}")
                    if (width, script, theme) == (360, False, "light"):
                        torn = page.locator("table.headline tbody th code").evaluate_all(TORN)
                        expect(not torn, f"{what}: names broken within words: {torn[:3]}")
                    expect(page.locator(".advice").first.is_visible(), f"{what}: no verdict")
                    expect(page.locator("table.headline tbody tr").count() > 3, f"{what}: no table")
                    expect(page.locator(".filters").is_visible() == script, f"{what}: filters")
                    expect(page.locator("#theme").is_visible() == script, f"{what}: theme button")
                    first = page.locator("details.tensor").first
                    first.locator("summary").first.click()
                    expect(first.locator("table.cells").is_visible(), f"{what}: drawer stays shut")
                    # Which number a cell shows is a matter of style alone.
                    cell = first.locator("td:has(i)").first
                    page.locator(".measures label").nth(1).click()
                    shown = [cell.locator("i").nth(index).is_visible() for index in range(4)]
                    expect(shown == [False, True, False, False], f"{what}: measures {shown}")
                    page.locator(".measures label").nth(0).click()


def check_sorting(page):
    """Each column in both directions, by mouse and by keyboard, what has no number last."""
    heads = page.locator("table.headline thead th")
    for index in range(heads.count()):
        head = heads.nth(index)
        column = head.get_attribute("data-col")
        for direction in ("ascending", "descending"):
            button = head.locator("button")
            if direction == "ascending":
                # From another column, so that the first press sorts upwards.
                heads.nth((index + 1) % heads.count()).locator("button").click()
                button.click()
            else:
                button.focus()
                page.keyboard.press("Enter")
            expect(head.get_attribute("aria-sort") == direction, f"{column}: aria-sort")
            expect(page.locator("table.headline th[aria-sort]").count() == 1, f"{column}: two sorted")
            if column is None:
                names = [name for name, _ in headline(page, "cells")]
                if direction == "ascending":
                    upwards = names
                    letters = [name[:2] for name in names]
                    expect(letters == sorted(letters), f"names: {names}")
                expect(direction == "ascending" or names == upwards[::-1], f"names down: {names}")
                continue
            keys = page.evaluate("""(column) => [...document.querySelectorAll(
                `table.headline tbody [data-col="${column}"]`)].map((cell) => cell.textContent === "–"
                ? null : Number(cell.dataset.v ?? parseFloat(cell.textContent)))""", column)
            known = [key for key in keys if key is not None]
            expect(keys[:len(known)] == known, f"{column}: what has no number is not last")
            expect(known == sorted(known, reverse=direction == "descending"),
                   f"{column} is not {direction}: {known}")


def check_filters(page, records):
    """What is left after each filter is what results.csv gives."""
    before = headline(page, "b4")
    query = page.get_by_label("Estimator contains")
    expect(query.get_attribute("type") == "search", "the label does not lead to the search field")
    page.get_by_text("Estimator contains").click()
    expect(query.evaluate("(field) => field === document.activeElement"), "label: no focus")
    page.keyboard.type("PERCENT")
    shown = [name for name, _ in headline(page, "b4")]
    wanted = {row["estimator"] for row in records if "percent" in row["estimator"]}
    expect(set(shown) == wanted, f"typed: {shown}")
    status = page.locator(".filters [role=status]").text_content()
    expect(status.startswith(f"{len(wanted)} of "), f"status: {status}")
    query.fill("")

    def toggle(axis, value):
        page.locator(f"fieldset[data-axis='{axis}'] label").filter(
            has_text=value).locator("input").press("Space")

    toggle("f", "affine (unsigned)")
    toggle("g", "channel:0")
    toggle("b", "8")
    page.locator(".more summary").click()
    tensor = records[0]["tensor"]
    page.locator(f"fieldset[data-axis='t'] input[value='{tensor}']").press("Space")
    left = [row for row in records if row["scheme"] == "symmetric" and row["bits"] != "8"
            and row["granularity"] != "channel:0" and row["tensor"] != tensor]
    for column in ("b2", "b4", "whole"):
        for name, text in headline(page, column):
            cells = [row for row in left if row["estimator"] == name
                     and column in ("whole", f"b{row['bits']}")]
            wanted = mean_regret(cells) if cells else "–"
            expect(text == wanted, f"filtered {column} {name}: {text}, not {wanted}")
    counts = {name: text for name, text in headline(page, "cells")}
    for name, text in counts.items():
        expect(int(text.replace("\u202f", "")) == sum(row["estimator"] == name for row in left),
               f"cells of {name}: {text}")
    expect(page.locator("table.headline [data-col=b8]").first.is_hidden(), "8 bits still there")
    drawer = page.locator(f"details.tensor[data-t='{tensor}']")
    expect(drawer.is_hidden(), "the tensor is still there")
    rows_left = page.locator("details.tensor").nth(1).locator("tbody tr:not([hidden])")
    settings = set(rows_left.evaluate_all("(rows) => rows.map((row) => row.dataset.f + row.dataset.g)"))
    expect(settings == {"symmetric (narrow)tensor", "symmetric (narrow)group:64"}, f"{settings}")
    page.locator(".filters .reset").click()
    expect(headline(page, "b4") == before, "not as before after 'Show everything'")
    expect(drawer.is_visible(), "the tensor does not come back")


def check_drawer(page):
    """A tensor's table sorts by the number it shows."""
    drawer = page.locator("details.tensor").first
    drawer.locator("summary").first.press("Enter")
    for measure in (0, 1, 3):
        page.locator(".measures input").nth(measure).check(force=True)
        drawer.locator("thead th[data-col=b4] button").click()
        numbers = drawer.locator("tbody tr").evaluate_all(
            """(rows, measure) => rows.map((row) => row.cells[4])
               .filter((cell) => cell.children[measure]?.textContent)
               .map((cell) => measure === 0 ? Number(cell.dataset.v)
                 : parseFloat(cell.children[measure].textContent))""", measure)
        direction = drawer.locator("thead th[data-col=b4]").get_attribute("aria-sort")
        expect(numbers == sorted(numbers, reverse=direction == "descending") and len(numbers) > 20,
               f"drawer measure {measure} is not {direction}")


def check_keyboard(page):
    """The first stop skips to the results; every region that scrolls can be reached."""
    page.keyboard.press("Tab")
    expect(page.evaluate("document.activeElement.className") == "skip", "no skip link first")
    page.keyboard.press("Enter")
    expect(page.evaluate("document.activeElement.id") == "main", "the skip link leads elsewhere")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen.add(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
        ring = page.evaluate("""() => { const style = getComputedStyle(
            document.activeElement.matches(".pill input") ? document.activeElement.nextElementSibling
            : document.activeElement); return style.outlineStyle !== "none"; }""")
        expect(ring, "focus cannot be seen on " + page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
    expect("scroll" in seen and "BUTTON" in seen, f"not reached by keyboard: {seen}")


def check_theme(page):
    """The switch goes from the system's theme to light and to dark."""
    def paper():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    system = paper()
    button = page.locator("#theme")
    seen = []
    for _ in range(3):
        button.press("Enter")
        seen.append((button.text_content(), paper()))
    expect([text for text, _ in seen] == ["Theme: light", "Theme: dark", "Theme: auto"], f"{seen}")
    expect(seen[0][1] == seen[2][1] == system != seen[1][1], f"papers {seen}")


def check_barriers(reader, path, axe, whole=()):
    """axe-core finds nothing serious with everything unfolded; `whole` views are not cut down."""
    # Each theme and each width once: no rule looks at both.
    for theme, width in (("light", 1280), ("dark", 360)):
        with reader.page(path, width, theme) as page:
            # One tensor and forty rows stand for all, which are alike; all would take minutes.
            page.evaluate("""(isWhole) => {
                for (const each of document.querySelectorAll("details")) each.open = true;
                if (isWhole) return;
                for (const other of document.querySelectorAll(".tensor ~ .tensor")) other.remove();
                for (const row of document.querySelectorAll(
                  "table.cells tbody tr:nth-child(n+40)")) row.remove();
                for (const each of document.querySelectorAll("figure ~ figure")) each.remove();
            }""", (theme, width) in whole)
            page.evaluate(axe)
            found = page.evaluate("axe.run()")
            for violation in found["violations"]:
                if violation["impact"] in ("serious", "critical", "moderate"):
                    node = violation["nodes"][0]
                    expect(False, f"{path.parent.name} {theme} {width}: {violation['id']}: "
                           f"{len(violation['nodes'])} of {node['html'][:120]}: "
                           f"{node['failureSummary'][:200]}")
            expect(len(found["passes"]) > 20, "axe-core checked next to nothing")


def many_results(path):
    """Results of 300 tensors: those of the quickstart under new names, errors and optima alike."""
    with open(root / "results/quickstart/results.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["mse"] and row["regret"]]
    tensors = sorted({row["tensor"] for row in rows})
    path.parent.mkdir()
    with open(path, "w", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        table.writeheader()
        for number in range(300):
            mine = [row for row in rows if row["tensor"] == tensors[number % len(tensors)]]
            table.writerows({**row, "tensor": f"layers.{number}.{row['tensor']}"} for row in mine)
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def check_folded(page, records):
    """Where not every tensor is shown, filters still act on the cells of all of them."""
    drawers = page.locator("details.tensor")
    shown = drawers.count()
    expect(10 <= shown <= 40, f"many: {shown} tensors unfold")
    total = len({row["tensor"] for row in records})
    note = page.locator(".folded").text_content()
    expect(f"Of {total} tensors {shown} are here" in note, f"many: {note}")

    def check(left, what):
        for column in ("b4", "whole"):
            for name, text in headline(page, column):
                cells = [row for row in left if row["estimator"] == name
                         and column in ("whole", f"b{row['bits']}")]
                wanted = mean_regret(cells) if cells else "–"
                expect(text == wanted, f"many, {what}: {column} {name}: {text}, not {wanted}")

    check(records, "all")
    before = headline(page, "whole")
    page.locator("fieldset[data-axis='b'] input[value='8']").press("Space")
    check([row for row in records if row["bits"] != "8"], "without 8 bits")
    page.locator(".filters .reset").click()
    page.locator(".more summary").click()
    page.locator("fieldset[data-axis='t'] input").first.press("Space")
    expect(drawers.first.is_hidden(), "many: the tensor is still there")
    expect(headline(page, "whole") == before, "many: a hidden tensor changes the headline table")


def main(program, shots=None):
    shots = pathlib.Path(shots) if shots else None
    axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        reader = Reader(browser, shots)
        paths = {}
        for name in RESULTS:
            paths[name] = pathlib.Path(folder) / name / "report.html"
            for _ in range(2):
                old = paths[name].read_bytes() if paths[name].exists() else None
                subprocess.run([program, "report", f"results/{name}", "-o", paths[name].parent],
                               cwd=root, check=True, capture_output=True)
                expect(old in (None, paths[name].read_bytes()), f"{name}: other bytes the second time")
            size = paths[name].stat().st_size
            expect(size < LIMIT, f"{name}: {size} bytes")
            check_layout(reader, paths[name])
            # The smallest is read whole.
            whole = [("light", 1280)] if name == "quickstart" else []
            check_barriers(reader, paths[name], axe, whole)
        for check, arguments in [
            (check_sorting, ()), (check_filters, (rows("estimators"),)), (check_drawer, ()),
            (check_keyboard, ()), (check_theme, ()),
        ]:
            with reader.page(paths["estimators"]) as page:
                check(page, *arguments)
        with reader.page(paths["calibration-size"]) as page:
            check_sorting(page)
        source = pathlib.Path(folder) / "many-results" / "results.csv"
        records = many_results(source)
        many = pathlib.Path(folder) / "many" / "report.html"
        subprocess.run([program, "report", source, "-o", many.parent], check=True,
                       capture_output=True)
        expect(many.stat().st_size < LIMIT, f"many: {many.stat().st_size} bytes")
        check_layout(reader, many)
        check_barriers(reader, many, axe)
        with reader.page(many) as page:
            check_folded(page, records)
        with reader.page(paths["estimators"]) as page:
            if shots:
                page.pdf(path=shots / "estimators.pdf", format="A4", print_background=True)
        browser.close()
    if problems:
        sys.exit("\n".join(problems[:40]))
    print(f"{len(RESULTS) + 1} reports read in a browser: nothing loaded, sorted, filtered, no barriers")


main(*sys.argv[1:])

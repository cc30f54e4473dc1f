"""The Python that documents show runs, from the first block of each page to the last."""

import re

import pytest
from conftest import REPOSITORY

PAGES = ["Documentation/library.md", "Python/README.md"]


def blocks(page):
    """The language line and the text of each block of Python."""
    text = (REPOSITORY / page).read_text()
    return re.findall(r"^```python(.*?)\n(.*?)^```$", text, re.M | re.S)


@pytest.mark.parametrize("page", PAGES)
def test_page(page, capsys):
    found = [code for info, code in blocks(page) if info.strip() != "torch"]
    names = {}
    for code in found:
        exec(compile(code, page, "exec"), names)
    assert names["found"].regret == 0 and names["codes"].shape == names["values"].shape
    if page == PAGES[0]:
        assert len(found) == 2 and capsys.readouterr().out.count("\n") == 3


@pytest.mark.filterwarnings("ignore")
def test_torch_of_the_page():
    pytest.importorskip("torch")
    (code,) = [code for info, code in blocks(PAGES[0]) if info.strip() == "torch"]
    names = {}
    exec(compile(code, PAGES[0], "exec"), names)
    assert "QuantizedLinear" in repr(names["quantized"])

"""Keeps what README.md and an article show equal to the files they show.

    python3 Tests/scripts/embed_in_readme.py           # rewrite the marked blocks
    python3 Tests/scripts/embed_in_readme.py --check   # exit 1 if one is stale

A block stands between `<!-- section "TITLE" of FILE -->` or `<!-- code FILE -->` and
`<!-- end -->`: a section of a Markdown file without its heading, or the part of a source file
between `// README begin` and `// README end`.
"""

import pathlib
import re
import sys
import textwrap

root = pathlib.Path(__file__).resolve().parents[2]
documents = [root / "README.md", root / "Documentation/RangeLab.docc/AddingAnEstimator.md"]


def section(title, path):
    text = (root / path).read_text()
    return re.search(rf"^## {re.escape(title)}\n+(.*?)(?=\n## |\Z)", text, re.M | re.S)[1].strip()


def code(path):
    text = (root / path).read_text()
    inside = re.search(r"// README begin\n(.*?)[ \t]*// README end", text, re.S)[1]
    return f"```swift\n{textwrap.dedent(inside).strip()}\n```"


def block(match):
    quoted = re.fullmatch(r'section "(.*)" of (\S+)', match[1])
    content = section(*quoted.groups()) if quoted else code(match[1].removeprefix("code "))
    return f"<!-- {match[1]} -->\n{content}\n<!-- end -->"


for document in documents:
    old = document.read_text()
    new = re.sub(r'<!-- ((?:section "|code )[^>]*?) -->\n.*?<!-- end -->', block, old, flags=re.S)
    if "--check" in sys.argv and new != old:
        sys.exit(f"{document.name} is stale: run python3 Tests/scripts/embed_in_readme.py")
    document.write_text(new)

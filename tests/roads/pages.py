"""Pages of the documentation: their blocks of code, and running them in order as a reader would."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def blocks_of(page):
    """Return the blocks of a page as pairs of language and text."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def check_examples(blocks, capsys, monkeypatch):
    """Run the Python of a page in order, from the root of the project; what it prints is what the page shows."""
    monkeypatch.chdir(ROOT)
    namespace = {"__name__": "page"}
    for number, (language, text) in enumerate(blocks):
        if language == "python":
            exec(compile(text, f"example {number + 1} of the page", "exec"), namespace)
    assert capsys.readouterr().out == "".join(text for language, text in blocks if language == "text")

"""The page on kinetic schemes says what is there: its examples run as printed, and print what the page shows."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.filterwarnings("ignore:.*non-interactive:UserWarning")
def test_python_examples_run_in_order_and_print_what_is_shown(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    namespace = {"__name__": "page"}
    for number, (language, text) in enumerate(BLOCKS):
        if language == "python":
            exec(compile(text, f"example {number + 1} of the page", "exec"), namespace)
    printed = capsys.readouterr().out
    assert printed == "".join(text for language, text in BLOCKS if language == "text")


def test_the_picture_is_drawn(tmp_path):
    runpy.run_path(str(ROOT / "examples" / "squid_sodium_scheme.py"))["draw"](tmp_path / "schemes.png")
    assert (tmp_path / "schemes.png").read_bytes()[:4] == b"\x89PNG"
    assert (ROOT / "docs" / "pictures" / "schemes.png").exists()


def test_the_page_is_linked():
    assert "docs/schemes.md" in (ROOT / "README.md").read_text(encoding="utf-8")

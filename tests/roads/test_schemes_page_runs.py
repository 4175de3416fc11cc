"""The page on kinetic schemes says what is there: its examples run as printed, and print what the page shows."""

import runpy

import pytest

from roads.pages import ROOT, blocks_of, check_examples

BLOCKS = blocks_of("schemes.md")


@pytest.mark.filterwarnings("ignore:.*non-interactive:UserWarning")
def test_python_examples_run_in_order_and_print_the_shown_output(capsys, monkeypatch):
    check_examples(BLOCKS, capsys, monkeypatch)


def test_the_picture_is_drawn(tmp_path):
    runpy.run_path(str(ROOT / "examples" / "squid_sodium_scheme.py"))["draw"](tmp_path / "schemes.png")
    assert (tmp_path / "schemes.png").read_bytes()[:4] == b"\x89PNG"
    assert (ROOT / "docs" / "pictures" / "schemes.png").exists()


def test_the_page_is_linked():
    assert "docs/schemes.md" in (ROOT / "README.md").read_text(encoding="utf-8")

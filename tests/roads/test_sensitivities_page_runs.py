"""The page on sensitivities says what is there: its examples run as printed and print what it shows."""

from roads.pages import ROOT, blocks_of, check_examples

BLOCKS = blocks_of("sensitivities.md")


def test_python_examples_run_in_order_and_print_the_shown_output(capsys, monkeypatch):
    check_examples(BLOCKS, capsys, monkeypatch)


def test_the_page_is_linked():
    assert "docs/sensitivities.md" in (ROOT / "README.md").read_text(encoding="utf-8")

"""The page on recordings says what is there: its examples run as printed, and print what the page shows."""

import pytest

from roads.pages import blocks_of, check_examples

BLOCKS = blocks_of("recordings.md")


@pytest.mark.filterwarnings("ignore:.*non-interactive:UserWarning")
def test_python_examples_run_in_order_and_print_the_shown_output(capsys, monkeypatch):
    check_examples(BLOCKS, capsys, monkeypatch)

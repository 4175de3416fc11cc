"""The troubleshooting page names what `doctor` finds and what warnings say; README and HH.py lead to it."""

import re
from pathlib import Path

import pytest

from loligo.course import classroom_file

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word",
    ["`loligo.py`", "`numpy.py`", "two copies", "older version", "no screen", "LOLIGO_CACHE_DIR", "`neurodynex`",
     "HH_Step(tend=10)", "HH_Step(3)", "g_Na = 180", "exp((30 - v)/10)", "importlib.reload(HH)", "autoreload"],
)  # fmt: skip
def test_it_is_on_the_page(word: str) -> None:
    assert word in PAGE


def test_readme_and_the_classroom_file_lead_to_it() -> None:
    assert "docs/troubleshooting.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "loligo doctor" in (classroom_file().read_text(encoding="utf-8"))


def test_the_head_of_the_classroom_file_maps_what_to_edit_and_where_a_run_starts() -> None:
    text = classroom_file().read_text(encoding="utf-8")
    head = text.split('"""')[1]
    for quoted in re.findall(r'"([a-z ]+)"', head):
        assert quoted in text.split('"""', 2)[2], quoted
    assert "where `python HH.py` starts" in head
    assert text.rstrip().endswith("HH_Step()")

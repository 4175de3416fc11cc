"""Entries of docstrings are clear without their name: none begins with a preposition or a pronoun."""

import re
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "loligo"
HEAD = re.compile(r" *(?:\*{0,2}\w[\w, *]* : \S.*|[A-Z]\w+(?:Error|Warning)(?:, \w+)*)$")
FRAGMENT = re.compile(
    r"(?:Of|That|Those|In|At|By|From|Which|To|With|Counted|It|They|Neither|Something else|There is one)\b"
)


def fragments(source: str) -> list[str]:
    """Return the entries of docstrings whose text begins with a preposition or a pronoun."""
    lines = source.splitlines()
    return [
        f"{head.strip()}: {text.strip()}"
        for head, text in pairwise(lines)
        if FRAGMENT.match(text.lstrip()) and HEAD.match(head)
    ]


def test_entries_begin_with_nouns():
    found = {path.name: fragments(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}
    assert {name: entries for name, entries in found.items() if entries} == {}


def test_fragments_are_found():
    assert fragments("    value : float\n        Of the parameter.") == ["value : float: Of the parameter."]
    assert fragments("    OSError\n        It cannot be read.") == ["OSError: It cannot be read."]
    assert fragments("    OSError\n        The file cannot be read.") == []

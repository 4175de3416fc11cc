"""No string of a user's membrane can end the script that carries it or become markup; the policy names each script."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

import loligo as lo
from loligo.lab import OFFERS, page, script
from roads.lab_pages import put_built_page

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>$x^{$",
    '"};alert(1);//',
    "'\\u003c/script\\u003e${alert(1)}`",
    "/* loligo:models */",
    "&lt;img src=x onerror=alert(1)&gt;",
]


class Scripts(HTMLParser):
    """Collects the texts of scripts and the names of all elements, as a browser sees them."""

    def __init__(self, text):
        super().__init__()
        self.found, self.elements, self.policy = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        if tag == "script":
            self.found.append("")
        if tag == "meta" and dict(attributes).get("http-equiv"):
            self.policy = dict(attributes)["content"]

    def handle_data(self, data):
        if self.elements and self.elements[-1] == "script" and self.cdata_elem == "script":
            self.found[-1] += data


def hostile(text):
    return lo.Membrane(
        lo.Channel("leak", g=0.3, E="E_0 - x"),
        lo.State("x", "-x/tau", initial=0.1, unit=text),
        constants={"E_0": (-60.0, text), "tau": 5.0},
        name=text,
    )


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch):
    put_built_page(tmp_path, monkeypatch)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_page_has_the_elements_it_had(text):
    plain, seen = Scripts(page("squid", diagrams=False)), Scripts(page(hostile(text), diagrams=False))
    assert seen.elements == plain.elements
    assert len(seen.found) == 2
    assert seen.found[1].startswith("window.LOLIGO = ")


@pytest.mark.parametrize("text", HOSTILE)
def test_the_script_has_no_character_to_do_it_with(text):
    printed = script(hostile(text), diagrams=False)
    assert printed.isascii()
    assert "<" not in printed


@pytest.mark.slow
def test_the_published_membranes_have_no_poles():
    assert "<" not in script([offer.key for offer in OFFERS], diagrams=False)


def test_the_policy_names_every_script():
    seen = Scripts(page("squid", diagrams=False))
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in seen.found]
    assert re.findall(r"'sha256-([^']+)'", seen.policy) == digests
    assert "script-src 'sha256-" in seen.policy
    assert "unsafe-eval" not in seen.policy

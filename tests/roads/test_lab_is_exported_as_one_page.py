"""`loligo lab --export DIR` writes one whole page with the membranes asked for, a user's own among them."""

import json
import re

import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app
from loligo.lab import OFFERS, export, page
from loligo.membrane.description import described
from roads.lab_pages import put_built_page

OWN = """
import loligo as lo
n = lo.Gate("n", inf="1/(1 + exp(-(v + 35)/9))", tau="4")
cell = lo.Membrane(
    lo.Channel("K", g=3, E=-80, open=n**4), lo.Channel("leak", g=0.3, E=-60), name="my cell",
)
"""


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch):
    put_built_page(tmp_path, monkeypatch)


def models_of(text):
    """Return the data of the models in a page, in their order."""
    return [
        json.loads(data) for data in re.findall(r"^(?:.*models: \[\n)?Object\.assign\((\{.*\}),$", text, re.MULTILINE)
    ]


def run(*arguments):
    return CliRunner().invoke(app, ["lab", *map(str, arguments)])


def test_the_page_contains_the_requested_membranes(tmp_path):
    done = run("--export", tmp_path / "out", "--models", "squid,pospischil_FS", "--no-diagrams")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"wrote {tmp_path / 'out' / 'index.html'}\n"
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert [model["key"] for model in models_of(text)] == ["squid", "pospischil_FS"]
    assert "loligo:models" not in text
    assert 'chosen: "squid"' in text


def test_all_published_membranes_are_offered(tmp_path):
    models = models_of(page(diagrams=False))
    assert [model["key"] for model in models] == [offer.key for offer in OFFERS]
    for model in models:
        assert model["source"], model["key"]
        assert all(p["low"] <= p["value"] <= p["high"] for p in model["parameters"]), model["key"]
        assert all(p["low"] == 0 for p in model["parameters"] if p["kind"] == "conductance"), model["key"]
        assert model["amplitude"]["low"] < model["amplitude"]["value"] < model["amplitude"]["high"], model["key"]


def test_sodium_and_potassium_have_their_blockers():
    [model] = models_of(page("squid", diagrams=False))
    assert {c["name"]: c["blocker"] for c in model["channels"]} == {"Na": "TTX", "K": "TEA", "leak": None}


def test_an_own_python_file_comes_first(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    done = run("--export", tmp_path, "--model", tmp_path / "own.py", "--models", "squid", "--no-diagrams")
    assert done.exit_code == 0, done.output
    own, squid = models_of((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert (own["key"], own["title"], squid["key"]) == ("my_cell", "my cell", "squid")
    assert eval(own["python"], {"lo": lo}).channels[0].name == "K"


def test_an_own_json_file_is_read(tmp_path):
    membrane = lo.models.squid().replace(g_Na=150, name="mine")
    (tmp_path / "own.json").write_text(json.dumps(described(membrane)))
    done = run("--export", tmp_path, "--model", tmp_path / "own.json", "--models", "wang_buzsaki", "--no-diagrams")
    assert done.exit_code == 0, done.output
    own = models_of((tmp_path / "index.html").read_text(encoding="utf-8"))[0]
    assert eval(own["python"], {"lo": lo}) == membrane


def test_two_of_one_name_have_two_keys():
    membranes = [lo.models.squid().replace(g_Na=g) for g in (110, 130)]
    keys = [model["key"] for model in models_of(page([*membranes, "squid"], diagrams=False))]
    assert keys == ["squid_2", "squid_3", "squid"]


def test_a_pacemaker_begins_away_from_its_rest():
    [model] = models_of(page(lo.models.stomatogastric(), diagrams=False))
    assert model["begin"] == -60.0


def test_the_page_before_stays_when_the_new_one_fails(tmp_path):
    (tmp_path / "index.html").write_text("before")
    with pytest.raises(lo.UnknownNameError, match="Did you mean 'squid'"):
        export(tmp_path, ["sqid"], diagrams=False)
    assert (tmp_path / "index.html").read_text() == "before"

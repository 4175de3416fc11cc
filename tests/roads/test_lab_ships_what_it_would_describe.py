"""What a built wheel brings of the published membranes is what would be described, for its own sources only."""

import functools

import pytest

from loligo.lab import assembly, bundle
from loligo.lab.assembly import described_offer, script
from loligo.lab.offers import OFFERS

described = functools.partial(described_offer, diagrams=False)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "OFFERS", OFFERS[:2])
    monkeypatch.setattr(bundle, "MODELS", tmp_path / "static" / "models.json")
    bundle._all_shipped.cache_clear()
    yield tmp_path / "static" / "models.json"
    bundle._all_shipped.cache_clear()


def test_it_is_the_same_script(place, monkeypatch):
    keys = [offer.key for offer in OFFERS[:2]]
    fresh = script(keys, diagrams=False)
    bundle.ship_models(described)
    assert bundle.shipped(OFFERS[0]) == described(OFFERS[0])
    monkeypatch.setattr(assembly, "described_offer", None)  # nothing is described any more
    assert script(keys, diagrams=False) == fresh


def test_other_sources_do_not_take_it(place, monkeypatch):
    bundle.ship_models(described)
    monkeypatch.setattr(bundle, "_sources", lambda: "other")
    assert bundle.shipped(OFFERS[0]) is None


@pytest.mark.parametrize("damage", ["", "[1]", "{", None])
def test_what_is_damaged_or_missing_is_not_taken(damage, place):
    if damage is not None:
        place.parent.mkdir()
        place.write_text(damage)
    assert bundle.shipped(OFFERS[0]) is None

"""What a built wheel brings of the published membranes is what would be described, for its own sources only."""

import functools

import pytest

from loligo.lab import assembly, bundle
from loligo.lab.assembly import described_offer, script
from loligo.lab.offers import OFFERS

described = functools.partial(described_offer, diagrams=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the first two published membranes are shipped to."""
    folder = tmp_path_factory.mktemp("static")
    with pytest.MonkeyPatch.context() as patch:
        aim(patch, folder)
        bundle.ship(described)
    return folder


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    bundle._all_shipped.cache_clear()
    yield
    bundle._all_shipped.cache_clear()


def aim(monkeypatch, folder):
    monkeypatch.setattr(bundle, "OFFERS", OFFERS[:2])
    monkeypatch.setattr(bundle, "MODELS", folder / "models.json")
    monkeypatch.setattr(bundle, "SHIPPED", folder / "diagrams.json")


def test_it_is_the_same_script(folder, monkeypatch):
    keys = [offer.key for offer in OFFERS[:2]]
    aim(monkeypatch, folder.parent / "empty")
    fresh = script(keys, diagrams=False)
    bundle._all_shipped.cache_clear()
    aim(monkeypatch, folder)
    assert bundle.shipped(OFFERS[0]) == described(OFFERS[0])
    monkeypatch.setattr(assembly, "described_offer", None)  # nothing is described any more
    assert script(keys, diagrams=False) == fresh


def test_other_sources_do_not_take_it(folder, monkeypatch):
    aim(monkeypatch, folder)
    monkeypatch.setattr(bundle, "_sources", lambda: "other")
    assert bundle.shipped(OFFERS[0]) is None


@pytest.mark.parametrize("damage", ["", "[1]", "{", None])
def test_damaged_or_missing_files_are_not_used(damage, tmp_path, monkeypatch):
    aim(monkeypatch, tmp_path)
    if damage is not None:
        bundle.MODELS.write_text(damage)
    assert bundle.shipped(OFFERS[0]) is None

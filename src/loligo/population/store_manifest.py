"""The manifest of a store: what was run, on which members, by which versions; and in what another run differs."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from loligo import __version__
from loligo._errors import StoreError
from loligo.population.members import Grid, Members

if TYPE_CHECKING:
    from loligo.population.plan import Plan

MANIFEST: Final = "manifest.json"
FORMAT: Final = "loligo population 1"
SHARD: Final = 65_536  # members of a shard where nothing else is asked for
LONGEST: Final = 1_000  # values of an axis that the manifest lists; of longer ones it has a digest
NAMED: Final = 3  # differences that a refusal names


@dataclass(frozen=True)
class Generation:
    """Members that a store holds or shall hold; a store that was extended has had more than one.

    Attributes
    ----------
    members : dict
        In words.
    names : list of str
        What varies.
    size : int
    shard_size : int
        Members of a shard.
    """

    members: dict[str, Any]
    names: list[str]
    size: int
    shard_size: int

    def described(self) -> dict[str, Any]:
        """Return this generation in words."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def folder(self) -> str:
        """Where its shards are, inside the store."""
        return f"members-{_hash(self.described())[:16]}"

    @property
    def shards(self) -> int:
        """How many shards there are when all are."""
        return math.ceil(self.size / self.shard_size)


@dataclass(frozen=True)
class Manifest:
    """What a store says of itself.

    Attributes
    ----------
    settings : dict
        Membrane, stimulus and everything else of the run, in words.
    versions : dict of str to str
        Of the libraries that the numbers may depend on.
    generations : tuple of Generation
        The last one is the one that is wanted.
    """

    settings: dict[str, Any]
    versions: dict[str, str]
    generations: tuple[Generation, ...]

    def encoded(self) -> bytes:
        """Return the content of the manifest's file."""
        generations = [each.described() for each in self.generations]
        words = {"format": FORMAT, "versions": self.versions, "settings": self.settings, "generations": generations}
        # a line for each part; `indent` would take json's slow way through every number
        lines = (f" {json.dumps(key)}: {json.dumps(part)}" for key, part in {**words, "hash": _hash(words)}.items())
        return "{{\n{}\n}}\n".format(",\n".join(lines)).encode()

    @classmethod
    def decoded(cls, content: bytes, url: str) -> Manifest:
        """Return the manifest in a file's content.

        Raises
        ------
        StoreError
            It is damaged, or of a format that this version does not know.
        """
        try:
            words = json.loads(content)
            said = words.pop("hash")
            if words["format"] != FORMAT:
                raise StoreError(f"The store {url} has the format {words['format']!r}; this loligo reads {FORMAT!r}.")
            whole = said == _hash(words)
            generations = tuple(Generation(**each) for each in words["generations"])
            found = cls(words["settings"], words["versions"], generations)
        except (ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if not whole:
            raise StoreError(f"The {MANIFEST} of the store {url} is damaged: bring it back, or take another store.")
        return found


def settings_of(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON gives it back."""
    words: dict[str, Any] = json.loads(json.dumps(plan.described()))
    return words


def generation_of(members: Members, shard_size: int) -> Generation:
    """Return members in words: all values of an axis, the digest of a long one."""
    if isinstance(members, Grid) and max(members.shape, default=0) > LONGEST:
        digests = {name: hashlib.sha256(values.tobytes()).hexdigest() for name, values in members.axes.items()}
        words: dict[str, Any] = {"kind": "long grid", "axes": digests, "shape": list(members.shape)}
    else:
        words = json.loads(json.dumps(members.described()))
    return Generation(words, list(members.names), members.size, shard_size)


def versions() -> dict[str, str]:
    """Return the versions of what the numbers may depend on."""
    return {"loligo": __version__, **{name: _version(name) for name in ("numpy", "numba")}}


@cache
def _version(library: str) -> str:
    return importlib.metadata.version(library)


def differences(there: dict[str, Any], here: dict[str, Any]) -> str:
    """Return in words how the settings of a store differ from those of a run; nothing where they do not."""
    found = list(_differences(there, here, ""))
    more = len(found) - NAMED
    return "; ".join(found[:NAMED]) + (f"; and {more} more" if more > 0 else "")


def _differences(there: Any, here: Any, path: str) -> Iterator[str]:
    there, here = _by_name(there), _by_name(here)
    if isinstance(there, dict) and isinstance(here, dict):
        for key in {**there, **here}:
            yield from _differences(there.get(key), here.get(key), f"{path} {key}".strip())
    elif json.dumps(there) != json.dumps(here):
        yield f"{path} is {_short(there)} there and {_short(here)} here"


def _by_name(words: Any) -> Any:
    """Return a list of named parts as a dict, so that a difference is found at a part and not at a place."""
    if isinstance(words, list) and words and all(isinstance(each, dict) and "name" in each for each in words):
        return {each["name"]: each for each in words}
    return words


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _hash(words: Any) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()

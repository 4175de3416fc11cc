"""The manifest of a store: the settings, members and versions of its run, and how another run differs from it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from loligo._bounded import MOST_MEGABYTES_OF_TEXT, words_in
from loligo._errors import FileFormatError, StoreError
from loligo._schema import Each, Kinds, check
from loligo._version import __version__
from loligo.intervention.description import SHAPE as INTERVENTIONS
from loligo.membrane.description import SHAPE as MEMBRANE
from loligo.population.members import MOST, Grid, Members
from loligo.stimulus.description import SHAPE as STIMULUS

if TYPE_CHECKING:
    from loligo.population.plan import Plan
    from loligo.population.store.folder import Folder

MANIFEST: Final = "manifest.json"
FORMAT: Final = "loligo population 2"
WITHOUT_DIGESTS: Final = "loligo population 1"  # an older format: its shards do not identify the run they belong to
SHARD: Final = 65_536  # default number of members of a shard
LONGEST: Final = 1_000  # largest number of values of an axis that are listed; a longer axis is given by a digest
NAMED: Final = 3  # largest number of differences that an error names
_MEMBERS: Final = {
    "grid": {"axes": Each([float])},
    "long grid": {"axes": Each(str), "shape": [int]},
    "sobol": {"ranges": Each([float, float]), "size": int, "seed": int},
    "table": {"size": int, "columns": Each(str)},
}
_GENERATION: Final = {"members": Kinds("kind", _MEMBERS), "names": [str], "size": int, "shard_size": int}
_SETTINGS: Final = {
    "membrane": MEMBRANE,
    "stimulus": STIMULUS,
    "duration": float,
    "tolerance": float,
    "precision": str,
    "method": str,
    "spike_times": int,
    "most_steps": (int, type(None)),
    "features": [str],
    "interventions?": INTERVENTIONS,
}
_SHAPE: Final = {
    "format": str, "versions": Each(str), "settings": _SETTINGS, "generations": [_GENERATION], "hash": str,
}  # fmt: skip


@dataclass(frozen=True)
class Generation:
    """The members that a store contains or will contain; an extended store has had several generations.

    Attributes
    ----------
    members : dict
        Description of the members, as JSON.
    names : list of str
        The names that vary.
    size : int
    shard_size : int
        Number of members in a shard.
    """

    members: dict[str, Any]
    names: list[str]
    size: int
    shard_size: int

    def described(self) -> dict[str, Any]:
        """Return this generation as JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def digest(self) -> str:
        """Digest of the members and their order."""
        return _hash(self.described())

    @property
    def folder(self) -> str:
        """The folder of its shards, inside the store."""
        return f"members-{self.digest[:16]}"

    @property
    def shards(self) -> int:
        """The number of shards of a complete run."""
        return math.ceil(self.size / self.shard_size)


@dataclass(frozen=True)
class Manifest:
    """The manifest of a store.

    Attributes
    ----------
    settings : dict
        Membrane, stimulus and all other settings of the run, as JSON.
    versions : dict of str to str
        Versions of the libraries that may affect the numbers.
    generations : tuple of Generation
        All generations; the last one is current.
    """

    settings: dict[str, Any]
    versions: dict[str, str]
    generations: tuple[Generation, ...]

    def encoded(self) -> bytes:
        """Return the content of the manifest's file."""
        generations = [each.described() for each in self.generations]
        words = {"format": FORMAT, "versions": self.versions, "settings": self.settings, "generations": generations}
        # one line for each part; `indent` would make json slow for every number
        lines = (f" {json.dumps(key)}: {json.dumps(part)}" for key, part in {**words, "hash": _hash(words)}.items())
        return "{{\n{}\n}}\n".format(",\n".join(lines)).encode()

    @classmethod
    def decoded(cls, content: bytes, url: str) -> Manifest:
        """Return the manifest in a file's content.

        Raises
        ------
        StoreError
            The manifest is damaged, or its format is unknown to this version.
        """
        try:
            words = words_in(content.decode(), "it")
            _check_format(words, url)
            check(words, _SHAPE, MANIFEST)
            said = words.pop("hash")
            if said != _hash(words):
                raise FileFormatError("its content does not match its digest")
            generations = tuple(Generation(**each) for each in words["generations"])
            _check_generations(generations)
        except (ValueError, RecursionError) as error:
            why = error if isinstance(error, FileFormatError) else "it is not text"
            raise DamagedManifestError(
                f"The {MANIFEST} of the store {url} is damaged ({why}): run its population again to write it anew, "
                "or restore it."
            ) from error
        return cls(words["settings"], words["versions"], generations)


def read_manifest(folder: Folder) -> bytes:
    """Return the content of a store's manifest.

    Raises
    ------
    StoreError
        The manifest cannot be read, or is longer than any that loligo writes.
    """
    return folder.read(MANIFEST, MOST_MEGABYTES_OF_TEXT)


class DamagedManifestError(StoreError):
    """Raised for a manifest without content, or with impossible content."""


def _check_format(words: Any, url: str) -> None:
    """Reject a manifest of another format; it is not damaged."""
    said = words.get("format") if isinstance(words, dict) else None
    if said == WITHOUT_DIGESTS:
        raise StoreError(
            f"The store {url} has the format {said!r}, whose shards do not identify their run: use another "
            f"store. Its files can be read as Parquet files; this loligo writes {FORMAT!r}."
        )
    if isinstance(said, str) and said.startswith("loligo ") and said != FORMAT:
        raise StoreError(f"The store {url} has the format {said[:60]!r}; this loligo reads {FORMAT!r}.")
    if said != FORMAT:
        raise FileFormatError("it does not state its format")


def _check_generations(generations: tuple[Generation, ...]) -> None:
    """Reject impossible members.

    Raises
    ------
    FileFormatError
    """
    if not generations or len({each.digest for each in generations}) < len(generations):
        raise FileFormatError("it lists no generation of members, or one of them twice")
    for each in generations:
        words = each.members
        match words["kind"]:
            case "grid":
                names, size = list(words["axes"]), math.prod(len(values) for values in words["axes"].values())
            case "long grid":
                names, size = list(words["axes"]), math.prod(words["shape"])
                if len(names) != len(words["shape"]):
                    raise FileFormatError("a grid of members needs one length for each axis")
            case "sobol":
                names, size = list(words["ranges"]), words["size"]
            case _:
                names, size = list(words["columns"]), words["size"]
        if names != each.names or size != each.size or not 0 < size <= MOST or not 0 < each.shard_size <= MOST:
            raise FileFormatError("its members do not have the names or the number that it states")


def digest_of(settings: dict[str, Any]) -> str:
    """Return the digest in every shard of a run: of its settings and the version that ran them."""
    return _hash({"loligo": __version__, "settings": json.dumps(settings, sort_keys=True)})


def settings_of(plan: Plan) -> dict[str, Any]:
    """Return a plan as it reads back from JSON."""
    words: dict[str, Any] = json.loads(json.dumps(plan.described()))
    return words


def generation_of(members: Members, shard_size: int) -> Generation:
    """Return members as JSON: all values of an axis, or the digest of a long axis."""
    if isinstance(members, Grid) and max(members.shape, default=0) > LONGEST:
        digests = {name: hashlib.sha256(values.tobytes()).hexdigest() for name, values in members.axes.items()}
        words: dict[str, Any] = {"kind": "long grid", "axes": digests, "shape": list(members.shape)}
    else:
        words = json.loads(json.dumps(members.described()))
    return Generation(words, list(members.names), members.size, shard_size)


def versions() -> dict[str, str]:
    """Return the versions of everything that the numbers may depend on."""
    return {"loligo": __version__, **{name: _version(name) for name in ("numpy", "numba")}}


@cache
def _version(library: str) -> str:
    return importlib.metadata.version(library)


def differences(there: dict[str, Any], here: dict[str, Any]) -> str:
    """Describe how the settings of a store differ from those of a run; empty if they do not."""
    found = list(_differences(there, here, ""))
    if not found and json.dumps(there, sort_keys=True) != json.dumps(here, sort_keys=True):
        return "its parts are in a different order"
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
    """Return a list of named parts as a dict, so that a difference is reported by name and not by position."""
    if isinstance(words, list) and words and all(isinstance(each, dict) and "name" in each for each in words):
        return {each["name"]: each for each in words}
    return words


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _hash(words: Any) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()

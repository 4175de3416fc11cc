"""The published membranes, prepared in a built wheel in the form that the page needs, so nothing has to be compiled.

`make web` writes them beside the built page. They are used only with the sources from which they were made.
"""

from __future__ import annotations

import hashlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loligo._files import write_whole
from loligo.lab.description import Shown
from loligo.lab.diagrams import SHIPPED, diagram_key
from loligo.lab.offers import OFFERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from loligo.lab.offers import Offer

MODELS: Final = Path(__file__).parent / "static" / "models.json"
_SOURCES: Final = ("lab/*.py", "kernel/*.py", "membrane/*.py", "models/*.py", "figures/palette.py")


def shipped(offer: Offer) -> Shown | None:
    """Return a published membrane from the wheel, if it is there and was made from the present sources."""
    kept = _all_shipped(MODELS).get(_fingerprint(offer))
    return None if kept is None else Shown(kept["data"], kept["functions"])


def ship(described: Callable[[Offer], Shown]) -> None:
    """Describe all published membranes, one on each processor, and write them beside the built page."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        made = list(pool.map(partial(_made, described), range(len(OFFERS))))
    _write(SHIPPED, {key: one.data["diagram"] for key, _, one in made})
    _write(MODELS, {mark: {"data": one.data, "functions": one.functions} for _, mark, one in made})
    _all_shipped.cache_clear()


def _made(described: Callable[[Offer], Shown], number: int) -> tuple[str, str, Shown]:
    offer = OFFERS[number]
    sys.stderr.write(f"loligo: {offer.title}\n")
    return diagram_key(offer.membrane(), offer.span), _fingerprint(offer), described(offer)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(content, separators=(",", ":")).encode())


@lru_cache(maxsize=1)
def _all_shipped(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _fingerprint(offer: Offer) -> str:
    return hashlib.sha256(f"{_sources()}|{offer!r}".encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def _sources() -> str:
    root, digest = Path(__file__).parents[1], hashlib.sha256()
    for file in sorted(file for pattern in _SOURCES for file in root.glob(pattern)):
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()

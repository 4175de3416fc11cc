"""The page that Vite built, with the membranes and a policy that allows no requests."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from loligo._errors import FileFormatError, LabError
from loligo.kernel.javascript import PRIMITIVES
from loligo.lab.description import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILT: Final = Path(__file__).parent / "static" / "index.html"
PLACE: Final = "/* loligo:models */"
_SCRIPT: Final = re.compile(r"<script\b[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_HEAD: Final = re.compile(r"<meta\s+charset=[^>]*>", re.IGNORECASE)


def models_script(models: Sequence[Shown], chosen: str) -> str:
    """Return the script that puts the membranes before the page: ``window.LOLIGO = {...}``.

    It contains no ``<`` and no character beyond ASCII, whatever the name of a membrane, so it cannot end early.

    Parameters
    ----------
    models : sequence of Shown
        Models, in the order of the menu.
    chosen : str
        The key of the membrane that is shown first.
    """
    from loligo._version import __version__

    entries = [f"Object.assign({_json(one.data)},\n{one.functions})" for one in models]
    return (
        "window.LOLIGO = (() => {\n"
        f'"use strict";\n{PRIMITIVES}'
        f"return {{version: {_json(__version__)}, chosen: {_json(chosen)}, models: [\n"
        + ",\n".join(entries)
        + "\n]};\n"
        "})();\n"
    )


def _json(value: object) -> str:
    """Return JSON in which nothing can be read as markup."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def built_page() -> str:
    """Return the page as Vite built it.

    Raises
    ------
    LabError
        The page has not been built, or the file is not a page of the lab.
    """
    try:
        text = BUILT.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise LabError(
            "The lab's page has not been built: install Node 20.19 or newer and run `make web`, "
            "or install loligo from its wheel, which contains the page."
        ) from error
    if text.count(PLACE) != 1:
        raise FileFormatError(f"{BUILT} has no place for the membranes: build it again with `make web`.")
    return text


def filled(page: str, script: str) -> str:
    """Return the page with the membranes in it, and a content security policy that names its own scripts."""
    before, after = page.split(PLACE)
    whole = before + script + after
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(whole)}">'
    head = _HEAD.search(whole)
    if head is None:
        raise FileFormatError("The built page does not name its character set: build it again with `make web`.")
    return whole[: head.end()] + meta + whole[head.end() :]


def policy(page: str) -> str:
    """Return the policy under which the page runs: its own inline scripts, workers made of them, and no network."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(_digests(page))}",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "worker-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digests(page: str) -> Iterable[str]:
    for script in _SCRIPT.findall(page):
        digest = hashlib.sha256(script.replace("\r\n", "\n").encode()).digest()
        yield f"'sha256-{base64.b64encode(digest).decode()}'"

"""Photographs of the lab for the documentation: ``python -m benchmarks.screenshots``.

They show the page of ``loligo lab --export`` in headless Chromium, and stand in ``docs/pictures/``.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.chromium import browser
from benchmarks.tools import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SQUID: Final = "model=squid&stimulus=step&I.amplitude=10&I.start=20&I.stop=180&duration=200"
COMPARED: Final = (
    "model=squid&p.celsius=10&stimulus=step&I.amplitude=10&I.start=20&I.stop=180&duration=200"
    "&b.model=squid&b.stimulus=step&b.I.amplitude=10&b.I.start=20&b.I.stop=180&b.duration=200"
)


@dataclass(frozen=True)
class Picture:
    """A photograph: what is shown, in which window [px], and where the cursor is, as a part of the trace."""

    name: str
    link: str
    width: int
    height: int
    theme: str = "light"
    cursor: float | None = None


PICTURES: Final = (
    Picture("lab-beginner", SQUID, 1280, 760),
    Picture("lab-full", f"{SQUID}&view=full", 1600, 1000, cursor=0.355),
    Picture("lab-dark", f"{COMPARED}&view=full&tour=0", 1600, 1000, "dark", cursor=0.355),
    Picture("lab-phone", SQUID, 360, 740),
    Picture("lab-phone-full", f"{SQUID}&view=full&panels=v,gates,stimulus,phase", 360, 1400),
    Picture("lab-projector", f"{SQUID}&view=full", 1920, 1080),
)


def take(picture: Picture, page_file: Path, folder: Path, running: Browser) -> Path:
    """Photograph the page once all of it is computed."""
    context = running.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.theme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"{page_file.as_uri()}#{picture.link}")
    page.wait_for_function("() => window.loligoLab?.run")
    if page.locator(".panel-fi").count():
        page.wait_for_function("() => loligoLab.frequencies.done")
    if picture.cursor is not None:
        place = page.locator(".panel-v .u-over").bounding_box()
        if place:
            page.mouse.move(place["x"] + picture.cursor * place["width"], place["y"] + 30)
    page.wait_for_timeout(600)
    path = folder / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main() -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "pictures")
    folder = parser.parse_args().output.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    from loligo.lab import export

    with tempfile.TemporaryDirectory() as scratch, browser() as running:
        page_file = export(Path(scratch))
        for picture in PICTURES:
            print(take(picture, page_file, folder, running))


if __name__ == "__main__":
    main()

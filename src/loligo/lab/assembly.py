"""From membranes to a page: each is described, its diagram is read or computed, and all are put into the built page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from loligo._errors import ArgumentError, UnitError
from loligo._files import write_whole
from loligo._progress import Progress, Report
from loligo.lab.bundle import shipped
from loligo.lab.description import Shown, shown
from loligo.lab.diagrams import diagram
from loligo.lab.document import built_page, filled, models_script
from loligo.lab.offers import OFFERS, Offer, offered
from loligo.lab.python_source import python_of
from loligo.lab.user_membranes import DURATION, amplitudes, beginning, key_of
from loligo.membrane import Membrane

Models = Membrane | str | Iterable[Membrane | str] | None


def page(models: Models = None, *, diagrams: bool = True, progress: Progress = None) -> str:
    """Return the lab as one HTML page that needs no server and no network.

    Parameters
    ----------
    models : Membrane, str, or several of them; optional
        The membranes on the page; the first one is shown first. Your own membranes, or published ones by their key
        (``"squid"``, ``"pospischil_FS"``, ...). By default all published ones.
    diagrams : bool
        Whether to include bifurcation diagrams over the current; those that are not stored yet are computed once.
    progress : bool or callable, optional
        True shows a bar. A callable gets a description of the work and the fraction done; returning False cancels.

    Raises
    ------
    LabError
        The page has not been built; the message says what to do.
    UnknownNameError
        A key is unknown.
    """
    return filled(built_page(), script(models, diagrams=diagrams, progress=progress))


def script(models: Models = None, *, diagrams: bool = True, progress: Progress = None) -> str:
    """Return the script that contains the membranes of a page; see `page`."""
    found = _shown(models, diagrams=diagrams, progress=progress)
    return models_script(found, found[0].data["key"])


def export(directory: str | Path, models: Models = None, *, diagrams: bool = True, progress: Progress = None) -> Path:
    """Write the lab into a folder as ``index.html``: for a web host, a USB stick, or a disk.

    Parameters
    ----------
    directory : str or Path
        Created if missing; an existing file is replaced only when the new one is complete.
    models, diagrams, progress
        As for `page`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LabError, UnknownNameError
        As `page`.
    OSError
        The folder cannot be written.
    """
    text = page(models, diagrams=diagrams, progress=progress)
    target = Path(directory) / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text.encode())
    return target


def _shown(models: Models, *, diagrams: bool, progress: Progress) -> list[Shown]:
    entries = _entries(models)
    found: list[Shown] = []
    with Report(progress) as report:
        for number, entry in enumerate(entries):
            title = entry.title if isinstance(entry, Offer) else entry.name
            part = _Part(report, title, number / len(entries))
            report(title, part.fraction)
            if isinstance(entry, Offer):
                found.append(_published(entry, diagrams, part))
            else:
                taken = [one.data["key"] for one in found]
                found.append(_own(entry, taken, diagrams, part))
    return found


@dataclass(frozen=True)
class _Part:
    """A reporter of the progress of one membrane of the page, which begins at a fraction of the whole."""

    report: Report
    title: str
    fraction: float

    def __call__(self, text: str, _: float = math.nan) -> None:
        self.report(f"{self.title}: {text}", self.fraction)


def _entries(models: Models) -> list[Offer | Membrane]:
    if models is None:
        return list(OFFERS)
    several = [models] if isinstance(models, (str, Membrane)) else list(models)
    if not several:
        raise ArgumentError("The page needs at least one membrane.")
    entries: list[Offer | Membrane] = []
    for one in several:
        if isinstance(one, Membrane):
            entries.append(one)
        elif isinstance(one, str):
            entries += offered([one])
        else:
            raise UnitError(f"models must be membranes, or names such as 'squid'; got {one!r}.")
    return list(dict.fromkeys(entries))


def _published(offer: Offer, diagrams: bool, progress: Progress) -> Shown:
    """Return a published membrane from the wheel, or describe it now."""
    kept = shipped(offer)
    if kept is None:
        return described_offer(offer, diagrams=diagrams, progress=progress)
    return kept if diagrams else Shown({**kept.data, "diagram": None}, kept.functions)


def described_offer(offer: Offer, *, diagrams: bool = True, progress: Progress = None) -> Shown:
    """Describe a published membrane."""
    membrane = offer.membrane()
    return shown(
        membrane,
        key=offer.key,
        title=offer.title,
        source=offer.source,
        python=offer.python,
        amplitude=offer.amplitude,
        duration=offer.duration,
        begin=offer.begin,
        starts=offer.starts,
        diagram=diagram(membrane, offer.span, progress=progress, patience=offer.patience) if diagrams else None,
    )


def _own(membrane: Membrane, taken: list[str], diagrams: bool, progress: Progress) -> Shown:
    amplitude = amplitudes(membrane)
    span = (min(amplitude[1:]), max(amplitude[1:]))
    return shown(
        membrane,
        key=key_of(membrane, {*taken, *(offer.key for offer in OFFERS)}),
        title=membrane.name,
        source="",
        python=python_of(membrane),
        amplitude=(amplitude[0], *span),
        duration=DURATION,
        begin=beginning(membrane),
        starts={} if beginning(membrane) is None else {"amplitude": 0.0},
        diagram=diagram(membrane, span, progress=progress) if diagrams else None,
    )

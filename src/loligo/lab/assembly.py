"""From membranes to a page: each described, its diagram found or computed, all of it put into the built page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from loligo._errors import ArgumentError, UnitError
from loligo._files import write_whole
from loligo.lab.bundle import shipped
from loligo.lab.description import Shown, shown
from loligo.lab.diagrams import diagram
from loligo.lab.document import built_page, filled, models_script
from loligo.lab.offers import OFFERS, Offer, offered
from loligo.lab.python_source import python_of
from loligo.lab.user_membranes import DURATION, amplitudes, beginning, key_of
from loligo.membrane import Membrane

Models = Membrane | str | Iterable[Membrane | str] | None
Progress = Callable[[str, float], object]


def page(models: Models = None, *, diagrams: bool = True, progress: Progress | None = None) -> str:
    """Return the lab as one HTML page that needs no server and no network.

    Parameters
    ----------
    models : Membrane, str, or several of them; optional
        What the page offers, the first one shown first: your own membranes, and published ones by their key
        (``"squid"``, ``"pospischil_FS"``, ...). By default every published one.
    diagrams : bool
        Whether bifurcation diagrams over the current are put in; what is not known yet is computed, once.
    progress : callable, optional
        Called with what is being done and the fraction of all that is done.

    Raises
    ------
    LabError
        The page has not been built; the message says what to do.
    UnknownNameError
        A key that the lab does not know.
    """
    return filled(built_page(), script(models, diagrams=diagrams, progress=progress))


def script(models: Models = None, *, diagrams: bool = True, progress: Progress | None = None) -> str:
    """Return the script that brings the membranes of a page: see `page`."""
    found = _shown(models, diagrams=diagrams, progress=progress)
    return models_script(found, found[0].data["key"])


def export(
    directory: str | Path, models: Models = None, *, diagrams: bool = True, progress: Progress | None = None
) -> Path:
    """Write the lab into a folder as ``index.html``: for a web host, a USB stick, or a disk.

    Parameters
    ----------
    directory : str or Path
        Made if it is missing; the file in it is replaced only when the new one is complete.
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
        A folder that cannot be written.
    """
    text = page(models, diagrams=diagrams, progress=progress)
    target = Path(directory) / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text.encode())
    return target


def _shown(models: Models, *, diagrams: bool, progress: Progress | None) -> list[Shown]:
    entries = _entries(models)
    found: list[Shown] = []
    for number, entry in enumerate(entries):
        title = entry.title if isinstance(entry, Offer) else entry.name
        share = number / len(entries)

        def said(line: str, title: str = title, share: float = share) -> None:
            if progress is not None:
                progress(f"{title}: {line}", share)

        if progress is not None:
            progress(title, share)
        taken = [one.data["key"] for one in found]
        found.append(
            _published(entry, diagrams, said) if isinstance(entry, Offer) else _own(entry, taken, diagrams, said)
        )
    return found


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


def _published(offer: Offer, diagrams: bool, said: Callable[[str], object]) -> Shown:
    """Return a published membrane as it came with the wheel, or described now."""
    kept = shipped(offer)
    if kept is None:
        return described_offer(offer, diagrams=diagrams, said=said)
    return kept if diagrams else Shown({**kept.data, "diagram": None}, kept.functions)


def described_offer(offer: Offer, *, diagrams: bool = True, said: Callable[[str], object] | None = None) -> Shown:
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
        diagram=diagram(membrane, offer.span, progress=said, patience=offer.patience) if diagrams else None,
    )


def _own(membrane: Membrane, taken: list[str], diagrams: bool, said: Callable[[str], object]) -> Shown:
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
        diagram=diagram(membrane, span, progress=said) if diagrams else None,
    )

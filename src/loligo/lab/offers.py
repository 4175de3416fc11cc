"""The membranes on the page: each published one with its title, and a step and a duration worth showing."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import unknown_name
from loligo.models import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loligo.membrane import Membrane


@dataclass(frozen=True)
class Offer:
    """One membrane of the page.

    Attributes
    ----------
    key : str
        Key of the membrane in links, and for ``--models``.
    model : str
        Name of the membrane in `loligo.models`.
    title : str
        Title on the page.
    amplitude : (float, float, float)
        The amplitude of a step worth showing, then the ends of the slider [µA/cm²].
    duration : float
        The duration of a run worth showing [ms].
    arguments : dict
        Arguments for the model's function.
    begin : float, optional
        The potential at which runs begin, for a membrane whose rest is unstable [mV].
    starts : dict
        Initial settings of the page that show what is special about this membrane, if other than a step of
        ``amplitude``: the ``amplitude`` of the step [µA/cm²], and a ``reset`` with its time ``at`` [ms] and ``values``.
    cycles : bool
        Whether its limit cycles can be followed within a minute.
    """

    key: str
    model: str
    title: str
    amplitude: tuple[float, float, float]
    duration: float = 200.0
    arguments: dict[str, Any] = field(default_factory=dict, hash=False)
    begin: float | None = None
    starts: dict[str, Any] = field(default_factory=dict, hash=False)
    cycles: bool = True

    def membrane(self) -> Membrane:
        """Return the membrane."""
        return MODELS[self.model](**self.arguments)

    @property
    def span(self) -> tuple[float, float]:
        """The range of the current in its bifurcation diagram [µA/cm²]."""
        return self.amplitude[1], self.amplitude[2]

    @property
    def patience(self) -> float:
        """Time limit for following its limit cycles [s]: infinite, or 0 without ``cycles``."""
        return math.inf if self.cycles else 0.0

    @property
    def python(self) -> str:
        """The Python expression that creates it."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"lo.models.{self.model}({given})"

    @property
    def source(self) -> str:
        """Its source, from the docstring of the model's function, in one line."""
        text = inspect.getdoc(MODELS[self.model]) or ""
        found = re.search(r"^Source\n-+\n(.*?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
        return " ".join(found[1].split()) if found else ""


OFFERS: Final = (
    Offer("squid", "squid", "Squid giant axon", (10.0, -20.0, 180.0)),
    Offer("squid_65", "squid", "Squid giant axon, resting at −65 mV", (10.0, -20.0, 180.0), 200.0, {"rest": -65.0}),
    Offer("connor_stevens", "connor_stevens", "Crab axon with an A-current", (12.0, -20.0, 60.0)),
    Offer("morris_lecar", "morris_lecar", "Barnacle muscle: class II", (100.0, -50.0, 250.0), 600.0),
    Offer(
        "morris_lecar_snic", "morris_lecar", "Barnacle muscle: class I", (45.0, -50.0, 150.0), 600.0,
        {"excitability": "snic"},
    ),
    Offer(
        "morris_lecar_homoclinic", "morris_lecar", "Barnacle muscle: bistable", (45.0, -50.0, 150.0), 1000.0,
        {"excitability": "homoclinic"}, starts={"amplitude": 38.0, "reset": {"at": 300.0, "values": {"v": -15.0}}},
    ),
    Offer("wang_buzsaki", "wang_buzsaki", "Hippocampal interneuron", (1.0, -5.0, 20.0)),
    Offer("pospischil", "pospischil", "Cortical neuron: regular spiking", (3.0, -5.0, 20.0), 500.0),
    Offer("pospischil_FS", "pospischil", "Cortical neuron: fast spiking", (3.0, -5.0, 20.0), 200.0, {"kind": "FS"}),
    Offer("pospischil_IB", "pospischil", "Cortical neuron: bursting", (0.8, -1.0, 5.0), 500.0, {"kind": "IB"}),
    Offer("pospischil_LTS", "pospischil", "Cortical neuron: low threshold", (0.6, -1.0, 5.0), 500.0, {"kind": "LTS"}),
    Offer(
        "stomatogastric", "stomatogastric", "Lobster pacemaker (AB/PD)", (1.0, -5.0, 20.0), 4000.0,
        begin=-60.0, starts={"amplitude": 0.0}, cycles=False,
    ),
)  # fmt: skip
FIRST: Final = "squid"


def offered(keys: Iterable[str] | None = None) -> tuple[Offer, ...]:
    """Return the membranes on the page: all, or those with the given keys, in their order.

    Raises
    ------
    UnknownNameError
        A key is unknown.

    Examples
    --------
    >>> [offer.python for offer in offered(["squid", "pospischil_FS"])]
    ['lo.models.squid()', "lo.models.pospischil(kind='FS')"]
    """
    if keys is None:
        return OFFERS
    known = {offer.key: offer for offer in OFFERS}
    chosen = tuple(dict.fromkeys(keys))
    for key in chosen:
        if key not in known:
            raise unknown_name("membrane of the lab", key, known)
    return tuple(known[key] for key in chosen)

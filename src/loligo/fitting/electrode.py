"""The electrode between a membrane and the amplifier of a voltage clamp: a leak and a series resistance.

The leak ``g_leak_clamp (v - E_leak_clamp)`` is a further channel. With a series resistance the membrane is not at the
command V: ``C dv/dt = (V - v)/R - I(v, ...)``, and ``(V - v)/R`` is measured, including the capacitive current.
That is a membrane under current clamp with a channel ``(v - holding)/R`` and the current ``(V - holding)/R``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import DivergenceError, RestError, StepLimitError
from loligo._units import CAPACITANCE, CONDUCTANCE, MV
from loligo.fitting.links import base
from loligo.membrane import Channel, Current
from loligo.simulation.current import recorded
from loligo.stimulus import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.sweep import Sweep

    Vector = NDArray[np.float64]

LEAK: Final = "leak_clamp"
SERIES: Final = "series_resistance"
RESISTANCE: Final = "kΩ cm²"  # unit of the series resistance; MΩ for a whole cell, with conductances in µS
OF_A_CELL: Final = {CONDUCTANCE: "µS", CAPACITANCE: "nF", RESISTANCE: "MΩ"}  # units of a whole cell (nA)
_END: Final = "E_series_resistance"
TOLERANCE: Final = 1e-7  # tolerance of steps: the measured current is a small difference between v and the command
MOST_STEPS: Final = 2_000_000
OF_CLAMP: Final = {f"g_{LEAK}": CONDUCTANCE, f"E_{LEAK}": MV, SERIES: RESISTANCE}


def unit_of(membrane: Membrane, name: str, sweep: Sweep) -> str:
    """Return the unit of a parameter: per area, or of a whole cell if the currents of the sweep are."""
    own = membrane.parameters[base(name)].unit
    return OF_A_CELL.get(own, own) if sweep.per == "cell" else own


def with_electrode(membrane: Membrane, names: Iterable[Any]) -> Membrane:
    """Return a membrane with those parts of the electrode whose parameters are named.

    Raises
    ------
    ModelError
        The membrane already uses such a name.
    """
    wanted = {*names} & {*OF_CLAMP}
    own = {**_numbers(membrane)}
    parts = list(membrane.parts)
    if wanted & {f"g_{LEAK}", f"E_{LEAK}"} and not any(one.name == LEAK for one in membrane.channels):
        parts.append(Channel(LEAK, g=0.0, E=0.0))
    if SERIES in wanted and SERIES not in membrane.parameters:
        parts.append(Current("series", f"(v - {_END})/{SERIES}"))
        own["constants"] = {**own["constants"], SERIES: (1.0, RESISTANCE), _END: (0.0, MV)}
    return type(membrane)(*parts, **own)


def without_electrode(membrane: Membrane) -> Membrane:
    """Return the membrane without the parts of the electrode."""
    own = _numbers(membrane)
    own["constants"] = {name: one for name, one in own["constants"].items() if name not in {SERIES, _END}}
    return type(membrane)(*(part for part in membrane.parts if part.name not in {LEAK, "series"}), **own)


def _numbers(membrane: Membrane) -> dict[str, Any]:
    found = {one.name: getattr(membrane, one.name) for one in fields(membrane) if one.name != "parts"}
    return found | {"constants": dict(membrane.constants)}


@dataclass(frozen=True, eq=False)
class Clamped:
    """The compared samples of one sweep: times [ms], and the command minus the holding potential [mV]."""

    times: Vector
    measured: Vector
    kept: NDArray[np.intp]
    command: Vector


class SeriesClamped:
    """A membrane of any kind behind a series resistance, integrated; see `loligo.fitting.clamped.ClampedMembrane`.

    Parameters
    ----------
    membrane : Membrane
        Membrane as `with_electrode` returns it.
    sweeps : sequence of Sweep
    varied : sequence of str
    """

    def __init__(self, membrane: Membrane, sweeps: Sequence[Sweep], varied: Sequence[str]) -> None:
        self.membrane, self.sweeps, self.varied = membrane, tuple(sweeps), tuple(varied)
        self.linear: list[str] = []
        self.exponents: list[str] = []
        self.grids = [_compared(sweep) for sweep in sweeps]

    def thinned(self, every: int) -> SeriesClamped:  # noqa: ARG002 - fewer samples are no less work
        """Return the same."""
        return self

    def __call__(self, values: Vector) -> list[tuple[Vector, Vector]]:
        """Return current and derivatives at the kept samples, by sweep."""
        return [self.of_sweep(k, values) for k in range(len(self.sweeps))]

    def of_sweep(self, sweep: int, values: Vector) -> tuple[Vector, Vector]:
        """Return current and derivatives of one sweep; not finite if there is no rest or the run fails."""
        grid, own = self.grids[sweep], self.sweeps[sweep]
        changes = dict(zip(self.varied, values.tolist(), strict=True)) | {_END: float(own.holding or 0.0)}
        membrane = self.membrane.replace(**changes)
        resistance = membrane[SERIES]
        injected = (1.0 / resistance) * (own.command + Step(0.0))
        try:
            run = recorded(
                membrane, injected, float(grid.times[-1]), initial="rest", tolerance=TOLERANCE, sampling=grid.times,
                most_steps=MOST_STEPS, sensitivities=[*self.varied, "amplitude"],
            )  # fmt: skip
        except (DivergenceError, RestError, StepLimitError):
            size = grid.measured.size
            return np.full(size, np.nan), np.full((size, len(self.varied)), np.nan)
        current = (changes[_END] + grid.command - run.v) / resistance
        slopes = np.stack([-run.sensitivity(name)["v"] for name in self.varied], axis=1) / resistance
        k = self.varied.index(SERIES)
        slopes[:, k] += run.sensitivity("amplitude")["v"] / resistance**3 - current / resistance
        return current, slopes


def _compared(sweep: Sweep) -> Clamped:
    kept = np.flatnonzero(sweep.kept)
    times = sweep.t[kept]
    return Clamped(times, np.asarray(sweep.current)[kept], kept, np.asarray(sweep.command(times)))

"""The compiled programs for many neurons: the loop for a number of variables, and the equations of a membrane.

The loop calls a membrane through addresses, as the integrators of one neuron do, so that an edited equation compiles
some vector arithmetic and no loop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from loligo.kernel.processor import register_bits
from loligo.kernel.programs import Module, Printed, instantiate
from loligo.kernel.stops import current_stop
from loligo.kernel.structure import keep, structure_of
from loligo.lanes.machine import Machine, Members, Results, Settings, Stimuli

if TYPE_CHECKING:
    from types import ModuleType

    from loligo.kernel.structure import Structure
    from loligo.membrane import Membrane

    Program = Callable[[Members, Stimuli, Settings, Results], None]

MOST_KEPT: Final = 64  # programs of structures


class Kind(NamedTuple):
    """What a program is compiled for, beside the equations.

    Attributes
    ----------
    precision : {"double", "single"}
    stiff : bool
        Whether steps are those of Rodas5P.
    holding : bool
        Whether variables may be held or set on the way.
    """

    precision: str = "double"
    stiff: bool = False
    holding: bool = False


_PROGRAMS: dict[tuple[Structure, Kind], Program] = {}


def lane_program(
    membrane: Membrane, precision: str = "double", *, stiff: bool = False, holding: bool = False
) -> Program:
    """Return ``run`` of `loligo.lanes.loop` for the structure of a membrane, which it has got already.

    Parameters
    ----------
    membrane : Membrane
    precision : {"double", "single"}
    stiff : bool
        Step by Rodas5P in place of the explicit method of order 5.
    holding : bool
        Whether variables may be held or set on the way.

    Returns
    -------
    callable
        Compiled once for a structure and precision, and kept on disk.
    """
    values = {name: parameter.value for name, parameter in membrane.parameters.items()}
    return program_of_structure(structure_of(membrane), values, Kind(precision, stiff, holding), repr(membrane.name))


def program_of_structure(structure: Structure, values: dict[str, float], kind: Kind, what: str) -> Program:
    """Return ``run`` for a structure, which it has got already.

    Parameters
    ----------
    structure : Structure
    values : dict of str to float
        Of the parameters, with which no formula may be infinite.
    kind : Kind
    what : str
        What is compiled, for the one line that is logged.
    """
    key = structure, kind
    return _PROGRAMS.get(key) or keep(_PROGRAMS, key, _program(structure, values, kind, what), MOST_KEPT)


def _program(structure: Structure, values: dict[str, float], kind: Kind, what: str) -> Program:
    module = _compiled(structure, values, kind, what)
    count, places = len(module.SWITCHED), module.SWITCHED
    switches = np.array([count, module.PREPARED - 2 * count, *places])
    sizes = len(structure.variables), len(structure.potentials), len(structure.states)
    run = _loop(sizes, kind._replace(holding=False), count > 0)
    functions = [module.prepare, module.all_slopes, *([module.all_stages] if kind.stiff else [])]
    prepared = module.PREPARED + kind.holding * len(structure.variables)  # behind them which variables are held
    addresses = np.array([function.address for function in functions] + [0] * (not kind.stiff))

    def of_membrane(members: Members, stimuli: Stimuli, settings: Settings, results: Results) -> None:
        stop = current_stop()
        stop.check()
        run(Machine(addresses, prepared, switches, stop.cell), members, stimuli, settings, results)
        stop.check()

    return of_membrane


def _names(sizes: tuple[int, int, int], kind: Kind) -> dict[str, Any]:
    """Return what is bound for numbers of variables, potentials and further states."""
    own: dict[str, Any] = dict(zip(("N", "POTENTIALS", "STATES"), sizes, strict=True))
    own |= {"PRECISION": kind.precision, "STIFF_STEPS": kind.stiff, "REGISTER_BITS": register_bits()}
    return {f"loligo.lanes.dimension.{name}": value for name, value in own.items()}


def _compiled(structure: Structure, values: dict[str, float], kind: Kind, what: str) -> ModuleType:
    """Return the compiled equations of a membrane, for the rows of a loop."""

    def text() -> str:
        from loligo.kernel.equations import equations_of
        from loligo.lanes.equations import lane_source

        return lane_source(equations_of(structure, values), kind.precision, jacobian=kind.stiff)

    sizes = len(structure.variables), len(structure.potentials), len(structure.states)
    names = _names(sizes, kind) | {
        "loligo.lanes.dimension.HOLDING": kind.holding,
        "loligo.lanes.example": Printed(structure.digest, "loligo.lanes.equations", text),
    }
    main = "loligo.lanes.stiff_membrane" if kind.stiff else "loligo.lanes.membrane"
    return instantiate(main, names, f"{what} for populations")


@lru_cache(maxsize=MOST_KEPT)
def _loop(sizes: tuple[int, int, int], kind: Kind, switching: bool) -> Callable[..., Any]:
    """Return the compiled loop, which is that of all membranes with as many variables of each kind."""
    names = _names(sizes, kind) | {"loligo.lanes.dimension.SWITCHING": switching}
    if kind.stiff:
        names["loligo.lanes.explicit"] = Module("loligo.lanes.stiff")
    method = f"the {'stiff-safe' if kind.stiff else 'explicit'} method"
    run: Callable[..., Any] = instantiate(
        "loligo.lanes.loop", names, f"{method} for populations with {sizes[0]} variables"
    ).run
    return run

"""The compiled programs for many neurons: the loop for a number of variables, and the equations of a membrane.

The loop calls a membrane through addresses, as the integrators of one neuron do. So an edited equation recompiles some
vector arithmetic but not the loop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from loligo.kernel.directions import Directions
from loligo.kernel.processor import register_bits
from loligo.kernel.programs import Module, Printed, instantiate
from loligo.kernel.stops import current_stop
from loligo.kernel.structure import keep, structure_of
from loligo.lanes.machine import Machine, Members, Results, Settings, Stimuli

if TYPE_CHECKING:
    from types import ModuleType

    from loligo.kernel.calling import Whole
    from loligo.kernel.structure import Structure
    from loligo.membrane import Membrane

MOST_KEPT: Final = 64  # largest number of programs that are kept in memory
NO_DIRECTIONS: Final = Directions()


class Kind(NamedTuple):
    """Properties that a program is compiled for, besides the equations.

    Attributes
    ----------
    precision : {"double", "single"}
    stiff : bool
        Whether steps are those of Rodas5P.
    holding : bool
        Whether variables may be held or set during a run.
    directions : Directions
        Numbers with respect to which members are differentiated.
    """

    precision: str = "double"
    stiff: bool = False
    holding: bool = False
    directions: Directions = NO_DIRECTIONS


class Program(NamedTuple):
    """The compiled equations of a structure, and the loop that calls them; the argument of `run`.

    Attributes
    ----------
    loop : callable
        ``run`` of `loligo.lanes.loop`.
    addresses, prepared, switches
        As in `loligo.lanes.machine.Machine`.
    """

    loop: Callable[..., Any]
    addresses: Whole
    prepared: int
    switches: Whole


_PROGRAMS: dict[tuple[Structure, Kind], Program] = {}


def run(program: Program, members: Members, stimuli: Stimuli, settings: Settings, results: Results) -> None:
    """Run members in lanes until none is left in their queue, and fill their results.

    Raises
    ------
    TimeLimitError
        The time limit has passed, before the run or during it.
    """
    stop = current_stop()
    stop.check()
    machine = Machine(program.addresses, program.prepared, program.switches, stop.cell)
    program.loop(machine, members, stimuli, settings, results)
    stop.check()


def program(
    membrane: Membrane,
    precision: str = "double",
    *,
    stiff: bool = False,
    holding: bool = False,
    directions: Directions = NO_DIRECTIONS,
) -> Program:
    """Return the program of a membrane, compiled once per structure and precision.

    Parameters
    ----------
    membrane : Membrane
    precision : {"double", "single"}
    stiff : bool
        Use Rodas5P instead of the explicit method of order 5.
    holding : bool
        Whether variables may be held or set during a run.
    directions : Directions
        Numbers with respect to which members are differentiated; `loligo.lanes.augmented` adds their variables.
    """
    values = {name: parameter.value for name, parameter in membrane.parameters.items()}
    kind = Kind(precision, stiff, holding, directions)
    return program_of_structure(structure_of(membrane), values, kind, repr(membrane.name))


def program_of_structure(structure: Structure, values: dict[str, float], kind: Kind, what: str) -> Program:
    """Return the program of a structure.

    Parameters
    ----------
    structure : Structure
    values : dict of str to float
        Values of the parameters, with which every formula must be finite.
    kind : Kind
    what : str
        Description of what is compiled, for the log.
    """
    key = structure, kind
    return _PROGRAMS.get(key) or keep(_PROGRAMS, key, _program(structure, values, kind, what), MOST_KEPT)


def _program(structure: Structure, values: dict[str, float], kind: Kind, what: str) -> Program:
    module = _compiled(structure, values, kind, what)
    count = len(module.SWITCHED)
    functions = [module.prepare, module.all_slopes, *([module.all_stages] if kind.stiff else [])]
    return Program(
        _loop(_sizes(structure, kind), kind._replace(holding=False, directions=NO_DIRECTIONS), count > 0),
        np.array([function.address for function in functions] + [0] * (not kind.stiff)),
        module.PREPARED + kind.holding * len(structure.variables),  # flags of held variables follow
        np.array([count, module.PREPARED - 2 * count, *module.SWITCHED]),
    )


def _sizes(structure: Structure, kind: Kind) -> tuple[int, int, int, int]:
    """Return the numbers of variables, potentials, further states and directions; derivatives are further states."""
    own, count = len(structure.variables), kind.directions.count
    return own * (1 + count), len(structure.potentials), len(structure.states) + own * count, count


def _names(sizes: tuple[int, int, int, int], kind: Kind) -> dict[str, Any]:
    """Return the bindings for numbers of variables, potentials, further states and directions."""
    own: dict[str, Any] = dict(zip(("N", "POTENTIALS", "STATES", "DIRECTIONS"), sizes, strict=True))
    own |= {"PRECISION": kind.precision, "STIFF_STEPS": kind.stiff, "REGISTER_BITS": register_bits()}
    return {f"loligo.lanes.dimension.{name}": value for name, value in own.items()}


def _compiled(structure: Structure, values: dict[str, float], kind: Kind, what: str) -> ModuleType:
    """Return the compiled equations of a membrane, for the rows of a loop."""

    def text() -> str:
        from loligo.kernel.equations import equations_of
        from loligo.lanes.augmented import augmented_source
        from loligo.lanes.equations import lane_source

        equations = equations_of(structure, values)
        if kind.directions.count:
            return augmented_source(equations, kind.directions, kind.precision, jacobian=kind.stiff)
        return lane_source(equations, kind.precision, jacobian=kind.stiff)

    printed = Printed(structure.digest, "loligo.lanes.equations", text)
    if kind.directions.count:
        printed = Printed(f"{structure.digest}|{kind.directions!r}", "loligo.lanes.augmented", text)
    names = _names(_sizes(structure, kind), kind) | {
        "loligo.lanes.dimension.HOLDING": kind.holding,
        "loligo.lanes.example": printed,
    }
    main = "loligo.lanes.stiff_membrane" if kind.stiff else "loligo.lanes.membrane"
    return instantiate(main, names, f"{what} for populations")


@lru_cache(maxsize=MOST_KEPT)
def _loop(sizes: tuple[int, int, int, int], kind: Kind, switching: bool) -> Callable[..., Any]:
    """Return the compiled loop, shared by all membranes with the same number of variables of each kind."""
    names = _names(sizes, kind) | {"loligo.lanes.dimension.SWITCHING": switching}
    if kind.stiff:
        names["loligo.lanes.explicit"] = Module("loligo.lanes.stiff")
    method = f"the {'implicit' if kind.stiff else 'explicit'} method"
    what = f"{method} for populations with {sizes[0]} variables"
    loop: Callable[..., Any] = instantiate("loligo.lanes.loop", names, what).run
    return loop

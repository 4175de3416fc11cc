"""The registry of methods, and the compiled program of each for a number of variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from numpy import float64
from numpy.typing import NDArray

from loligo._errors import unknown_name
from loligo.integrate import dop853, rodas5p, tsit5
from loligo.integrate.tableau import Tableau
from loligo.kernel.programs import Module, instantiate


@dataclass(frozen=True, eq=False)
class Method:
    """A time-stepping method.

    Attributes
    ----------
    name : str
        The value of ``method=``.
    step : str
        The module of this room with one step of the method.
    tableau : Tableau
        The checked coefficients of the method.
    table : array
        The same coefficients in rows, in the layout that a step of the method reads.
    """

    name: str
    step: str
    tableau: Tableau
    table: NDArray[float64]

    @property
    def implicit(self) -> bool:
        """Whether the method needs the Jacobian (and can take long steps in spite of fast gates)."""
        return self.tableau.implicit is not None

    @property
    def order(self) -> int:
        """Order of the step."""
        return self.tableau.order


METHODS: Final = {
    method.name: method
    for method in (
        Method("explicit", "explicit", dop853.TABLEAU, dop853.TABLE),
        Method("explicit5", "explicit5", tsit5.TABLEAU, tsit5.TABLE),
        Method("rosenbrock", "rosenbrock", rodas5p.TABLEAU, rodas5p.TABLE),
    )
}


def method_named(name: str) -> Method:
    """Return a method of the registry.

    Raises
    ------
    UnknownNameError
        The method does not exist; the message lists all methods.
    """
    if not isinstance(name, str) or name not in METHODS:
        raise unknown_name("method ('auto' chooses)", name, METHODS)
    return METHODS[name]


@lru_cache(maxsize=64)
def program(
    method: Method, variables: int, *, switching: bool = False, potentials: int = 1, own: int = 0, first: int = 0
) -> Callable[..., Any]:
    """Return the compiled ``run`` of `loligo.integrate.loop` for a method and a number of variables.

    ``potentials`` is the number of potentials, the first of the variables. With ``switching`` the program is for
    membranes with switches; then ``own`` is the number of the membrane's own variables, whose derivatives, if any,
    begin at ``first``.
    """
    names: dict[str, Any] = {
        "loligo.integrate.dimension.N": variables,
        "loligo.integrate.dimension.SWITCHING": switching,
        "loligo.integrate.dimension.POTENTIALS": potentials,
        "loligo.integrate.explicit": Module(f"loligo.integrate.{method.step}"),
    }
    if switching and own:
        names["loligo.integrate.jumps"] = Module("loligo.integrate.variational_jumps")
        names["loligo.integrate.variational_jumps.OWN"] = own
        names["loligo.integrate.variational_jumps.FIRST"] = first
    what = f"the {method.name} method for {variables} variables{' and switches' if switching else ''}"
    run: Callable[..., Any] = instantiate("loligo.integrate.loop", names, what).run
    return run

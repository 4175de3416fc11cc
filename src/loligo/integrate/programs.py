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
from loligo.kernel.programs import Module, instantiate


@dataclass(frozen=True, eq=False)
class Method:
    """A time-stepping method.

    Attributes
    ----------
    name : str
        The word for ``method=``.
    text : str
        The module of this room that holds one step of it.
    table : array
        Its coefficients.
    implicit : bool
        Whether it needs the Jacobian (and does not mind fast gates).
    order : int
        Of the step.
    """

    name: str
    text: str
    table: NDArray[float64]
    implicit: bool
    order: int


METHODS: Final = {
    method.name: method
    for method in (
        Method("explicit", text="explicit", table=dop853.TABLE, implicit=False, order=8),
        Method("explicit5", text="explicit5", table=tsit5.TABLE, implicit=False, order=5),
        Method("rosenbrock", text="rosenbrock", table=rodas5p.TABLE, implicit=True, order=5),
    )
}


def method_named(name: str) -> Method:
    """Return a method of the registry.

    Raises
    ------
    UnknownNameError
        There is none of that name; the message names them all.
    """
    if not isinstance(name, str) or name not in METHODS:
        raise unknown_name("method ('auto' chooses)", name, METHODS)
    return METHODS[name]


@lru_cache(maxsize=64)
def program(method: Method, variables: int, *, switching: bool = False) -> Callable[..., Any]:
    """Return the compiled ``run`` of `loligo.integrate.loop` for a method and a number of variables.

    With ``switching`` it is for membranes with switches.
    """
    names = {
        "loligo.integrate.dimension.N": variables,
        "loligo.integrate.dimension.SWITCHING": switching,
        "loligo.integrate.explicit": Module(f"loligo.integrate.{method.text}"),
    }
    what = f"the {method.name} method for {variables} variables{' and switches' if switching else ''}"
    run: Callable[..., Any] = instantiate("loligo.integrate.loop", names, what).run
    return run

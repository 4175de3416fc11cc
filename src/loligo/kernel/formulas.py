"""From a formula's text to an expression that is real, finite and accurate, or an error that says why it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from loligo._errors import LoligoError, ModelError
from loligo.kernel.holes import without_holes
from loligo.kernel.logistics import bounded_everywhere
from loligo.kernel.symbolic import symbolic

NOT_REAL = (sp.I, sp.zoo, sp.oo, -sp.oo, sp.nan)


def formula(text: str, where: str, meaning: Mapping[str, sp.Expr] | None = None) -> sp.Expr:
    """Return a formula as a SymPy expression without holes.

    Parameters
    ----------
    text : str
        Formula in the notation of `loligo.membrane.expression`.
    where : str
        Name of the formula for messages: ``"alpha of gate 'm'"``.
    meaning : mapping, optional
        Expressions that replace names.

    Raises
    ------
    ModelError
        The formula is not a real number, or this cannot be decided symbolically.

    Examples
    --------
    >>> formula("0.1*(v + 40)/(1 - exp(-(v + 40)/10))", "alpha of gate 'm'")
    exprelr(0, -v/10 - 4)
    """
    return _real(lambda: without_holes(symbolic(text, meaning)), where)


def literal(text: str, where: str, meaning: Mapping[str, sp.Expr] | None = None) -> sp.Expr:
    """Return a formula as written, with its holes; arguments and errors are those of `formula`."""
    return _real(lambda: symbolic(text, meaning), where)


def derivative(expr: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """Return the derivative of an expression, without ratios of exponentials that overflow.

    Raises
    ------
    ModelError
        The derivative cannot be computed.
    """
    return _real(lambda: bounded_everywhere(sp.diff(expr, x)), f"the derivative in {x} of {str(expr)[:120]}")


def _real(made: Callable[[], sp.Expr], where: str) -> sp.Expr:
    with _decided(where):
        expr = made()
        roots = (p for p in expr.atoms(sp.Pow) if p.base.is_number and p.base.is_negative and not p.exp.is_integer)
        if expr.has(*NOT_REAL, sp.Derivative, sp.Subs, sp.re, sp.im, sp.arg) or any(roots):
            raise ModelError(
                f"{where} is not a finite real number: it divides by zero, or takes a root or a power that is not "
                "real. Write it so that it has a value at every v."
            )
        return expr


@contextmanager
def _decided(where: str) -> Iterator[None]:
    """Turn an error of SymPy into a message."""
    try:
        yield
    except LoligoError:
        raise
    except (
        ArithmeticError,
        AttributeError,
        BasePolynomialError,
        LookupError,
        NotImplementedError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise ModelError(
            f"It cannot be decided whether {where} is a finite real number at every v ({error}). "
            "Write the formula in a simpler form."
        ) from error

"""The primitive with which rates are written without holes: ``x/(exp(x) - 1)`` and its derivatives."""

from __future__ import annotations

import sympy as sp


class exprelr(sp.Function):  # noqa: N801
    """``exprelr(k, x)``: the k-th derivative of ``x/(exp(x) - 1)``, which is 1 at x = 0 for k = 0."""

    nargs = 2

    @classmethod
    def eval(cls, order: sp.Expr, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at zero: the k-th derivative there is the Bernoulli number with B1 = -1/2."""
        if x.is_zero:
            return -sp.Rational(1, 2) if order == 1 else sp.bernoulli(order)
        return None

    def fdiff(self, argindex: int = 2) -> sp.Expr:  # noqa: ARG002
        """Return the derivative with respect to x."""
        return exprelr(self.args[0] + 1, self.args[1])

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[1].is_extended_real

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_zero and self.args[1].is_real else None


def bernoulli(x: sp.Expr) -> sp.Expr:
    """Return ``x/(exp(x) - 1)`` without the hole."""
    return exprelr(0, x)

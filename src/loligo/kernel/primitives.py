"""Functions that printed kernels call: small, inlined by the compiler, accurate everywhere."""

from __future__ import annotations

from loligo.kernel.entries import inlined

# x/(exp(x) - 1) = sum of B_k x^k / k! with the Bernoulli numbers B_k; below |x| = 1/4 ten terms are exact
_NEAR = 0.25
_C2, _C4, _C6, _C8, _C10 = 1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160
_C12 = -691 / 1307674368000


@inlined
def exprelr0(x: float, exp_x: float) -> float:
    """Return ``x/(exp(x) - 1)``, which is 1 at x = 0; the caller gives exp(x)."""
    if abs(x) < _NEAR:
        s = x * x
        return 1.0 - 0.5 * x + s * (_C2 + s * (_C4 + s * (_C6 + s * (_C8 + s * _C10))))
    return x / (exp_x - 1.0)


@inlined
def exprelr1(x: float, exp_x: float) -> float:
    """Return the derivative of ``x/(exp(x) - 1)``, which is -1/2 at x = 0."""
    if abs(x) < _NEAR:
        s = x * x
        return -0.5 + x * (2 * _C2 + s * (4 * _C4 + s * (6 * _C6 + s * (8 * _C8 + s * (10 * _C10)))))
    ratio = x / (exp_x - 1.0)
    return ratio * (1.0 - x - ratio) / x


@inlined
def exprelr2(x: float, exp_x: float) -> float:
    """Return the second derivative of ``x/(exp(x) - 1)``, which is 1/6 at x = 0."""
    if abs(x) < _NEAR:
        s = x * x
        return 2 * _C2 + s * (12 * _C4 + s * (30 * _C6 + s * (56 * _C8 + s * (90 * _C10 + s * (132 * _C12)))))
    ratio = x / (exp_x - 1.0)
    above = ratio + x if x > 0.0 else ratio * exp_x  # the same value, without cancellation
    return ratio * above * (2.0 * ratio + x - 2.0) / (x * x)


@inlined
def side(mode: float, x: float) -> float:
    """Return x if the mode is 0, else the mode; the sign of the result selects the branch."""
    return x if mode == 0.0 else mode

"""Whether a Hopf bifurcation is supercritical: the first Lyapunov coefficient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.dynamics.derivatives import Forms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import Equations


def oscillation(jacobian: NDArray[np.float64]) -> tuple[complex, NDArray[np.complex128]]:
    """Return the complex eigenvalue nearest the imaginary axis, with positive frequency, and its eigenvector."""
    values, vectors = np.linalg.eig(jacobian)
    oscillating = np.flatnonzero(values.imag > 0)
    k = oscillating[np.argmin(np.abs(values[oscillating].real))]
    return complex(values[k]), vectors[:, k]


def sorted_eigenvalues(jacobian: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the eigenvalues, the largest real part first."""
    values = np.linalg.eigvals(jacobian).astype(complex)
    return values[np.argsort(-values.real, kind="stable")]


def lyapunov_coefficient(system: Equations, z: NDArray[np.float64], p: Any) -> float:
    """Return the slope of an oscillation's growth rate over its squared amplitude [1/(ms mV²)].

    At the Hopf bifurcation an oscillation ``v = A cos(omega t)`` grows as ``dA/dt = l A³``: cycles are born
    unstable (subcritical) where l is positive, stable (supercritical) where it is negative.

    ``l = Re <p, C(q, q, q*) - 2 B(q, B(q, q*)/A) + B(q*, B(q, q)/(2 i omega - A))>/2`` with A the Jacobian,
    B and C the derivatives of second and third order, q the eigenvector with ``q_v = 1/2``, p its adjoint with
    ``<p, q> = 1``.

    Source
    ------
    Kuznetsov YA (2004) Elements of applied bifurcation theory, 3rd ed., Springer, equation 5.34,
    doi:10.1007/978-1-4757-3978-7.
    """
    state = system.state(z, p)
    A = system.jacobians(z[None], p)[0] * (system.scale[:, None] / system.scale)
    eigenvalue, vector = oscillation(A)
    q: NDArray[Any]
    q = np.asarray(vector * (0.5 / vector[0]))
    values, vectors = np.linalg.eig(A.T)
    adjoint = vectors[:, np.argmin(np.abs(values - eigenvalue))]
    adjoint = adjoint / (adjoint @ q)
    forms = Forms(system.membrane, state, system.parameters_at(p), system.level_set(p))
    shifted = 2j * eigenvalue.imag * np.eye(len(A)) - A
    around = np.linalg.solve(A, forms.quadratic(q, q.conj()))
    double = np.linalg.solve(shifted, forms.quadratic(q, q))
    total = forms.cubic(q) - 2 * forms.quadratic(q, around) + forms.quadratic(q.conj(), double)
    return float((adjoint @ total).real / 2)

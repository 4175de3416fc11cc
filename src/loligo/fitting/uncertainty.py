"""The uncertainty of parameters: covariances, unidentified combinations, tests of residuals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

SINGULAR: Final = 1e-14  # relative to the largest eigenvalue: smaller ones are rounding
UNTOLD: Final = 1e3  # standard deviation of unidentified combinations, in widths of the box
LEAST_BLOCKS: Final = 20
MOST_LAGS: Final = 200
UNKNOWN: Final = 0.5  # widths of the box: a larger standard deviation means not identified
SMALL_PART: Final = 0.1  # entries of a combination that are smaller are not reported
ALONE: Final = 0.1  # of the largest standard deviation: a coordinate with more, all others fixed, is unidentified
SAME_VALUE: Final = 1e-9  # relative to the range of a trace: closer values differ only by rounding


def told(curvature: Vector, most: float = math.inf) -> tuple[Vector, Vector]:
    """Return the inverse of a curvature in identified directions, and the unidentified directions.

    Parameters
    ----------
    curvature : array (n, n)
        Half the second derivative of a sum of squares.
    most : float
        A direction with a larger standard deviation counts as one without curvature, since rounding may give it some.
        So does a coordinate whose standard deviation, with the others fixed, exceeds a tenth of ``most``.

    Returns
    -------
    inverse : array (n, n)
        The inverse, which is zero along directions without curvature.
    untold : array (n, k)
        These directions in reduced form: the largest entry of each is 1, where the others are 0.
    """
    empty = np.diag(curvature) < (ALONE * most) ** -2
    curvature = np.where(empty | empty[:, np.newaxis], 0.0, curvature)
    scale = np.sqrt(np.where(np.diag(curvature) > 0.0, np.diag(curvature), 1.0))
    values, vectors = np.linalg.eigh(curvature / np.outer(scale, scale))
    known = values > max(SINGULAR * float(values.max(initial=0.0)), np.finfo(float).tiny)
    own = vectors / scale[:, np.newaxis]
    known &= np.linalg.norm(own, axis=0) / most < np.sqrt(np.where(known, values, 0.0))
    inverse = (own[:, known] / values[known]) @ own[:, known].T
    untold = own[:, ~known]
    for j in range(untold.shape[1]):
        untold[:, j] /= np.linalg.norm(untold[:, j])
        k = int(np.argmax(np.abs(untold[:, j])))
        untold[:, j] /= untold[k, j]
        others = np.arange(untold.shape[1]) != j
        untold[:, others] -= np.outer(untold[:, j], untold[k, others])
    return np.asarray(inverse), np.asarray(untold)


def combinations(known: Vector, untold: Vector, names: Sequence[str]) -> list[dict[str, float]]:
    """Return the combinations of parameters that are not identified; the largest part of each is 1.

    Parameters
    ----------
    known : array (n, n)
        The covariance in identified directions, in widths of the box.
    untold : array (n, k)
        The other directions.
    names : sequence of str
    """
    basis, _ = np.linalg.qr(untold)
    beside = np.eye(len(known)) - basis @ basis.T  # so that no direction is named twice
    variances, vectors = np.linalg.eigh(beside @ known @ beside)
    found = []
    for direction in [*untold.T, *vectors.T[variances >= UNKNOWN**2][::-1]]:
        parts = (direction / direction[np.argmax(np.abs(direction))]).tolist()
        found.append({name: part for name, part in zip(names, parts, strict=True) if abs(part) >= SMALL_PART})
    return found


def clustered(parts: Sequence[tuple[Vector, Vector]], inverse: Vector) -> Vector:
    """Return the covariance of the parameters for correlated residuals.

    Scores are summed over blocks of the square root of the number of samples, which includes all shorter correlations
    (White 1980, doi:10.2307/1912934, with blocks instead of samples).

    Parameters
    ----------
    parts : sequence of (array (samples,), array (samples, n))
        Residuals divided by their noise, and their derivatives, sweep by sweep.
    inverse : array (n, n)
        The inverse of half the curvature of the sum of squares.
    """
    total = sum(len(misfit) for misfit, _ in parts)
    length = max(1, int(math.sqrt(total)))
    middle, blocks = np.zeros_like(inverse), 0
    for misfit, jacobian in parts:
        edges = np.arange(0, len(misfit), min(length, max(1, len(misfit) // LEAST_BLOCKS)))
        scores = np.add.reduceat(jacobian * misfit[:, np.newaxis], edges, axis=0)
        middle += scores.T @ scores
        blocks += len(edges)
    return np.asarray(inverse @ middle @ inverse * (blocks / max(blocks - len(inverse), 1)))


def autocorrelation(residuals: Vector, lags: int = MOST_LAGS) -> Vector:
    """Return the correlation of residuals with those 0, 1, ... samples later, shape (at most lags + 1,)."""
    centred = residuals - residuals.mean()
    size = 1 << (2 * len(centred) - 1).bit_length()
    spectrum = np.fft.rfft(centred, size)
    found = np.fft.irfft(spectrum * spectrum.conj(), size)[: min(lags + 1, len(centred))]
    return np.asarray(found / found[0] if found[0] > 0 else np.r_[1.0, found[1:]])


def correlation_length(residuals: Vector) -> float:
    """Return the correlation length of residuals, in samples: 1 if they are independent.

    Twice the sum of the autocorrelation up to its first negative value, minus 1 (Geyer 1992,
    doi:10.1214/ss/1177011137).
    """
    found = autocorrelation(residuals, len(residuals) // 4)
    below = np.flatnonzero(found < 0.0)
    return max(1.0, float(2.0 * found[: below[0] if below.size else None].sum() - 1.0))


def runs_test(residuals: Vector) -> float:
    """Return the probability of this few, or this many, sign changes of independent residuals.

    Wald and Wolfowitz 1940, doi:10.1214/aoms/1177731909, in its normal limit.
    """
    positive = residuals > np.median(residuals)
    n, above = len(residuals), int(positive.sum())
    below = n - above
    if not (above and below) or n < 3:
        return 1.0
    runs = 1 + int((positive[1:] != positive[:-1]).sum())
    mean = 2.0 * above * below / n + 1.0
    variance = (mean - 1.0) * (mean - 2.0) / (n - 1.0)
    return float(math.erfc(abs(runs - mean) / math.sqrt(2.0 * variance))) if variance > 0 else 1.0


def measured_noise(trace: Vector) -> float:
    """Return the standard deviation of the noise of a trace, from differences of neighbours; 0 if there is none.

    Second differences remove linear trends, and their median is not affected by steps (Gasser, Sroka and
    Jennen-Steinmetz 1986, doi:10.1093/biomet/73.3.625). If values are multiples of a step of an A/D converter, the
    noise is at least that of rounding.
    """
    if len(trace) < 3:
        return 0.0
    differences = trace[2:] - 2.0 * trace[1:-1] + trace[:-2]
    gaps = np.diff(np.sort(trace))
    gaps = gaps[gaps > SAME_VALUE * np.ptp(trace)]
    rounding = float(gaps.min()) / math.sqrt(12.0) if gaps.size and np.ptp(trace) > gaps.min() else 0.0
    return max(float(np.median(np.abs(differences)) / 0.6744897501960817 / math.sqrt(6.0)), rounding)


def propagated(slopes: Vector, covariance: Vector) -> float:
    """Return the standard error of what has these derivatives with respect to the values, to first order."""
    return math.sqrt(max(float(slopes @ covariance @ slopes), 0.0))

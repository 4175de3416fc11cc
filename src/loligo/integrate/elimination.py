"""Linear systems of any size inside compiled code: elimination with partial pivoting, in place, row by row."""

from __future__ import annotations

from loligo.kernel.calling import Pointer
from loligo.kernel.entries import inlined


@inlined
def factorised(matrix: Pointer, pivots: Pointer, n: int) -> bool:
    """Factorise a matrix of n rows; return whether it is regular and finite."""
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(matrix[n * i + k]) > abs(matrix[n * pivot + k]):
                pivot = i
        pivots[k] = pivot
        if not abs(matrix[n * pivot + k]) > 0.0:
            return False
        if pivot != k:
            for j in range(n):
                matrix[n * k + j], matrix[n * pivot + j] = matrix[n * pivot + j], matrix[n * k + j]
        for i in range(k + 1, n):
            share = matrix[n * i + k] / matrix[n * k + k]
            matrix[n * i + k] = share
            if share != 0.0:
                for j in range(k + 1, n):
                    matrix[n * i + j] -= share * matrix[n * k + j]
    return True


@inlined
def solve(matrix: Pointer, pivots: Pointer, n: int, x: Pointer) -> None:
    """Replace the right-hand side ``x`` by the solution, using the factors from `factorised`."""
    for k in range(n):
        pivot = int(pivots[k])
        x[k], x[pivot] = x[pivot], x[k]
    for i in range(n):
        value = x[i]
        for j in range(i):
            value -= matrix[n * i + j] * x[j]
        x[i] = value
    for i in range(n - 1, -1, -1):
        value = x[i]
        for j in range(i + 1, n):
            value -= matrix[n * i + j] * x[j]
        x[i] = value / matrix[n * i + i]

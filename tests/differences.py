"""Derivatives by central differences, extrapolated: the other route to every derivative."""

from itertools import pairwise

import numpy as np


def extrapolated(function, x, step, levels=4):
    """Return the derivative of a function at x, from steps that are halved (Richardson)."""
    found = []
    for k in range(levels):
        h = step / 2**k
        found.append((np.asarray(function(x + h)) - np.asarray(function(x - h))) / (2 * h))
    for j in range(1, levels):
        found = [(4**j * fine - coarse) / (4**j - 1) for coarse, fine in pairwise(found)]
    return found[0]


def largest_share(found, reference):
    """Return the largest difference of each column, as a share of the largest reference in it."""
    return (np.abs(found - reference).max(axis=0) / np.maximum(np.abs(reference).max(axis=0), 1e-12)).max()

"""A tableau is refused unless every condition of its order holds, of its error estimates and of its dense output."""

import dataclasses

import numpy as np
import pytest

from loligo.integrate import METHODS
from loligo.integrate.tableau import Estimate, Tableau, trees


def bogacki_shampine():
    """Return the tableau of a method of few stages, whose dense output, Hermite's, is of the order of the step."""
    thirds, half = np.array([2 / 9, 1 / 3, 4 / 9, 0.0]), np.array([7 / 24, 1 / 4, 1 / 3, 1 / 8])
    first, last = np.eye(4)[[0, 3]]
    stages = np.array([[0.0] * 4, [0.5, 0.0, 0.0, 0.0], [0.0, 0.75, 0.0, 0.0], thirds])

    def dense(x):
        return x * thirds + x * (x - 1) * ((1 - 2 * x) * thirds + (x - 1) * first + x * last)

    return Tableau(3, stages, thirds, np.array([0.0, 0.5, 0.75, 1.0]), (Estimate(thirds - half, 2),), dense, 3)


TABLEAUX = {name: method.tableau for name, method in METHODS.items()} | {"Bogacki-Shampine": bogacki_shampine()}


def test_trees_have_their_densities():
    # Hairer, Norsett & Wanner, table II.2.1: three leaves, a stem beside a leaf, a fork on a stem, the tall one
    assert sorted(tree.density for tree in trees(4) if tree.nodes == 4) == [4, 8, 12, 24]


@pytest.mark.parametrize("name", TABLEAUX)
def test_no_method_is_of_a_higher_order_than_it_says(name):
    tableau = TABLEAUX[name]
    with pytest.raises(ValueError, match=f"the step is not of order {tableau.order + 1}"):
        dataclasses.replace(tableau, order=tableau.order + 1)
    with pytest.raises(ValueError, match=r"dense output (at 0\.2 is not|cannot be) of order"):
        dataclasses.replace(tableau, dense_order=tableau.dense_order + 1)
    for k, (weights, order) in enumerate(tableau.estimates):
        if order < tableau.order:
            changed = list(tableau.estimates)
            changed[k] = Estimate(weights, order + 1)
            with pytest.raises(ValueError, match=f"error estimate {k} is not of order {order + 1}"):
                dataclasses.replace(tableau, estimates=tuple(changed))


@pytest.mark.parametrize("name", TABLEAUX)
def test_no_part_is_of_a_higher_order_than_the_step(name):
    tableau = TABLEAUX[name]
    higher = tableau.order + 1
    with pytest.raises(ValueError, match=f"the dense output cannot be of order {higher}, above the order {higher - 1}"):
        dataclasses.replace(tableau, dense_order=higher)
    changed = (tableau.estimates[0]._replace(order=higher), *tableau.estimates[1:])
    with pytest.raises(ValueError, match=f"error estimate 0 cannot be of order {higher}"):
        dataclasses.replace(tableau, estimates=changed)


@pytest.mark.parametrize("name", TABLEAUX)
@pytest.mark.parametrize("part", ["stages", "weights", "times"])
def test_a_slip_in_the_eighth_digit_is_found(name, part):
    tableau, found = TABLEAUX[name], 0
    numbers = getattr(tableau, part)
    for place in zip(*np.nonzero(np.abs(numbers) > 1e-4), strict=True):
        slipped = numbers.copy()
        slipped[place] *= 1.0 + 1e-7
        with pytest.raises(ValueError, match=r"of their weights|is not of order"):
            dataclasses.replace(tableau, **{part: slipped})
        found += 1
    assert found > 0


def test_classical_methods_have_their_orders():
    def without_estimates(stages, weights, order):
        stages, weights = np.array(stages, float), np.array(weights, float)
        times = stages.sum(axis=1)
        return Tableau(order, stages, weights, times, (), lambda theta: np.eye(len(weights))[0] * theta, 1)

    four = [[0, 0, 0, 0], [0.5, 0, 0, 0], [0, 0.5, 0, 0], [0, 0, 1, 0]], [1 / 6, 1 / 3, 1 / 3, 1 / 6]
    assert without_estimates(*four, 4).order == 4
    with pytest.raises(ValueError, match="a condition of order 5 misses"):
        without_estimates(*four, 5)
    assert without_estimates([[0, 0], [0.5, 0]], [0, 1], 2).order == 2
    with pytest.raises(ValueError, match="a condition of order 3 misses"):
        without_estimates([[0, 0], [0.5, 0]], [0, 1], 3)

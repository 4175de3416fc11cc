"""Members that are not told where to start begin at what `loligo.rest` says of them, where there are several, too.

Lanes look for it in their own way (`lanes/rest`); `loligo.rest` uses the eigenvalues of NumPy.
"""

import numpy as np
import pytest

import loligo as lo

MEMBERS = 120
GATED = [name for name in lo.models.MODELS if not lo.models.named(name).states]


def begins(membrane, precision="double", **columns):
    """Return where members are after a thousandth of a millisecond."""
    population = lo.Population.table(membrane, columns)
    table = population.run(
        lo.Step(0.0, start=0, stop=1e-3), 2e-3, features=["minimum_voltage"], precision=precision, progress=False
    )
    assert (table.status == "ok").all()
    return table.minimum_voltage.to_numpy()


def rests(membrane, **columns):
    return [
        lo.rest(membrane.replace(**dict(zip(columns, numbers, strict=True))))
        for numbers in zip(*(values.tolist() for values in columns.values()), strict=True)
    ]


def assert_begun(found, rests, within=1e-6):
    """Members begin at a stable rest, and a tenth of the scale of v, 1 mV, above one that is not."""
    stable = np.array([rest.stable for rest in rests])
    expected = np.array([rest.v for rest in rests]) + np.where(stable, 0.0, 1.0)
    np.testing.assert_allclose(found[stable], expected[stable], rtol=0, atol=within)
    np.testing.assert_allclose(found[~stable], expected[~stable], rtol=0, atol=0.05)  # it has moved in 1 µs


@pytest.mark.parametrize("name", GATED)
def test_members_begin_at_the_lowest_stable_equilibrium(name):
    membrane, rng = lo.models.named(name), np.random.default_rng(1)
    columns = {}
    for number, parameter in membrane.parameters.items():
        if number.startswith("g_"):
            columns[number] = parameter.value * np.exp(rng.uniform(-1.5, 1.5, MEMBERS))
        elif number.startswith("E_"):
            columns[number] = parameter.value + rng.uniform(-15.0, 15.0, MEMBERS)
    expected = rests(membrane, **columns)
    assert sum(len(rest.others) > 0 for rest in expected) > 1, "some should have several"
    assert_begun(begins(membrane, **columns), expected)


SQUID = lo.models.squid()
PERSISTENT = lo.Gate("p", inf="1/(1 + exp((70 - v)/2))", instantaneous=True)
TWO = lo.Membrane(*SQUID.channels, lo.Channel("P", g=30.0, E=115.0, open=PERSISTENT), name="squid that may rest high")


@pytest.mark.parametrize(("precision", "within"), [("double", 1e-6), ("single", 0.02)])
def test_an_equilibrium_that_does_not_last_is_passed_over(precision, within):
    columns = {"g_K": np.array([36.0, 36.0, 15.0, 15.0, 15.0]), "g_P": np.array([0.0, 30.0, 0.0, 30.0, 100.0])}
    expected = rests(TWO, **columns)
    assert [rest.stable for rest in expected] == [True, True, False, True, True]
    assert [rest.v > 70.0 for rest in expected] == [False, False, False, True, True]  # above one that does not last
    assert_begun(begins(TWO, precision, **columns), expected, within)


def test_two_equilibria_nearer_than_a_millivolt_are_seen():
    membrane = lo.models.wang_buzsaki()
    low, high = -64.0, -60.0  # of E_leak, where there are three equilibria and where one is left
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if lo.rest(membrane.replace(E_leak=middle)).others else (low, middle)
    columns = {"E_leak": np.array([low - 1e-2, low - 1e-3, low - 1e-4, high])}
    expected = rests(membrane, **columns)
    assert [len(rest.others) for rest in expected] == [2, 2, 2, 0]
    assert expected[-1].v - expected[-2].v > 20.0
    assert_begun(begins(membrane, **columns), expected)

"""Potassium as five states equals n**4 and sodium as eight equals m**3 h, to 1e-9, in every kind of run."""

import numpy as np
import pytest

import loligo as lo
from reference.schemes import squid

GATES, SCHEMES = lo.models.squid(), squid()
OPEN = {"K_n4": lambda run: run["n"] ** 4, "Na_m3h1": lambda run: run["m"] ** 3 * run["h"]}


def agree(run, other, error=1e-9):
    for name, product in OPEN.items():
        assert np.abs(run[name] - product(other)).max() < error
    assert np.abs(sum(run[f"K_n{k}"] for k in range(5)) - 1.0).max() < 1e-15


def test_rest():
    rest, other = lo.rest(SCHEMES), lo.rest(GATES)
    assert abs(rest.v - other.v) < 1e-12
    assert abs(rest["K_n4"] - other["n"] ** 4) < 1e-14
    assert abs(rest["Na_m0h0"] - (1 - other["m"]) ** 3 * (1 - other["h"])) < 1e-14
    assert rest.stable
    assert np.abs(rest.eigenvalues[:, None] - other.eigenvalues).min(axis=0).max() < 1e-9  # and those of the schemes


def test_unstable_rest():
    assert not lo.rest(SCHEMES, 20.0).stable
    assert abs(lo.rest(SCHEMES, 20.0).v - lo.rest(GATES, 20.0).v) < 1e-12


@pytest.mark.parametrize("method", ["explicit", pytest.param("rosenbrock", marks=pytest.mark.slow)])
def test_current_clamp(method):
    step = lo.Step(10.0, start=1, stop=25)
    run = lo.simulate(SCHEMES, step, 30, tolerance=1e-12, method=method)
    other = lo.simulate(GATES, step, 30, tolerance=1e-12)
    assert run.spikes.size == other.spikes.size == 2
    assert np.abs(run.spikes - other.spikes).max() < 1e-9
    agree(run, other)


@pytest.mark.parametrize(
    "command",
    [
        lo.Step(60, start=1, stop=9),
        lo.Step(60, start=1, stop=9) + lo.Step(-90, start=4, stop=6),
        lo.Ramp(40, start=2, stop=8) + lo.Sine(10, frequency=0.3, start=3, stop=15),
        lo.Samples(30.0 * np.random.default_rng(1).standard_normal(200), dt=0.05),
        lo.Pulses(50.0, 0.5 + 0.05 * np.arange(300), width=0.02),
    ],
    ids=["step", "steps", "ramp and sine", "recorded", "600 edges"],
)
def test_voltage_clamp(command):
    agree(*(lo.voltage_clamp(membrane, command, 20, holding=-5.0) for membrane in (SCHEMES, GATES)))


def test_steps_of_a_voltage_clamp_are_exact():
    run = lo.voltage_clamp(SCHEMES, lo.Step(60, start=1, stop=9), 20)
    agree(run, lo.voltage_clamp(GATES, lo.Step(60, start=1, stop=9), 20), 1e-14)
    assert run.settings.tolerance == 0.0


def test_threshold():
    pulse = lo.Step(1.0, stop=1.0)
    found, other = (lo.threshold(membrane, pulse, resolution=1e-9) for membrane in (SCHEMES, GATES))
    assert abs(found.value - other.value) < 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
def test_lanes(method):
    values = {"g_Na": np.linspace(100, 140, 5), "amplitude": [7.0, 12.0], "celsius": [6.3, 10.0]}
    step = lo.Step(1.0, start=1, stop=40)
    tables = [
        lo.Population(membrane, **values).run(step, 45, spike_times=20, tolerance=1e-9, method=method)
        for membrane in (SCHEMES, GATES)
    ]
    for one, other in zip(*(table.spike_times for table in tables), strict=True):
        assert len(one) == len(other)
        assert np.abs(np.subtract(one, other)).max(initial=0.0) < (2e-9 if method == "explicit" else 1e-7)


@pytest.mark.slow
def test_bifurcations():
    found, other = (lo.bifurcation(membrane, "I", (0, 200)) for membrane in (SCHEMES, GATES))
    assert [point.kind for point in found.points] == [point.kind for point in other.points]
    for one, two in zip(found.points, other.points, strict=True):
        assert abs(one.value - two.value) <= 2 * (one.error + two.error) + 1e-9


def test_phase_plane():
    plane = lo.phase_plane(SCHEMES, "v", "K_n4", others="steady")
    assert abs(plane.equilibria[0].x - lo.rest(GATES).v) < 1e-9
    assert abs(plane.equilibria[0].y - lo.rest(GATES)["n"] ** 4) < 1e-12

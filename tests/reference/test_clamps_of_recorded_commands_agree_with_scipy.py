"""Gates and calcium under random recorded commands are those of SciPy's DOP853 at its tightest, within 1e-9."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from reference.literal import DOUBLES, Literal

DT, HELD, END = 0.05, -62.0, 2.0
MEMBRANES = {
    "squid": lo.models.squid(),
    "connor_stevens": lo.models.connor_stevens(),
    "wang_buzsaki": lo.models.wang_buzsaki(),
    "calcium": lo.models.pospischil("LTS"),
    "calcium and a gate that depends on it": lo.models.stomatogastric(),
    "corners": lo.Membrane(
        lo.Channel("leak", g=0.3, E=-60.0),
        lo.Channel(
            "K", g=1.0, E=-80.0, open=lo.Gate("n", alpha="0.01*abs(v + 60) + 0.1 if v > -55 else 0.2", beta="0.3")
        ),
        name="corners",
    ),
}


def followed(membrane, command, start, times):
    """Integrate the literal equations from knot to knot."""
    literal, pieces = Literal(membrane, DOUBLES), command.joined(END)
    knots = np.unique(np.concatenate([pieces.edges, times]))
    x, found = start, {0.0: start}
    for a, b in pairwise(knots):
        v, slope = HELD + pieces(np.array([a]))[0], pieces.slope[np.searchsorted(pieces.edges, a, side="right") - 1]
        # a corner of the rates is the end of a stretch
        corners = [a + (c - v) / slope for c in (-60.0, -55.0) if slope and 0 < (c - v) / slope < b - a]
        ends = [a, *sorted(corners), b]
        for p, q in pairwise(ends):
            mid = 1e-12 * (q - p)
            run = solve_ivp(
                lambda t, x: literal.slope([v + slope * (min(max(t, p + mid), q - mid) - a), *x])[1:],  # noqa: B023
                (p, q), x, method="DOP853", rtol=3e-14, atol=1e-16,
            )  # fmt: skip
            x = run.y[:, -1]
        found[float(b)] = x
    return np.array([found[float(t)] for t in times])


@pytest.mark.parametrize("spread", [3.0, 25.0])
@pytest.mark.parametrize("name", MEMBRANES)
def test_random_samples(name, spread):
    membrane = MEMBRANES[name]
    random = np.random.default_rng([len(name), int(spread)])
    command = lo.Samples(random.normal(0, spread, 26), dt=DT, start=0.5)
    times = np.sort(random.uniform(0, END, 12))
    run = lo.voltage_clamp(membrane, command, END, holding=HELD, sampling=np.append(0.0, times))
    expected = followed(membrane, command, run.states[0, 1:], times)
    np.testing.assert_allclose(run.states[1:, 1:], expected, rtol=1e-9, atol=1e-9)

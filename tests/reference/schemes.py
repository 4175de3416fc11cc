"""Kinetic schemes that several tests share: the squid's gates written as schemes, and schemes that have no gates."""

import numpy as np

import loligo as lo

N_RATES = {"alpha": "0.01*(10 - v)/(exp((10 - v)/10) - 1)", "beta": "0.125*exp(-v/80)"}
NA_RATES = {
    "a_m": "0.1*(25 - v)/(exp((25 - v)/10) - 1)", "b_m": "4*exp(-v/18)",
    "a_h": "0.07*exp(-v/20)", "b_h": "1/(exp((30 - v)/10) + 1)",
}  # fmt: skip
POTASSIUM = lo.Scheme(
    "K",
    states=["n0", "n1", "n2", "n3", "n4"],
    transitions=[(f"n{k}", f"n{k + 1}", f"{4 - k}*alpha", f"{k + 1}*beta") for k in range(4)],
    open="n4",
    rates=N_RATES,
)
SODIUM = lo.Scheme(
    "Na",
    states=[f"m{m}h{h}" for h in (0, 1) for m in range(4)],
    transitions=[(f"m{m}h{h}", f"m{m + 1}h{h}", f"{3 - m}*a_m", f"{m + 1}*b_m") for h in (0, 1) for m in range(3)]
    + [(f"m{m}h0", f"m{m}h1", "a_h", "b_h") for m in range(4)],
    open="m3h1",
    rates=NA_RATES,
)
# a ring that turns one way, so that no steady state is an equilibrium; two states conduct, one of them partly
RING = lo.Scheme(
    "R",
    states=["C1", "C2", "O1", "O2", "I"],
    transitions=[
        ("C1", "C2", "a", "0.4"), ("C2", "O1", "2*a", "0.1*exp(-v/30)"), ("O1", "O2", "k", 0.7), ("O1", "I", "0.5"),
        ("I", "C1", "0.05 + 0.3*exp(-v/40)"), ("C2", "I", "0.02", "0.001"),
    ],
    open={"O1": 1, "O2": 0.25},
    rates={"a": "0.8*exp(v/25)"},
)  # fmt: skip


def squid():
    """Return the squid's membrane with sodium and potassium channels as kinetic schemes."""
    own = lo.models.squid()
    leak = own.parts[2]
    return lo.Membrane(
        lo.Channel("Na", g=own["g_Na"], E=own["E_Na"], open=SODIUM),
        lo.Channel("K", g=own["g_K"], E=own["E_K"], open=POTASSIUM),
        leak,
        C=own.C, celsius=own.celsius, reference_celsius=own.reference_celsius, q10=own.q10,
        spike_level=own.spike_level, name="squid in schemes",
    )  # fmt: skip


def ring(g=2.0):
    """Return a membrane whose one gated channel has no detailed balance."""
    return lo.Membrane(
        lo.Channel("R", g=g, E=40, open=RING), lo.Channel("leak", g=0.3, E=-60), C=1, constants={"k": 0.9}, name="ring"
    )


def generator(scheme, membrane, v):
    """Return the matrix Q of a scheme at one potential, ``dp/dt = p Q``, from its rates and nothing else of loligo."""
    rates = lo.rates(membrane, np.array([v]))[scheme.name]
    q = np.zeros((len(scheme.states), len(scheme.states)))
    for (a, b), values in rates.ways.items():
        q[scheme.states.index(a), scheme.states.index(b)] = values[0]
    return q - np.diag(q.sum(axis=1))


def random_generator(random, states, spread=3.0):
    """Return the rates of a random connected chain: a ring through all states, and some more ways."""
    order = random.permutation(states)
    q = np.zeros((states, states))
    more = random.random((states, states)) < random.uniform(0.0, 0.6)
    q[more] = 10.0 ** random.uniform(-spread, spread, more.sum())
    q[order, np.roll(order, 1)] = 10.0 ** random.uniform(-spread, spread, states)
    np.fill_diagonal(q, 0.0)
    return q

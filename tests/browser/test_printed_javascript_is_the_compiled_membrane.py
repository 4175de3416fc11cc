"""In a browser, the printed functions of every membrane have the values of the compiled ones, to 1e-12."""

import numpy as np
import pytest

import loligo as lo
from loligo.kernel import compiled
from loligo.lab import OFFERS

HOLES = lo.Membrane(  # 0/0 at 10, 25 and -5 mV, choices, powers, a current that is not ohmic and a further state
    lo.Channel("A", g=2.0, E=50.0, open=lo.Gate("a", alpha="0.1*(25 - v)/(exp((25 - v)/10) - 1)", beta="exp(-v/18)")),
    lo.Channel(
        "B", g=1.0, E="20*log(2/x)",
        open=lo.Gate("b", inf="1/(1 + exp(-(v + 5)/9))**0.5", tau="3 + abs(v)/9", q10=2.3),
    ),
    lo.Current("pump", "(0.3 if v < low else 0.1*cosh(v/90)) + 0.2*(v + 5)/tanh((v + 5)/7)"),
    lo.State("x", "(0.5 - x)/80 - 0.001*I_B", initial=0.5),
    constants={"low": -10.0}, celsius=20.0, reference_celsius=18.0, q10=1.7, name="holes",
)  # fmt: skip
MEMBRANES = {offer.key: offer.membrane() for offer in OFFERS} | {"holes": HOLES}


@pytest.fixture(scope="module")
def printed(engine_page):
    """Return a function that evaluates the printed functions of a membrane, in the page, at rows of states."""
    from loligo.kernel.javascript import PRIMITIVES, javascript

    def evaluate(membrane, names, states, stimulus):
        text = f"(() => {{ {PRIMITIVES} return {javascript(membrane, names)}; }})()"
        return engine_page.evaluate(
            """([text, states, stimulus, p, gates, channels]) => {
              const model = (0, eval)(text);
              const q = Float64Array.from(p);
              return states.map((row) => {
                const y = Float64Array.from(row);
                const out = [row.length, channels, channels, 4 * gates].map((size) => new Float64Array(size));
                model.derivatives(y, stimulus, q, out[0]);
                model.currents(y, q, out[1]);
                model.conductances(y, q, out[2]);
                model.rates(y, q, out[3]);
                return out.map((values) => [...values].map((x) => (Number.isNaN(x) ? null : x)));
              });
            }""",
            [
                text,
                states.tolist(),
                stimulus,
                [membrane[n] for n in names],
                len(membrane.gates),
                len(membrane.channels),
            ],
        )

    return evaluate


def states_of(membrane, seed):
    random = np.random.default_rng(seed)
    states = random.uniform(0.0, 1.0, (200, len(membrane.variables)))
    states[:, 0] = random.uniform(-120.0, 120.0, 200)
    states[:6, 0] = [25.0, 10.0, -5.0, 25.0 + 1e-9, 0.0, -40.0]
    for state in membrane.states:
        states[:, membrane.variables.index(state.name)] = state.initial * random.uniform(0.5, 50.0, 200)
    return states


def close(page, reference, sizes):
    page = np.array(page, dtype=float)
    assert np.array_equal(np.isnan(page), np.isnan(reference))
    error = np.nan_to_num(np.abs(page - reference))
    assert (error <= 1e-12 * np.nan_to_num(np.maximum(sizes, np.abs(reference)))).all()


@pytest.mark.parametrize("key", MEMBRANES)
def test_functions_agree(key, printed, engine_page):
    from loligo.kernel.javascript import parameters_in_use

    membrane = MEMBRANES[key]
    names = parameters_in_use(membrane)
    states = states_of(membrane, seed=7)
    rows = printed(membrane, names, states, 3.5)
    kernel, q = compiled(membrane)
    instantaneous = sum(gate.instantaneous for gate in membrane.gates)
    ohmic = [k for k, c in enumerate(membrane.channels) if isinstance(c, lo.Channel)]
    channels = len(membrane.channels)
    observed = kernel.along(kernel.observe_address, states, q, instantaneous + len(ohmic) + channels)
    currents = observed[:, instantaneous + len(ohmic) :]
    conductances = np.full_like(currents, np.nan)
    conductances[:, ohmic] = observed[:, instantaneous : instantaneous + len(ohmic)]
    slopes = kernel.slopes(3.5, states, q)
    # a sum is as exact as its largest term: dv/dt the currents', a gate's law its rates'
    sizes = np.zeros_like(slopes)
    sizes[:, 0] = (3.5 + np.abs(currents).sum(axis=1)) / membrane.C
    opening, speed = kernel.linear_parts(states, q)
    gates = slice(1, len(membrane.variables) - len(membrane.states))
    sizes[:, gates] = np.maximum(np.abs(opening), np.abs(speed))[:, gates]
    sizes[:, gates.stop :] = np.abs(slopes[:, gates.stop :]) + np.abs(states[:, gates.stop :])
    close([row[0] for row in rows], slopes, sizes)
    close([row[1] for row in rows], currents, np.abs(currents).max(axis=0) * 1e-3)
    close([row[2] for row in rows], conductances, 0.0)
    rates = kernel.along(kernel.rates_address, states, q, 4 * len(membrane.gates))
    sizes = np.zeros((len(states), len(membrane.gates), 4))
    with np.errstate(invalid="ignore"):  # beta is (1 - inf)/tau where a gate is written so: as exact as the larger rate
        sizes[:, :, :2] = np.fmax(rates[:, 0::4], rates[:, 1::4])[:, :, None]
    close([row[3] for row in rows], rates, np.nan_to_num(sizes).reshape(rates.shape))

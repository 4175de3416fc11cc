"""Membranes with conserved sums, each beside the same membrane with one variable fewer, written by hand."""

from collections.abc import Callable
from dataclasses import dataclass

import loligo as lo

ALPHA_N = "0.01*(10 - v)/(exp((10 - v)/10) - 1)"
BETA_N = "0.125*exp(-v/80)"
ALPHA_M = "0.1*(25 - v)/(exp((25 - v)/10) - 1)"
BETA_M = "4*exp(-v/18)"
M = lo.Gate("m", alpha=ALPHA_M, beta=BETA_M)
H = lo.Gate("h", alpha="0.07*exp(-v/20)", beta="1/(exp((30 - v)/10) + 1)")
N = lo.Gate("n", alpha=ALPHA_N, beta=BETA_N)
NA = lo.Channel("Na", g=120, E=115, open=M**3 * H)
K = lo.Channel("K", g=36, E=-12, open=N**4)
LEAK = lo.Channel("leak", g=0.3, E=10.6)


@dataclass(frozen=True)
class Pair:
    """One membrane in two forms.

    Attributes
    ----------
    whole : Membrane
        With every variable, of which sums are conserved.
    reduced : Membrane
        With one variable fewer for each sum.
    total : callable
        From a state by name to the value of the sum, which is 1.
    """

    whole: lo.Membrane
    reduced: lo.Membrane
    total: Callable[..., float]


def squid(*parts):
    return lo.Membrane(*parts, C=1.0, celsius=6.3, reference_celsius=6.3, q10=3.0, spike_level=50)


def squid_of_two_states() -> Pair:
    """The squid, whose K gate is closed or open: two occupancies."""
    states = (
        lo.State("c", f"{BETA_N}*o - {ALPHA_N}*c", initial=0.6, minimum=0.0),
        lo.State("o", f"{ALPHA_N}*c - {BETA_N}*o", initial=0.4, minimum=0.0),
    )
    whole = squid(NA, lo.Current("K", "36*o**4*(v + 12)"), LEAK, *states)
    return Pair(whole, lo.models.squid(), lambda x: x["c"] + x["o"])


def sodium_of_three_states() -> Pair:
    """A spiking membrane whose Na channel is closed, open or inactivated."""
    opens, closes = "3/(exp((30 - v)/6) + 1)", "8*exp(-v/12)"
    inactivates, recovers = "1.5/(exp((20 - v)/8) + 1)", "0.15*exp(-v/12)"

    def parts(closed):
        return (
            lo.Current("Na", "gNa*O*(v - 115)"),
            K,
            LEAK,
            lo.State("I", f"{inactivates}*O - {recovers}*I", initial=0.3, minimum=0.0),
            lo.State("O", f"{opens}*{closed} - ({closes} + {inactivates})*O + {recovers}*I", initial=0.0, minimum=0.0),
        )

    def membrane(*parts):
        return lo.Membrane(*parts, constants={"gNa": 20.0}, C=1.0, spike_level=40)

    closed = lo.State("Cl", f"{closes}*O - {opens}*Cl", initial=0.7, minimum=0.0)
    return Pair(membrane(*parts("Cl"), closed), membrane(*parts("(1 - I - O)")), lambda x: x["I"] + x["O"] + x["Cl"])


def calcium_in_two_compartments() -> Pair:
    """Calcium that is taken up by a store of a quarter of the volume: ``ca + share*store`` stays what it was."""

    def parts(store):
        return (
            NA,
            K,
            LEAK,
            lo.Current("KCa", "gKCa*ca/(ca + 1)*(v + 12)"),
            lo.State("ca", f"0.02*{store} - 0.1*ca/(1 + exp(-(v - 10)/10))", initial=0.5, unit="µM"),
        )

    def membrane(*parts):
        constants = {"gKCa": 0.5, "share": 0.25}
        return lo.Membrane(*parts, constants=constants, C=1.0, celsius=6.3, q10=1.0, spike_level=50)

    store = lo.State("store", "-(0.02*store - 0.1*ca/(1 + exp(-(v - 10)/10)))/share", initial=2.0, unit="µM")
    reduced = parts("((0.5 + 2*share - ca)/share)")
    return Pair(
        membrane(*parts("store"), store), membrane(*reduced), lambda x: x["ca"] + x.get("share", 0.25) * x["store"]
    )


PAIRS = {
    "squid of two states": squid_of_two_states(),
    "sodium of three states": sodium_of_three_states(),
    "calcium in two compartments": calcium_in_two_compartments(),
}

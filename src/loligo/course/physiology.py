"""The physiology of each answer, in a paragraph, and the answers of other programs.

The paragraphs apply to a membrane with the gates m, h and n; every number in them was computed. Sources:
Hodgkin AL, Huxley AF (1952) J Physiol 117:500-544, doi:10.1113/jphysiol.1952.sp004764;
Hodgkin AL (1948) J Physiol 107:165-181, doi:10.1113/jphysiol.1948.sp004260;
Rinzel J, Miller RN (1980) Math Biosci 49:27-59, doi:10.1016/0025-5564(80)90109-1;
Hill AV (1936) Proc R Soc B 119:305-355, doi:10.1098/rspb.1936.0012.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loligo._units import CURRENT
from loligo.course.firing import is_graded
from loligo.course.rebound import DURING

if TYPE_CHECKING:
    from loligo.course.ramps import SlowRamp
    from loligo.course.rebound import Rebound
    from loligo.course.steps import MoreSodium, OneSpike, Repetitive
    from loligo.membrane import Membrane

FOLD: Final = "fold of cycles"
# the classroom's original package: exponential Euler with a fixed step of 0.1 ms; amplitudes in steps of 0.1 µA/cm²
ELSEWHERE: Final = {
    "3.1.1": "The package for which this exercise was written integrates in fixed steps of 0.1 ms and finds 2.4: "
    "with so long a step, a spike that has only just begun dies out. At 0.01 ms it finds 2.3, as here.",
    "3.1.2": "The package for which this exercise was written, in fixed steps of 0.1 ms, finds 6.4; at 0.01 ms 6.3, "
    "as here.",
}


def physiology(
    membrane: Membrane,
    one: OneSpike,
    repetitive: Repetitive,
    rebound: Rebound,
    slow: SlowRamp,
    more: MoreSodium,
) -> dict[str, str]:
    """Return a paragraph for each question, by its number; none for a membrane without the gates m, h and n.

    Parameters
    ----------
    membrane : Membrane
    one, repetitive, rebound, slow, more : OneSpike, Repetitive, Rebound, SlowRamp, MoreSodium
        The answers to the five questions.
    """
    if {gate.name for gate in membrane.gates} != {"m", "h", "n"}:
        return {}
    found = {
        "3.1.1": _excitability(one),
        "3.1.2": _bistability(repetitive),
        "3.1.3": _rebound(rebound),
        "3.2.1": _accommodation(slow),
        "3.3.1": _sodium(more),
    }
    return {number: text for number, text in found.items() if text}


def elsewhere(edited: tuple[str, ...]) -> dict[str, str]:
    """Return the answers of other programs, and why they differ, for the original neuron."""
    return {} if edited else dict(ELSEWHERE)


def _excitability(one: OneSpike) -> str:
    if one.lowest.value is None or is_graded(one.lowest, one.levels):
        return ""
    return (
        "Excitability: depolarisation opens sodium channels (m), and the current that they let in depolarises "
        "further. Above "
        "the threshold this positive feedback makes a spike of full size, until the channels inactivate (h) and "
        "potassium channels have opened (n); below it, leak and potassium currents win."
    ) + (" Near the threshold the currents almost balance for a while: the spike comes late." if one.late else "")


def _bistability(repetitive: Repetitive) -> str:
    found = repetitive.window
    if found.lasting is None or found.rest_ends is None or not found.rest_ends > found.lasting:
        return ""
    text = (
        f"Bistability: from {found.lasting:.4f} to {found.rest_ends:.4f} {CURRENT} the neuron can either rest or fire "
        "forever under a constant current"
    )
    needed = found.thresholds[-1][1]
    if found.for_ever:
        text += "; a sudden step makes it fire, a slow rise leaves it at rest"
    elif needed > found.lasting:
        text += f", but a step from rest does not reach this firing below {needed:.4f}"
    if found.begins == FOLD:
        text += (
            " (a fold of limit cycles begins the range, a Hopf bifurcation of the rest ends it; Rinzel and Miller 1980)"
        )
    text += "."
    if found.for_ever and repetitive.dies_out:
        text += (
            " Just below it the neuron still fires for a while before it falls silent, so a short step has a lower "
            "threshold."
        )
    if found.begins == FOLD:
        text += (
            f" The firing rate there is {found.frequency:.0f} Hz and not an arbitrarily low rate: Hodgkin's class 2 of "
            "excitability (1948)."
        )
    return text


def _rebound(found: Rebound) -> str:
    if not found.responses or not found.responses[0].spikes or found.responses[0].no_gate:
        return ""
    strong = found.responses[0]
    moved = {name: (before, after) for name, before, after in strong.gates}
    (m0, m1), (h0, h1), (n0, n1) = (moved[gate] for gate in "mhn")
    text = (
        "Inactivation and potassium: while v is low, sodium channels recover from inactivation (h rises from "
        f"{h0:.2f} to "
        f"{h1:.2f}), potassium channels close (n falls from {n0:.2f} to {n1:.2f}), and the few open sodium gates "
        "close (m, "
        f"{m0:.2f} to {m1:.2f}). When the step ends, v and m return at once, but h and n take milliseconds: during "
        "that "
        "time more sodium channels can open, and fewer potassium channels oppose them, than at rest, and v overshoots "
        "into a spike."
    )
    if "h" not in strong.causes and strong.spikes_when("h", DURING) and "n" in strong.enough:
        text += (
            f' The popular answer "h" is incomplete: with h held at rest the {strong.amplitude:g} {CURRENT} step is '
            "still followed "
            "by a spike, because the closing of potassium channels is enough."
        )
    return text


def _accommodation(found: SlowRamp) -> str:
    if found.ramp.lowest.value is None or not found.step.value or found.graded:
        return ""
    if not found.ramp.lowest.value > 2 * found.step.value:
        return ""
    return (
        "Accommodation (Hill 1936): while the current creeps up, sodium channels inactivate (h falls) and potassium "
        "channels open "
        "(n rises) nearly as fast as v rises, so the threshold runs ahead of it. A sudden step finds the channels as "
        "they are at "
        "rest; a slow ramp finds a membrane that has grown used to it."
    )


def _sodium(found: MoreSodium) -> str:
    if found.changed.value is None or found.original.value is None or not found.changed.value < found.original.value:
        return ""
    return (
        "Excitability again: with more sodium channels the inward current outweighs leak and potassium at a smaller "
        "depolarisation, and after each spike enough of them have recovered before the potassium channels have "
        "closed. The "
        "range in which the neuron fires once and no more disappears when both thresholds meet."
    )

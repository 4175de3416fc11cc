"""All equations of a membrane as LaTeX, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from loligo.membrane.latex import block, formula_latex, scheme_lines, symbol

if TYPE_CHECKING:
    from loligo.membrane.channel import Channel, Current, State
    from loligo.membrane.gating import Gate, Scheme


def membrane_latex(
    channels: Iterable[Channel | Current], gates: Iterable[Gate], schemes: Iterable[Scheme], states: Iterable[State]
) -> str:
    """Return all equations of a membrane as one aligned block of LaTeX for a notebook."""
    channels = tuple(channels)
    currents = " - ".join(symbol(f"I_{channel.name}") for channel in channels)
    lines = [rf"C\,\frac{{dv}}{{dt}} &= I - {currents}"]
    lines += [f"{symbol(f'I_{channel.name}')} &= {formula_latex(channel.current)}" for channel in channels]
    for gate in gates:
        x = symbol(gate.name)
        if gate.instantaneous:
            lines.append(rf"{x} &= {x}_\infty(v)")
        elif gate.alpha is not None:
            lines.append(rf"\frac{{d{x}}}{{dt}} &= \alpha_{{{x}}}\,(1 - {x}) - \beta_{{{x}}}\,{x}")
        else:
            lines.append(rf"\frac{{d{x}}}{{dt}} &= \frac{{{x}_\infty - {x}}}{{\tau_{{{x}}}}}")
        letters = {
            "alpha": rf"\alpha_{{{x}}}",
            "beta": rf"\beta_{{{x}}}",
            "inf": rf"{x}_\infty",
            "tau": rf"\tau_{{{x}}}",
        }
        lines += [f"{letters[key]} &= {formula_latex(formula)}" for key, formula in gate.formulas.items()]
    lines += [line for scheme in schemes for line in scheme_lines(scheme.name, scheme.transitions, scheme.rates)]
    lines += [rf"\frac{{d{symbol(s.name)}}}{{dt}} &= {formula_latex(s.derivative)}" for s in states]
    return block(lines)

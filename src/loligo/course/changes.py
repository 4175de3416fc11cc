"""What a student changed: the differences between two membranes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loligo.membrane import Channel

if TYPE_CHECKING:
    from loligo.membrane import Membrane


def changes(original: Membrane, edited: Membrane) -> tuple[str, ...]:
    """Return what differs, one string each.

    Examples
    --------
    >>> import loligo as lo
    >>> changes(lo.models.squid(), lo.models.squid().replace(g_Na=180))
    ('g_Na 120 mS/cm² -> 180 mS/cm²',)
    """
    before, after = _words(original), _words(edited)
    found = [f"{key} {before[key]} -> {after[key]}" for key in before if key in after and before[key] != after[key]]
    found += [f"without {key}" for key in before if key not in after]
    found += [f"with {key} {after[key]}" for key in after if key not in before]
    return tuple(found)


def _words(membrane: Membrane) -> dict[str, str]:
    """Return all that makes a membrane what it is, by name."""
    words = {name: f"{p.value!r} {p.unit}".replace(".0 ", " ").strip() for name, p in membrane.parameters.items()}
    words |= {
        f"{key} of {gate.name}": formula.text for gate in membrane.gates for key, formula in gate.formulas.items()
    }
    words |= {
        f"the conductance of {c.name}" if isinstance(c, Channel) else f"the current of {c.name}": (
            c.conductance.text if isinstance(c, Channel) else c.current.text
        )
        for c in membrane.channels
    }
    words |= {f"the derivative of {state.name}": state.derivative.text for state in membrane.states}
    return words | {"spike level": f"{membrane.spike_level:g} mV"}

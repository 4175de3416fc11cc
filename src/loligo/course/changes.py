"""The changes that a student made: the differences between two membranes, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loligo.membrane import Channel

if TYPE_CHECKING:
    from loligo.membrane import Membrane


def changes(original: Membrane, edited: Membrane) -> tuple[str, ...]:
    """Return the differences, one string each.

    Examples
    --------
    >>> import loligo as lo
    >>> changes(lo.models.squid(), lo.models.squid().replace(g_Na=180))
    ('g_Na 120 mS/cm² -> 180 mS/cm²',)
    """
    names = called(original, edited)
    before, after = _words(original), _words(edited, {new: old for old, new in names.items()})
    found = [f"{old} is called {new}" for old, new in names.items()]
    found += [f"{key} {before[key]} -> {after[key]}" for key in before if key in after and before[key] != after[key]]
    found += [f"without {key}" for key in before if key not in after]
    found += [f"with {key} {after[key]}" for key in after if key not in before]
    return tuple(found)


def called(original: Membrane, edited: Membrane) -> dict[str, str]:
    """Return the channels and gates of the original that have the same position but another name.

    Examples
    --------
    >>> import loligo as lo
    >>> called(lo.models.squid(), lo.models.squid())
    {}
    """
    names: dict[str, str] = {}
    for one, other in ((original.channels, edited.channels), (original.gates, edited.gates)):
        old, new = ([part.name for part in parts] for parts in (one, other))
        if len(old) == len(new):
            names |= {a: b for a, b in zip(old, new, strict=True) if a not in new and b not in old}
    return names


def _words(membrane: Membrane, names: dict[str, str] | None = None) -> dict[str, str]:
    """Return everything that defines a membrane, by name; ``names`` replaces those of channels and gates."""
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
    words |= {"spike level": f"{membrane.spike_level:g} mV"}
    if not names:
        return words
    any_name = re.compile(rf"\b([gE]_)?({'|'.join(map(re.escape, names))})\b")
    first = {text: any_name.sub(lambda m: (m[1] or "") + names[m[2]], text) for pair in words.items() for text in pair}
    return {first[key]: first[value] for key, value in words.items()}

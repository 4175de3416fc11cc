"""Three changes of a membrane that change no answer but its units: slower in time, of a smaller amount, in another v.

Each returns the changed membrane. What is asked of it must be changed too: with `slower` durations and edges (x factor)
and frequencies (÷ factor), with `smaller` currents and stimuli (÷ factor), with `rescaled` potentials
(`rescaled_potential`). Names in formulas (v, ``g_Na``, ``E_Na``, ``C``, ``I_Na``) keep the meaning that they had.
"""

import re

import loligo as lo

OFFSET, UNIT = 65.0, 100.0  # v' = (v + 65)/100


def slower(membrane, factor=30.0):
    """Return a membrane in which everything takes ``factor`` times as long; currents and potentials are the same."""
    known = {"C": f"(C/{factor!r})"}
    return _changed(
        membrane,
        known,
        speed=factor,
        current=lambda text: text,
        conductance=1.0,
        C=membrane.C * factor,
        name=f"slower {membrane.name}",
    )


def smaller(membrane, factor=1000.0):
    """Return a membrane with C, conductances and currents ÷ ``factor``; times and potentials are the same."""
    known = {"C": f"(C*{factor!r})"}
    known |= {f"I_{channel.name}": f"(I_{channel.name}*{factor!r})" for channel in membrane.channels}
    known |= {f"g_{channel.name}": f"(g_{channel.name}*{factor!r})" for channel in membrane.channels}
    return _changed(
        membrane,
        known,
        current=lambda text: f"({text})/{factor!r}",
        conductance=1 / factor,
        C=membrane.C / factor,
        name=f"smaller {membrane.name}",
    )


def rescaled(membrane):
    """Return a membrane whose v' is (v + 65)/100; times and currents are the same."""
    known = {"v": f"({UNIT!r}*v - {OFFSET!r})", "C": f"(C/{UNIT!r})"}
    known |= {f"g_{channel.name}": f"(g_{channel.name}/{UNIT!r})" for channel in membrane.channels}
    known |= {f"E_{channel.name}": f"({UNIT!r}*E_{channel.name} - {OFFSET!r})" for channel in membrane.channels}
    return _changed(
        membrane,
        known,
        current=lambda text: text,
        conductance=UNIT,
        potential=rescaled_potential,
        C=membrane.C * UNIT,
        spike_level=rescaled_potential(membrane.spike_level),
        v_scale=membrane.v_scale / UNIT,
        name=f"rescaled {membrane.name}",
    )


def rescaled_potential(v):
    """Return what a potential is called in a membrane that is `rescaled`."""
    return (v + OFFSET) / UNIT


def _changed(membrane, known, *, current, conductance, speed=1.0, potential=None, **numbers):
    def renamed(text):
        return re.sub(r"[A-Za-z_]\w*", lambda found: known.get(found[0], found[0]), text)

    def divided(text):
        return f"({renamed(text)})/{speed!r}" if speed != 1.0 else renamed(text)

    def gate(old):
        ways = {"alpha": divided, "beta": divided, "inf": renamed, "tau": lambda text: f"({renamed(text)})*{speed!r}"}
        texts = {key: ways[key](formula.text) for key, formula in old.formulas.items()}
        return lo.Gate(old.name, **texts, instantaneous=old.instantaneous, q10=old.q10)

    gates = {old.name: gate(old) for old in membrane.gates}

    def part(old):
        if isinstance(old, lo.State):
            own = {"initial": old.initial, "unit": old.unit, "minimum": old.minimum}
            return lo.State(old.name, divided(old.derivative.text), **own)
        own = [gates[one.name] for one in old.gates]
        if isinstance(old, lo.Current):
            return lo.Current(old.name, current(renamed(old.current.text)), own)
        opened = None if old.open is None else type(old.open)(old.open.text, own)
        E = old.E
        if potential is not None:
            E = potential(E) if isinstance(E, float) else f"(({renamed(E.text)}) + {OFFSET!r})/{UNIT!r}"
        elif not isinstance(E, float):
            E = renamed(E.text)
        return lo.Channel(old.name, g=old.g * conductance, E=E, open=opened)

    own = {key: getattr(membrane, key) for key in ("celsius", "reference_celsius", "q10", "spike_level", "v_scale")}
    constants = {name: (constant.value, constant.unit) for name, constant in membrane.constants}
    return lo.Membrane(*map(part, membrane.parts), constants=constants, **(own | numbers))

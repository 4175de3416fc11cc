"""What the properties vary: numbers of membranes and stimuli, over a few structures (each compiles once)."""

from hypothesis import strategies as st

import loligo as lo

SQUID = lo.models.squid()


def numbers(low, high):
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


def squids():
    """Squid axons with other numbers, all of one structure."""
    return st.builds(
        SQUID.replace,
        g_Na=numbers(0, 250),
        g_K=numbers(1, 80),
        g_leak=numbers(0.2, 2),
        E_Na=numbers(80, 140),
        E_K=numbers(-30, -5),
        E_leak=numbers(-5, 15),
        C=numbers(0.3, 3),
        celsius=numbers(0, 25),
    )


def fibres():
    """Fibres of Morris and Lecar with other numbers: two variables, one instantaneous gate."""
    return st.builds(
        lo.models.morris_lecar().replace,
        g_Ca=numbers(0, 8),
        g_K=numbers(1, 12),
        g_leak=numbers(1, 4),
        V_3=numbers(-10, 20),
        phi=numbers(0.01, 0.4),
        C=numbers(5, 30),
    )


@st.composite
def windows(draw, longest=40.0):
    start = draw(numbers(0, longest / 2))
    return start, start + draw(numbers(1e-3, longest / 2))


@st.composite
def shapes(draw, strongest=40.0):
    """Stimuli of every kind that have an end."""
    start, stop = draw(windows())
    amplitude = draw(numbers(-20, strongest))
    kind = draw(st.sampled_from(("step", "ramp", "sine", "chirp", "pulses", "noise", "samples")))
    if kind == "step":
        return lo.Step(amplitude, start, stop)
    if kind == "ramp":
        return lo.Ramp(amplitude, start, stop)
    if kind == "sine":
        frequency, offset, phase = draw(numbers(1e-3, 2)), draw(numbers(-10, 20)), draw(numbers(-4, 4))
        return lo.Sine(amplitude / 2, frequency=frequency, offset=offset, phase=phase, start=start, stop=stop)
    if kind == "chirp":
        return lo.Chirp(amplitude / 2, first=draw(numbers(0, 1)), last=draw(numbers(0, 1)), start=start, stop=stop)
    if kind == "pulses":
        onsets = draw(st.lists(numbers(0, 35), min_size=1, max_size=5))
        return lo.Pulses(amplitude, onsets=onsets, width=draw(numbers(1e-2, 5)))
    if kind == "noise":
        seed, tau = draw(st.integers(0, 2**64 - 1)), draw(numbers(4, 40))
        return lo.Noise(amplitude / 6, tau=tau, seed=seed, start=start, stop=stop)
    values = draw(st.lists(numbers(-10, 20), min_size=2, max_size=12))
    return lo.Samples(values, dt=draw(numbers(0.1, 3)), start=start, between=draw(st.sampled_from(("line", "hold"))))


def stimuli():
    """One stimulus, or a sum of up to three."""
    return st.lists(shapes(), min_size=1, max_size=3).map(lambda terms: sum(terms[1:], start=terms[0]))

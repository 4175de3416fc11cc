"""SciPy's run of a published membrane is silent two errors below its threshold, and fires two errors above it."""

import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from loligo import Current, Membrane
from reference.literal import python_slopes
from reference.published import PUBLISHED

UNSTABLE = [name for name, published in PUBLISHED.items() if published.held != 0.0]
STABLE = [name for name, published in PUBLISHED.items() if published.held is not None]
MEMBRANES = {name: published.make() for name, published in PUBLISHED.items()}


def held(name):
    """Return the membrane with the constant current that brings it to rest, where it fires by itself."""
    membrane, current = MEMBRANES[name], PUBLISHED[name].held
    if not current:
        return membrane
    plain = {
        key: getattr(membrane, key) for key in ("C", "celsius", "reference_celsius", "q10", "spike_level", "v_scale")
    }
    return Membrane(*membrane.parts, Current("held", f"{-current!r}"), **plain, name=f"{membrane.name}, held")


@pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")
@pytest.mark.parametrize("name", UNSTABLE)
def test_a_spontaneously_firing_membrane_has_no_threshold(name):
    membrane = MEMBRANES[name]
    assert not lo.rest(membrane).stable
    with pytest.raises(lo.ThresholdError, match="even at amplitude 0"):
        lo.threshold(membrane, lo.Step(1.0, start=0.0, stop=PUBLISHED[name].pulse))


def fires(membrane, amplitude, pulse, duration):
    """Tell whether SciPy's LSODA meets the spike level upwards."""
    slopes, y = python_slopes(membrane), lo.rest(membrane).state

    def crossing(_, state):
        return state[0] - membrane.spike_level

    crossing.direction, crossing.terminal = 1.0, True
    for current, begin, end in ((amplitude, 0.0, pulse), (0.0, pulse, duration)):
        run = solve_ivp(
            lambda _, state, current=current: slopes(state.tolist(), current), (begin, end), y,
            method="LSODA", rtol=1e-11, atol=1e-13, events=crossing,
        )  # fmt: skip
        assert run.success
        if run.t_events[0].size:
            return True
        y = run.y[:, -1]
    return False


@pytest.mark.parametrize("name", STABLE)
def test_threshold_parts_silence_from_firing(name):
    membrane, pulse = held(name), PUBLISHED[name].pulse
    assert lo.rest(membrane).stable
    scale = PUBLISHED[name].scale
    found = lo.threshold(membrane, lo.Step(1.0, start=0.0, stop=pulse), resolution=1e-6 * scale)
    assert not found.passive
    assert not fires(membrane, found.value - 2 * found.error, pulse, found.duration)
    assert fires(membrane, found.value + 2 * found.error, pulse, found.duration)

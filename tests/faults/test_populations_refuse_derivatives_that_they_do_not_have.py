"""What members of a population are not differentiated in, or through, is refused by a sentence."""

import pytest

import loligo as lo

SQUID = lo.Population(lo.models.squid(), g_Na=[100.0, 120.0])
STEP = lo.Step(10.0, start=5, stop=10)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"spike_times": 0}, "give spike_times= to keep some"),
        ({"sensitivities": ["g_Na", "g_Na"]}, "must not repeat a name"),
        ({"sensitivities": ["g_Nu"]}, "Did you mean 'g_Na'"),
        ({"sensitivities": ["start"]}, "for start run such a member by simulate"),
        ({"precision": "single"}, "need precision='double'"),
        ({"interventions": lo.Hold("h", "rest")}, "interventions= are not differentiated"),
        ({"store": "memory://derivatives"}, "leave out store="),
    ],
)
def test_a_setting_without_derivatives_is_refused(settings, sentence):
    with pytest.raises(lo.LoligoError, match=sentence):
        SQUID.run(STEP, **({"spike_times": 3, "sensitivities": ["g_Na"]} | settings))


@pytest.mark.parametrize("stimulus", [lo.Sine(5.0, 0.1, offset=2.0, stop=20), lo.Noise(5.0, 1.0, mean=2.0, stop=20)])
def test_an_amplitude_beside_an_offset_is_refused(stimulus):
    with pytest.raises(lo.LoligoError, match="without an offset or mean"):
        SQUID.run(stimulus, spike_times=3, sensitivities=["amplitude"])


def test_a_formula_with_a_condition_is_refused():
    door = lo.Current("door", "slope*(v + 60) if v > 0 else 0.1*(v + 60)")
    membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=-60), door, constants={"slope": 0.2}, name="kinked")
    population = lo.Population(membrane, g_leak=[0.2, 0.3])
    with pytest.raises(lo.LoligoError, match="has a condition"):
        population.run(STEP, spike_times=3, sensitivities=["g_leak"])

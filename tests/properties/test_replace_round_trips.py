"""`replace` changes what it names and nothing else; changed back, a membrane is equal to what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loligo as lo
from properties.strategies import numbers
from reference.every_model import EVERY_MODEL

CHANGES = {"C": (0.1, 10), "celsius": (-5, 40), "reference_celsius": (-5, 40), "q10": (0.5, 5)}


@st.composite
def changed(draw):
    membrane = EVERY_MODEL[draw(st.sampled_from(sorted(EVERY_MODEL)))]
    names = draw(st.lists(st.sampled_from(sorted(membrane.parameters)), unique=True, max_size=6))
    values = {name: draw(numbers(*CHANGES.get(name, (0.01, 100)))) for name in names}
    return membrane, values


@given(case=changed())
def test_there_and_back(case):
    membrane, values = case
    other = membrane.replace(**values)
    for name, parameter in other.parameters.items():
        assert parameter.value == values.get(name, membrane[name])
        assert parameter.unit == membrane.parameters[name].unit
        assert other[name] == parameter.value
    back = other.replace(**{name: membrane[name] for name in values})
    assert back == membrane
    assert hash(back) == hash(membrane)
    assert (other == membrane) == all(value == membrane[name] for name, value in values.items())


@given(
    case=changed(),
    name=st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=20),
    level=numbers(-100, 100),
)
def test_name_and_level(case, name, level):
    membrane, values = case
    other = membrane.replace(**values, name=name, spike_level=level)
    assert (other.name, other.spike_level) == (name, level)
    assert other.replace(name=membrane.name, spike_level=membrane.spike_level) == membrane.replace(**values)


@given(case=changed())
def test_structure_and_formulas_stay(case):
    membrane, values = case
    other = membrane.replace(**values)
    assert other.variables == membrane.variables
    assert [channel.name for channel in other.channels] == [channel.name for channel in membrane.channels]
    assert [gate.formulas for gate in other.gates] == [gate.formulas for gate in membrane.gates]
    assert other._repr_latex_() == membrane._repr_latex_()


def test_the_original_is_untouched():
    squid = lo.models.squid()
    squid.replace(g_Na=1.0, celsius=30, name="other")
    assert squid == lo.models.squid()


def test_replaced_membranes_run_as_if_made_so():
    made = lo.Membrane(
        *(
            lo.Channel(part.name, g=180 if part.name == "Na" else part.g, E=part.E, open=part.open)
            for part in lo.models.squid().parts
        ),
        C=1.3,
        celsius=12.0,
        reference_celsius=6.3,
        q10=3.0,
        spike_level=50.0,
        name="squid",
    )
    replaced = lo.models.squid().replace(g_Na=180, C=1.3, celsius=12.0)
    assert made == replaced
    runs = [lo.simulate(membrane, lo.Step(10.0), 30) for membrane in (made, replaced)]
    assert runs[0].states.tobytes() == runs[1].states.tobytes()


@pytest.mark.parametrize("name", ["parts", "constants", "g_na", "gates", "channels", ""])
def test_unknown_parameters_are_refused(name):
    with pytest.raises(lo.UnknownNameError, match="is not a parameter of squid"):
        lo.models.squid().replace(**{name: 1.0})

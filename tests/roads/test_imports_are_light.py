"""What is not needed is not imported: `import loligo` brings no heavy library, values and models bring none either."""

import pytest

import loligo

COMPILER = {"llvmlite", "numba"}
HEAVY = COMPILER | {"dask", "matplotlib", "pandas", "pint", "sympy", "tqdm", "typer", "xarray"}
HEAVY |= {"scipy.integrate", "scipy.optimize", "scipy.special"}  # Numba itself brings scipy.linalg
REPORT = "\nimport sys; print(*sys.modules)"
VALUES = {
    "import": "import loligo; dir(loligo)",
    "membranes": "import loligo as lo; m = lo.models.squid().replace(g_Na=1); m.parameters; m._repr_latex_(); repr(m)",
    "stimuli": "import loligo as lo; (lo.Step(1.0, 2, 3) + lo.Sine(1.0) + lo.Noise(1.0, stop=5))([1.0, 2.0])",
}
RUNS = """
import loligo as lo
squid = lo.models.squid()
lo.simulate(squid, lo.Step(10.0), 20)
lo.rest(squid)
lo.threshold(squid, lo.Step(1.0, stop=5))
lo.voltage_clamp(squid, lo.Step(1.0, stop=5)).current("Na")
"""


@pytest.mark.parametrize("road", VALUES)
def test_values_bring_nothing(road, fresh_process):
    assert HEAVY & set(fresh_process(VALUES[road] + REPORT).split()) == set()


def test_runs_bring_the_compiler_alone(fresh_process):
    fresh_process(RUNS)  # compiles what is missing, for which sympy is needed
    assert HEAVY & set(fresh_process(RUNS + REPORT).split()) == COMPILER


def test_heavy_libraries_are_seen(fresh_process):
    # a report that names none would prove nothing
    assert HEAVY & set(fresh_process("import matplotlib, scipy.optimize" + REPORT).split()) >= {
        "matplotlib",
        "scipy.optimize",
    }


def test_every_public_name_loads():
    for name in loligo.__all__:
        assert getattr(loligo, name) is not None
    assert set(loligo.__all__) <= set(dir(loligo))
    with pytest.raises(AttributeError, match="'loligo' has no attribute 'simulat'"):
        _ = loligo.simulat


def test_rooms_are_there_by_name(fresh_process):
    rooms = "import loligo; print(loligo.models.squid().name, 'spike_count' in loligo.population.FEATURES)"
    assert fresh_process(rooms).split() == ["squid", "True"]


def test_every_error_is_public_and_has_one_root_or_ends_a_run():
    from loligo import _errors

    own = [
        thing for thing in vars(_errors).values() if isinstance(thing, type) and thing.__module__ == _errors.__name__
    ]
    assert {thing.__name__ for thing in own} <= set(loligo.__all__)
    for thing in own:
        assert issubclass(thing, (loligo.LoligoError, loligo.TimeLimitError, loligo.CancelledError, UserWarning))

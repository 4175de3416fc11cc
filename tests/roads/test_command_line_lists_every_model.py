"""`loligo models` names every published membrane and its source; one of them, every parameter and unit."""

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app
from loligo.models import MODELS, named


def shown(*line: str) -> str:
    done = CliRunner().invoke(app, ["models", *line])
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("model", MODELS)
def test_the_list_has_a_line_and_a_doi(model: str) -> None:
    lines = shown().splitlines()
    (index,) = [k for k, line in enumerate(lines) if line.startswith(f"{model} ")]
    assert len(lines[index].split()) > 4
    assert "doi:10." in lines[index + 1]


@pytest.mark.parametrize("model", MODELS)
def test_one_model_has_every_parameter_with_its_unit(model: str) -> None:
    text = shown(model)
    rows = [line.split() for line in text.splitlines()]
    for name, parameter in named(model).parameters.items():
        assert [name, *f"{parameter.value:g} {parameter.unit}".split()] in rows
    assert "doi:10." in text


@pytest.mark.parametrize("model", MODELS)
def test_its_equations_are_the_librarys(model: str) -> None:
    assert shown(model, "--latex") == named(model).latex + "\n"


def test_a_change_is_shown() -> None:
    rows = [line.split() for line in shown("squid", "--set", "g_Na=180", "--set", "spike_level=40").splitlines()]
    assert ["g_Na", "180", "mS/cm²"] in rows
    assert ["spike_level", "40", "mV"] in rows

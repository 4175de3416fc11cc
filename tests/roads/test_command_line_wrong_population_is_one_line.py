"""A wrong population file ends with one line that says what is wrong and where, a status, and nothing written."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app

RIGHT = {
    "membrane": 'membrane = {model = "squid"}',
    "grid": "grid = {amplitude = [0, 5]}",
    "stimulus": 'stimulus = {kind = "step", amplitude = 1, stop = 5}',
    "run": "run = {duration = 10}",
    "output": 'output = {csv = "table.csv"}',
}
WRONG = {
    'membrane = {model = "sqiud"}': "[membrane]: 'sqiud' is not a model",
    'membrane = {model = "squid", g_na = 1}': "Did you mean 'g_Na'?",
    'membrane = {model = "squid", g_Na = -1}': "[membrane]: g of channel 'Na' (g_Na) must be zero or more",
    'membrane = {model = "squid", g_Na = [1, 2]}': "[membrane]: g_Na must be a number; got [1, 2]",
    'membrane = {model = "squid", g_Na = true}': "[membrane]: g_Na must be a number; got True",
    "membrane = {celsius = 7}": "[membrane]: model must be the name of a published membrane",
    'membrane = "squid"': "[membrane]: a table of names and values is needed; got 'squid'",
    "grid = {g_na = [1, 2]}": "[grid]: 'g_na' is not a parameter of squid, number of Step, or initial value. Did",
    'grid = {g_Na = ["much"]}': "[grid]: g_Na must be numbers",
    "grid = {g_Na = []}": "[grid]: g_Na must be a number or a 1-D array of numbers, not empty",
    "grid = {g_Na = [[1, 2], [3, 4]]}": "[grid]: g_Na must be a number or a 1-D array",
    "grid = {g_Na = {start = 1, stop = 2}}": "[grid]: g_Na takes numbers, or {start = 60, stop = 240, count = 200}",
    "grid = {g_Na = {start = 1, stop = 2, count = 0}}": "The count of g_Na must be a whole number, 1 or more; got 0",
    "grid = {g_Na = {start = 1, stop = 2, count = 2.5}}": "whole number, 1 or more; got 2.5",
    "grid = {g_Na = {start = 1, stop = 2, count = 1000000000000}}": "[grid]: The count of g_Na must be 100,000,000 or",
    "grid = {g_Na = {start = true, stop = 2, count = 2}}": "The start of g_Na must be a finite number; got True",
    "grid = {g_Na = {start = 1, stop = inf, count = 2}}": "The stop of g_Na must be a finite number; got inf",
    "grid = {g_Na = 1}\nsobol = {size = 2, ranges = {g_K = [1, 2]}}": "describe the members in exactly one table",
    'stimulus = {kind = "stp", amplitude = 1}': "[stimulus]: 'stp' is not a kind of stimulus. Did you mean 'step'?",
    "stimulus = {amplitude = 1}": "[stimulus]: None is not a kind of stimulus",
    'stimulus = {kind = ["step"], amplitude = 1}': "[stimulus]: ['step'] is not a kind of stimulus",
    "stimulus = {kind = {step = 1}, amplitude = 1}": "[stimulus]: {'step': 1} is not a kind of stimulus",
    'stimulus = {kind = "step"}': "[stimulus]: a step stimulus needs amplitude",
    'stimulus = {kind = "samples"}': "[stimulus]: a samples stimulus needs a file",
    'stimulus = {kind = "samples", file = "nothing.txt"}': "nothing.txt: No such file",
    'stimulus = {kind = "step", amplitude = 1, end = 5}': "'end' is not a setting of a step stimulus",
    'stimulus = {kind = "step", amplitude = "strong", stop = 5}': "[stimulus]: the amplitude of Step must be a number",
    'stimulus = {kind = "step", amplitude = 1, start = 9, stop = 5}': "Step must stop after it starts",
    "stimulus = []": "[stimulus]: a table of names and values is needed; got []",
    "run = {duration = 0}": "[run]: duration must be greater than zero in ms; got 0",
    'run = {duration = 10, features = ["spike_cout"]}': "'spike_cout' is not a feature. Did you mean",
    "run = {duration = 10, features = [1]}": "[run]: features must be a list of names such as",
    "run = {duration = 10, tolerance = 1}": "[run]: tolerance must be between",
    'run = {duration = 10, precision = "half"}': "[run]: 'half' is not a precision",
    "run = {duration = 10, lasting = 5}": "[run]: 'lasting' is not a setting",
    "run = {duration = 10, threads = 0}": "[run]: threads must be a whole number, 1 or more; got 0",
    "run = {duration = 10, shard_size = -1}": "[run]: shard_size must be a whole number, 1 or more; got -1",
    "output = {}": "[output]: name at least one output for the table: store, csv or parquet",
    "run = {duration = 10, most_steps = 1e30}": "[run]: most_steps must be 9,007,199,254,740,992 or less; got 1e+30",
    'output = {store = "a", csv = "./a"}': "[output]: the store and a file cannot both be a",
    "output = {csv = 7}": "[output]: csv must be the name of a file; got 7",
    'output = {store = ""}': "[output]: store must be the name of a folder; got ''",
    'output = {csv = "./squid.toml"}': "[output]: csv would overwrite this file: choose another name",
    'output = {svg = "a.svg"}': "[output]: 'svg' is not a setting of [output]. Did you mean 'csv'?",
    'output = {csv = "nowhere/table.csv"}': "nowhere/table.csv: there is no folder 'nowhere'",
    'output = {csv = "a", parquet = "a"}': "Two outputs are the same file",
    'output = {store = "nowhere://a"}': "Protocol not known: nowhere",
    "grids = {}": "squid.toml, a population: 'grids' is not a table. Did you mean 'grid'?",
    "duration = ": "squid.toml is not TOML",
}
SOBOL = {
    "sobol = {size = 0, ranges = {g_K = [1, 2]}}": "[sobol]: size must be a whole number, 1 or more; got 0",
    "sobol = {size = 2, ranges = {g_K = [1]}}": "[sobol]: The range of g_K is (lowest, highest); got [1]",
    "sobol = {size = 2, ranges = {}}": "[sobol]: ranges maps names to",
    "sobol = {size = 2}": "[sobol]: ranges is missing",
    "sobol = {ranges = {g_K = [1, 2]}}": "[sobol]: size is missing",
    "sobol = {size = 2, range = {g_K = [1, 2]}}": "'range' is not a setting of [sobol]. Did you mean 'ranges'?",
}


def refused(text, said, *options):
    Path("squid.toml").write_text(text)
    done = CliRunner().invoke(app, ["population", "squid.toml", *options])
    assert done.exit_code in (1, 2)
    assert done.stdout == ""
    assert done.stderr.startswith("loligo: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["squid.toml"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("line", WRONG)
def test_one_line(line):
    lines = RIGHT | {line.split(" ")[0]: line}
    refused("\n".join(lines.values()), WRONG[line])


@pytest.mark.parametrize("line", SOBOL)
def test_one_line_about_a_sample(line):
    refused("\n".join((RIGHT | {"grid": line}).values()), SOBOL[line])


@pytest.mark.parametrize("table", ["membrane", "stimulus", "output"])
def test_a_table_that_is_missing(table):
    refused("\n".join(line for name, line in RIGHT.items() if name != table), f"[{table}]")


def test_no_end():
    text = "\n".join((RIGHT | {"run": "", "stimulus": 'stimulus = {kind = "step", amplitude = 1}'}).values())
    refused(text, "[run]: This stimulus has no end, so")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--resume"], "--resume continues a store: name one in [output]"),
        (["--scheduler", "head"], "No dask scheduler answers at --scheduler tcp://head: missing port number"),
        (["--lasting"], "No such option: --lasting"),
    ],
)
def test_options(options, said):
    refused("\n".join(RIGHT.values()), said, *options)


def test_no_file(tmp_path):
    done = CliRunner().invoke(app, ["population", "nothing.toml"])
    assert (done.exit_code, done.stderr) == (1, "loligo: nothing.toml: No such file or directory\n")
    done = CliRunner().invoke(app, ["population"])
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []

"""An output that exists stays, unless ``--force`` is given; README's commands can be run a second time."""

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app
from loligo.cli.outputs import check_free
from loligo.course.report import MARKS
from roads.lab_pages import put_built_page

COMMANDS = {
    "simulate": (
        ["simulate", "squid", "--step", "7", "--stop", "2"],
        ["--csv", "a.csv", "--png", "a.png", "--save", "a.npz"],
    ),
    "fi": (
        ["strength-duration", "squid", "--count", "2", "--from", "1", "--to", "2"],
        ["--csv", "a.csv", "--png", "a.png"],
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_outputs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, outputs = COMMANDS[name]
    for target in outputs[1::2]:
        (tmp_path / target).write_text("precious")
        done = CliRunner().invoke(app, [*words, *outputs])
        assert done.exit_code == 1
        assert done.stderr == f"loligo: {target}: exists already; give another name, or --force to replace it\n"
        assert [path.name for path in tmp_path.iterdir()] == [target]
        assert (tmp_path / target).read_text() == "precious"
        (tmp_path / target).unlink()
    (tmp_path / outputs[1]).write_text("precious")
    assert CliRunner().invoke(app, [*words, *outputs, "--force"]).exit_code == 0
    assert (tmp_path / outputs[1]).read_bytes() != b"precious"


def test_tables_of_populations(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = 'membrane={model="squid"}\ngrid.g_Na=[120]\nstimulus={kind="step",amplitude=1,stop=1}\nrun={duration=2}\n'
    (tmp_path / "plan.toml").write_text(text + 'output={csv="o.csv"}')
    (tmp_path / "o.csv").write_text("precious")
    done = CliRunner().invoke(app, ["population", "plan.toml"])
    assert (done.exit_code, (tmp_path / "o.csv").read_text()) == (1, "precious")
    assert "--force" in done.stderr
    assert CliRunner().invoke(app, ["population", "plan.toml", "--force"]).exit_code == 0
    assert (tmp_path / "o.csv").read_text().startswith("g_Na")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_resumed_run_replaces_only_its_own_table(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = tmp_path / f"o.{kind}"
    text = 'membrane={model="squid"}\ngrid.g_Na=[120]\nstimulus={kind="step",amplitude=1,stop=1}\nrun={duration=2}\n'
    (tmp_path / "plan.toml").write_text(f'{text}output={{store="new",{kind}="o.{kind}"}}')
    foreign = [b"precious", b"PAR1 precious", b"", b"g_Na,spike_count,status\n120,0,ok\n"]

    def refused():
        for content in foreign:
            table.write_bytes(content)
            done = CliRunner().invoke(app, ["population", "plan.toml", "--resume"])
            assert (done.exit_code, table.read_bytes()) == (1, content)
            assert "--force" in done.stderr
        table.unlink()

    refused()
    assert CliRunner().invoke(app, ["population", "plan.toml"]).exit_code == 0
    own = table.read_bytes()
    (tmp_path / "plan.toml").write_text((tmp_path / "plan.toml").read_text().replace("[120]", "[120, 121]"))
    assert CliRunner().invoke(app, ["population", "plan.toml", "--resume"]).exit_code == 0
    assert table.read_bytes() != own
    refused()


def test_the_lab_replaces_its_own_page_and_no_other(tmp_path, monkeypatch):
    put_built_page(tmp_path, monkeypatch)
    words = ["lab", "--export", str(tmp_path / "lab"), "--models", "squid", "--no-diagrams"]
    assert [CliRunner().invoke(app, words).exit_code for _ in range(2)] == [0, 0]
    (tmp_path / "lab" / "index.html").write_text("my own page")
    assert CliRunner().invoke(app, words).exit_code == 1
    assert (tmp_path / "lab" / "index.html").read_text() == "my own page"
    assert CliRunner().invoke(app, [*words, "--force"]).exit_code == 0


@pytest.mark.parametrize("name", MARKS)
def test_the_exercise_refuses_before_it_computes(name, tmp_path):
    (tmp_path / name).write_text("my own notes")
    done = CliRunner().invoke(app, ["exercise", "--output", str(tmp_path)])
    assert done.exit_code == 1
    assert "--force" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", MARKS)
def test_files_of_an_earlier_report_are_replaced(name, tmp_path):
    (tmp_path / name).write_text(f"<html> {{ {MARKS[name]} }} ...")
    check_free(tmp_path / name, force=False, ours=MARKS[name])

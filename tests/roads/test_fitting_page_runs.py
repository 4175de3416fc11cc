"""The page on fits says what is there: its examples run as printed and print what it shows; so does the command."""

import json
import runpy

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
import loligo.fitting
from loligo.cli.app import app
from roads.pages import ROOT, blocks_of, check_examples

BLOCKS = blocks_of("fitting.md")
EXAMPLE = ROOT / "examples" / "herg_clamp_fit.py"


@pytest.mark.filterwarnings("ignore:.*non-interactive:UserWarning")
def test_python_examples_run_in_order_and_print_the_shown_output(capsys, monkeypatch):
    check_examples(BLOCKS, capsys, monkeypatch)


def test_the_page_is_linked():
    assert "docs/fitting.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "docs" / "pictures" / "fitting.png").exists()


def test_the_channel_of_the_example_is_found_from_wide_bounds():
    # Clerx and others 2019, doi:10.1016/j.bpj.2019.08.001: the best of 50 starts for cell 5 had an error of
    # 7.302382e-3 of the range of all samples; a tenth of them is here
    example = runpy.run_path(str(EXAMPLE))
    found = lo.fit(example["CHANNEL"], example["recording"](), example["BOUNDS"], starts=4, seed=1)
    measured = example["recording"]().current
    assert found.misfit / np.ptp(measured) == pytest.approx(7.3e-3, rel=0.01)
    assert sum(run.misfit < 1.01 * found.misfit for run in found.runs) >= 2
    assert found.correlation_length > 50
    assert found.unidentified == []


@pytest.mark.slow
def test_the_axon_of_the_example_has_the_residual_of_the_page():
    example = runpy.run_path(str(ROOT / "examples" / "squid_spike_fit.py"))
    axon, begin = example["recording"](), [[17.8, 14.3, -8.8, 65, 21, 0.13, 85, -59.5]]
    found = lo.fit(example["AXON"], axon, example["BOUNDS"], starts=begin)
    assert found.misfit == pytest.approx(1.692, abs=0.01)
    assert example["misfit_of_the_paper"](axon) == pytest.approx(43.8, abs=0.1)


@pytest.fixture
def table(tmp_path):
    command = sum([lo.Step(20.0 * k, start=12 * k - 10, stop=12 * k - 2) for k in (1, 2, 3, 5)], lo.Step(0.0))
    made = lo.voltage_clamp(lo.models.squid(rest=-65), command, 60, holding=-70)
    current = made.ionic_current + np.random.default_rng(2).normal(0, 5.0, made.t.size)
    path = tmp_path / "current.csv"
    rows = np.stack([made.t, current, command(made.t)], axis=1)
    np.savetxt(path, rows, delimiter=",", header="t [ms],current [µA/cm²],command [mV]", comments="", encoding="utf-8")
    return path


def test_the_command_prints_what_the_library_finds(table, tmp_path):
    outputs = {option: tmp_path / f"fit.{option}" for option in ("json", "png")} | {"report": tmp_path / "fit.html"}
    words = ["fit", str(table), "--model", "squid", "--set", "rest=-65", "--vary", "g_Na=20:500", "--vary", "g_K=5:200"]
    words += ["--holding", "-70", "--exclude", "2:2.1", "--starts", "3"]
    for option, path in outputs.items():
        words += [f"--{option}", str(path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    (sweep,) = lo.read_recording(table)
    sweep = sweep.replace(holding=-70, exclude=[(2, 2.1)])
    found = lo.fit(lo.models.squid(rest=-65), sweep, {"g_Na": (20, 500), "g_K": (5, 200)}, starts=3)
    assert json.loads(outputs["json"].read_text(encoding="utf-8"))["values"] == found.values
    assert str(found).splitlines()[1] in done.stdout
    assert outputs["png"].read_bytes()[:4] == b"\x89PNG"
    page = outputs["report"].read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("data:image/png") == 3
    assert "http" not in page
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 1
    assert "exists already" in again.stderr


def test_the_command_fits_traces_of_v_as_its_help_says(tmp_path):
    axon, pulse = lo.models.squid(rest=-65), lo.Step(10.0, start=2, stop=9)
    made = lo.simulate(axon, pulse, duration=12, sampling=0.2)
    v = made.v + np.random.default_rng(2).normal(0, 0.5, made.t.size)
    path = tmp_path / "spikes.csv"
    rows = np.stack([made.t, v, pulse(made.t)], axis=1)
    np.savetxt(path, rows, delimiter=",", header="t [ms],v [mV],stimulus [µA/cm²]", comments="", encoding="utf-8")
    words = ["fit", str(path), "--model", "squid", "--set", "rest=-65", "--starts", "1"]
    for bound in ("g_Na=40:360", "g_K=12:108", "C=0.5:2"):
        words += ["--vary", bound]
    done = CliRunner().invoke(app, [*words, "--json", str(tmp_path / "fit.json")])
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "fit.json").read_text(encoding="utf-8"))
    assert found["unit"] == "mV"
    for name, value in (("g_Na", 120), ("g_K", 36), ("C", 1)):
        assert abs(found["values"][name] - value) < 5 * found["errors"][name]
    helped = CliRunner().invoke(app, ["fit", "--help"]).output
    assert "v under current clamp" in " ".join(helped.split())
    assert "loligo fit spikes.csv" in helped


def test_ties_priors_and_scales_of_the_command_are_those_of_the_library(table, tmp_path):
    outputs = {option: tmp_path / f"fit.{option}" for option in ("json", "report")}
    outputs["report"] = outputs["report"].with_suffix(".html")
    words = [
        "fit",
        str(table),
        str(table),
        "--model",
        "squid",
        "--set",
        "rest=-65",
        "--holding",
        "-70",
        "--starts",
        "1",
    ]
    words += ["--vary", "g_K=5:200:log", "--vary", "E_leak=-80:-30:sweep:linear"]
    words += ["--tie", "g_leak=g_K / 120", "--tie", "E_K=-77", "--prior", "g_K=36:5", "--prior", "E_leak[1]=-54:0.5"]
    for option, path in outputs.items():
        words += [f"--{option}", str(path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    (sweep,) = lo.read_recording(table)
    sweep = sweep.replace(holding=-70)
    found = lo.fit(
        lo.models.squid(rest=-65), [sweep, sweep],
        {"g_K": lo.Bound(5, 200, "log"), "E_leak": lo.Bound(-80, -30, "linear", "sweep")},
        tied={"g_leak": "g_K/120", "E_K": -77}, priors={"g_K": (36, 5), "E_leak[1]": (-54, 0.5)}, starts=1,
    )  # fmt: skip
    written = json.loads(outputs["json"].read_text(encoding="utf-8"))
    assert written["values"] == found.values
    assert written["bounds"]["g_K"] == {"low": 5, "high": 200, "scale": "log"}
    assert written["bounds"]["E_leak[0]"]["scale"] == "linear"
    assert written["priors"] == {
        "g_K": {"mean": 36, "deviation": 5},
        "E_leak[1]": {"mean": -54, "deviation": 0.5},
    }
    assert written["tied"]["g_leak"]["value"] == found.values["g_K"] / 120
    assert written["tied"]["E_K"] == {"formula": "-77", "value": -77, "error": 0}
    assert "(prior 36 ± 5)" in done.stdout
    page = outputs["report"].read_text(encoding="utf-8")
    for cell in ("5 to 200, log", "-80 to -30, linear", "36 ± 5", "g_K / 120", "-77 mV"):
        assert f"<td>{cell}</td>" in page


FEATURES = ["fit", "--model", "squid", "--set", "rest=-65", "--vary", "E_leak=-60:-50"]
FEATURES += ["--step", "-1", "--start", "30", "--stop", "50", "--feature", "voltage_base=-65.2:0.3"]


def test_the_command_fits_features(tmp_path):
    outputs = {"json": tmp_path / "fit.json", "png": tmp_path / "fit.png", "report": tmp_path / "fit.html"}
    words = [*FEATURES, "--feature", "minimum_voltage=-67:0.4", "--members", "16", "--starts", "1", "--seed", "3"]
    for option, path in outputs.items():
        words += [f"--{option}", str(path)]
    done = CliRunner().invoke(app, [*words, "--evaluations", "40", "--duration", "80"])
    assert done.exit_code == 0, done.output
    found = lo.fit_features(
        lo.models.squid(rest=-65), lo.Step(-1.0, start=30, stop=50),
        {"voltage_base": (-65.2, 0.3), "minimum_voltage": (-67, 0.4)}, {"E_leak": (-60, -50)},
        members=16, starts=1, seed=3, evaluations=40, duration=80,
    )  # fmt: skip
    written = json.loads(outputs["json"].read_text(encoding="utf-8"))
    assert written["values"] == found.values
    assert written["runs"][0]["evaluations"] == found.runs[0].evaluations
    assert str(found).splitlines()[1] in done.stdout
    assert outputs["png"].read_bytes()[:4] == b"\x89PNG"
    page = outputs["report"].read_text(encoding="utf-8")
    assert page.count("data:image/png") == 2
    for cell in ("-65.2 ± 0.3", "-60 to -50, linear", f"{found.runs[0].values['E_leak']:.6g}"):
        assert f"<td>{cell}</td>" in page
    less = CliRunner().invoke(app, [*FEATURES, "--evaluations", "1", "--members", "8"])
    assert "ended by the limit of evaluations: not converged" in less.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--feature", "voltage_base=-65:1"], "--feature gives voltage_base twice"),
        (["--feature", "minimum_voltag=-65:1"], "Did you mean 'minimum_voltage'?"),
        (["--feature", "minimum_voltage=-65"], "--feature minimum_voltage takes two numbers, MEAN:SD; got '-65'"),
        (["--feature", "minimum_voltage=-65:0"], "the standard deviation of minimum_voltage"),
        (["--feature", "spike_times=1,a:0.1"], "each time of --feature spike_times must be a number; got 'a'"),
        (["--feature", "spike_times=1,2"], "takes times and their standard deviation, MS,MS,...:SD; got '1,2'"),
        (["--feature", "spike_times=5,2:0.1"], "increasing"),
        (["--feature", "spike_times=5,9:0.1", "--members", "8"], "2 spikes were measured, members fire 0."),
        (["--holding", "-70"], "--holding is for recordings, not for features"),
        (["--frequency", "1"], "--frequency is not a setting of the given stimulus (--step)"),
        (["--members", "0"], "members"),
        (["--evaluations", "0"], "evaluations"),
    ],
)
def test_wrong_words_of_features_give_clear_errors(words, said):
    done = CliRunner().invoke(app, [*FEATURES, *words])
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_features_and_recordings_are_told_apart(table):
    model = ["--model", "squid", "--vary", "g_Na=20:500"]
    for words, said in (
        (model, "A fit needs what was measured: recordings, FILE..., or features"),
        ([str(table), *model, "--feature", "spike_count=3:1"], "takes recordings or features, not both"),
        ([str(table), *model, "--step", "10"], "--step is for features; a recording has its own stimulus"),
        ([*model, "--feature", "spike_count=3:1"], "Features are those under a stimulus: give one, e.g. --step 10"),
    ):
        done = CliRunner().invoke(app, ["fit", *words])
        assert done.exit_code == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--vary", "g_Na=20"], "LOW:HIGH"),
        (["--vary", "g_Na=a:b"], "--vary g_Na must be a number"),
        (["--vary", "g_na=1:2"], "Did you mean 'g_Na'?"),
        (["--vary", "g_Na=20:500", "--exclude", "5"], "--exclude takes two numbers, START:STOP"),
        (["--vary", "g_Na"], "--vary takes NAME=LOW:HIGH"),
        (["--vary", "g_Na=20:500", "--report", "fit.txt"], "call it 'fit.html'"),
        (["--vary", "g_Na=20:500", "--vary", "g_Na=2:5"], "twice"),
        (["--vary", "g_Na=20:500:square"], "takes LOW:HIGH[:log|linear][:sweep]; got '20:500:square'"),
        (["--vary", "g_Na=20:500:log:linear"], "takes LOW:HIGH[:log|linear][:sweep]"),
        (["--vary", "g_Na=0:500:log"], "A logarithmic scale needs bounds above 0"),
        (["--vary", "g_Na=0:500:log"], "--vary g_Na: "),
        (["--vary", "g_Na=500:20"], "--vary g_Na: Bounds must go"),
        (["--vary", "g_Na=20:500", "--tie", "g_leak=g_K/400=3"], "without another =; got 'g_leak=g_K/400=3'. Repeat"),
        (["--vary", "g_Na=20:500", "--starts", "0"], "starts=0 is allowed only under current clamp"),
        (["--vary", "g_Na=20:500", "--tie", "g_leak"], "--tie takes NAME=FORMULA"),
        (["--vary", "g_Na=20:500", "--tie", "g_leak=__import__('os')"], "formula"),
        (["--vary", "g_Na=20:500", "--tie", "g_leak=g_k/120"], "Did you mean 'g_K'?"),
        (["--vary", "g_Na=20:500", "--tie", "g_Na=1"], "both varied within bounds and tied"),
        (["--vary", "g_Na=20:500", "--prior", "g_Na=120"], "--prior g_Na takes two numbers, MEAN:SD"),
        (["--vary", "g_Na=20:500", "--prior", "g_K=36:5"], "varied (priors)"),
        (["--vary", "g_Na=20:500", "--prior", "g_Na=36:0"], "standard deviation"),
    ],
)
def test_wrong_words_give_clear_errors(table, words, said):
    done = CliRunner().invoke(app, ["fit", str(table), "--model", "squid", "--holding", "-70", *words])
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_command_takes_files_of_both_clamps(table, tmp_path, monkeypatch):
    path, seen = tmp_path / "v.csv", []
    t = np.arange(50.0)
    rows = np.stack([t, -65 + np.sin(t), 0 * t], axis=1)
    np.savetxt(path, rows, delimiter=",", header="t [ms],v [mV],stimulus [µA/cm²]", comments="", encoding="utf-8")

    def kept(membrane, sweeps, bounds, **options):
        seen.extend(sweeps)
        raise lo.FitError("enough")

    monkeypatch.setattr(loligo.fitting, "fit", kept)
    words = ["fit", str(table), str(path), "--model", "squid", "--vary", "g_Na=20:500", "--holding", "-70"]
    assert CliRunner().invoke(app, words).exit_code
    assert [(one.clamp, one.holding) for one in seen] == [("voltage", -70.0), ("current", None)]

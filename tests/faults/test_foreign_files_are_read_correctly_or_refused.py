"""Whatever a file holds, it is read right or ends in one sentence: nothing endless is read, nothing lying believed."""

import io
import json
import os
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app
from loligo.cli.samples_file import read_samples
from loligo.lab import membranes_in
from loligo.membrane.description import described, membrane_from


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    lo.simulate(lo.models.squid(), lo.Step(10.0, start=1, stop=9), duration=10, sampling=0.5).save(path)
    return path


def sentence(arguments, status=(1, 2)):
    """Run a command that must end with one line on stderr, and return the line."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code in status, (done.exit_code, done.exception)
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("loligo: ")
    assert len(lines[0]) < 2100
    assert lines[0].isprintable()
    return lines[0]


# samples

SAMPLES = {
    "complex.npy": (np.array([1 + 2j, 3.0]), "must hold real numbers"),
    "empty.npy": (np.zeros((0, 2)), "one or two columns"),
    "nothing.npy": (np.zeros(0), "one or two columns"),
    "cube.npy": (np.zeros((2, 2, 2)), "one or two columns"),
    "text.npy": (np.array(["a", "b"]), "must hold real numbers"),
    "truth.npy": (np.array([True, False]), "must hold real numbers"),
    "times.npy": (np.array(["2020-01-01"], dtype="M8[D]"), "plain numbers"),
    "records.npy": (np.zeros(2, dtype=[("a", "f8")]), "plain numbers"),
    "back.npy": (np.array([[1.0, 0.0], [0.0, 1.0]]), "times that increase"),
    "gap.npy": (np.array([1.0, np.nan, 2.0]), "fill the gaps"),
    "unequal.npy": (np.array([[0, 1], [1, 1], [5, 1.0]]), "not at equal intervals"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_invalid_samples_are_refused(name, tmp_path):
    array, expected = SAMPLES[name]
    np.save(tmp_path / name, array)
    said = sentence(
        ["simulate", "squid", "--samples", str(tmp_path / name), *(["--dt", "1"] if array.ndim == 1 else [])]
    )
    assert expected in said


def test_objects_are_not_unpickled(tmp_path):
    np.save(tmp_path / "o.npy", np.array([os.system], dtype=object), allow_pickle=True)
    assert "plain numbers" in sentence(["simulate", "squid", "--dt", "1", "--samples", str(tmp_path / "o.npy")])


@pytest.mark.parametrize("shape", [(10**12,), (10**9, 2), (-1,), (2**62, 4), (5,)])
def test_a_header_that_promises_more_than_the_file_holds(shape, tmp_path):
    file = io.BytesIO()
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(118) + b"\n"
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\0" * 16)
    (tmp_path / "lie.npy").write_bytes(file.getvalue())
    assert "lie.npy is not a .npy file" in sentence(
        ["simulate", "squid", "--dt", "1", "--samples", str(tmp_path / "lie.npy")]
    )


def test_samples_are_bounded_and_the_limit_can_be_raised(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("1.0\n" * 300_000)
    line = ["simulate", "squid", "--dt", "0.00001", "--duration", "1", "--samples", str(path)]
    assert "longer than 1 MB" in sentence([*line, "--most-megabytes", "1"])
    assert "most_megabytes=" in sentence([*line, "--most-megabytes", "1"])
    assert CliRunner().invoke(app, [*line, "--most-megabytes", "2"]).exit_code == 0


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that is endless")
def test_endless_samples():
    assert "or never ends" in sentence(["simulate", "squid", "--dt", "1", "--samples", "/dev/zero"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2\n3,\x1b[31mred\x1b[0m\n", "is not 2 numbers"),
        ("," * 5000, "holds no numbers"),
        (",".join(["1"] * 5000), "columns"),
        ("1 2 3\n4 5 6\n", "none of them has the header"),
        ("9" * 400 + "\n1\n", "fill the gaps"),
        ("", "holds no numbers"),
        ("a\nb\n", "is not"),
    ],
)
def test_texts_that_are_no_samples(text, expected, tmp_path):
    (tmp_path / "s.txt").write_text(text)
    assert expected in sentence(["simulate", "squid", "--dt", "1", "--samples", str(tmp_path / "s.txt")])


def test_a_pipe_is_read(tmp_path):
    if sys.platform == "win32":
        pytest.skip("named pipes are of POSIX")
    import threading

    os.mkfifo(tmp_path / "pipe")
    threading.Thread(target=lambda: (tmp_path / "pipe").write_text("1\n2\n")).start()
    assert read_samples(tmp_path / "pipe", {"dt": 1.0})["values"].tolist() == [1.0, 2.0]


# recordings


def changed(saved, folder, change=None, **arrays):
    """Write a saved recording again, with other words or arrays."""
    with np.load(saved) as file:
        held = {name: file[name] for name in file.files}
    about = json.loads(str(held["about"]))
    if change:
        change(about)
    held |= {"about": np.array(json.dumps(about)), **arrays}
    np.savez(folder / "changed.npz", **held)
    return folder / "changed.npz"


def test_a_recording_is_read_back(saved, tmp_path):
    again = lo.load(changed(saved, tmp_path))
    assert again.states.tobytes() == lo.load(saved).states.tobytes()


@pytest.mark.parametrize(
    "arrays",
    [
        {"t": np.zeros(21)[::-1] - np.arange(21)},
        {"t": np.arange(21.0)[::-1] * 0.5},
        {"t": np.arange(21.0) * 5},
        {"t": np.arange(21) * 1j},
        {"t": np.arange(20.0)},
        {"states": np.zeros((21, 5))},
        {"states": np.full((21, 4), np.nan)},
        {"spikes": np.array([3.0, 2.0])},
        {"spikes": np.array([-1.0])},
        {"spikes": np.zeros((2, 2))},
        {"final": np.zeros(3)},
        {"final": np.array(["a"] * 4)},
        {"about": np.array(3.0)},
        {"about": np.array(["{}"] * 2)},
        {"more": np.zeros(3)},
    ],
    ids=lambda arrays: "-".join(f"{name}{value.shape}{value.dtype.kind}" for name, value in arrays.items()),
)
def test_invalid_arrays_of_a_recording_are_refused(saved, tmp_path, arrays):
    with pytest.raises(lo.FileFormatError, match="is not a recording that loligo can read"):
        lo.load(changed(saved, tmp_path, **arrays))


SETTINGS = [
    ("duration", "10"),
    ("duration", -1),
    ("duration", None),
    ("tolerance", "small"),
    ("tolerance", -1),
    ("method", "a\x1b[0m"),
    ("method", "m" * 9999),
    ("steps", 1.5),
    ("steps", -3),
    ("steps", "many"),
    ("rejected", None),
    ("holding", "high"),
    ("interventions", {}),
    ("interventions", [{"kind": "Hold"}]),
    ("interventions", [[]]),
    ("more", 1),
]


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_settings_of_a_recording_are_of_their_type(saved, tmp_path, name, value):
    with pytest.raises(lo.FileFormatError):
        lo.load(changed(saved, tmp_path, lambda about: about["settings"].update({name: value})))


def test_a_recording_is_measured_before_it_is_unpacked(saved, tmp_path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(saved) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in ("about", "spikes", "final", "t"):
            bomb.writestr(f"{name}.npy", whole.read(f"{name}.npy"))
        with bomb.open("states.npy", "w", force_zip64=True) as file:
            for _ in range(200):
                file.write(b"\0" * 1_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(lo.FileFormatError, match=r"longer than 100 MB.*most_megabytes of"):
        lo.load(path, most_megabytes=100)


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "folder", "a\0b"])
def test_recordings_that_are_no_files(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    if name.startswith("/dev") and not Path(name).exists():
        pytest.skip("no such device")
    with pytest.raises((lo.FileFormatError, FileNotFoundError)):
        lo.load(name)


# membranes in JSON


def words():
    gate = lo.Gate("m", alpha="0.1", beta="4*exp(-v/18)")
    return described(
        lo.Membrane(
            lo.Channel("Na", g=1, E=50, open=gate**3),
            lo.Current("pump", "0.1*k"),
            lo.State("ca", "-ca", initial=0.1, unit="mM"),
            constants={"k": (1.0, "µA/cm²")},
            name="own",
        )
    )


CHANGES = {
    "a number where a formula belongs": lambda w: w["gates"]["m"].update(alpha=0.1),
    "a list where a formula belongs": lambda w: w["gates"]["m"].update(alpha=["v"]),
    "a pole": lambda w: w["gates"]["m"].update(alpha="1/(v - 3)"),
    "a number as a current": lambda w: w["parts"][1].update(formula=3),
    "a number as a derivative": lambda w: w["parts"][2].update(derivative=3),
    "a formula as a conductance": lambda w: w["parts"][0].update(g="120"),
    "an open probability that is a function": lambda w: w["parts"][0].update(open="exp(m)"),
    "an open probability that is a number": lambda w: w["parts"][0].update(open=3),
    "a gate that is not there": lambda w: w["parts"][0].update(gates=["x"]),
    "gates that are no list": lambda w: w["parts"][0].update(gates="m"),
    "an unknown entry": lambda w: w["parts"][0].update(more=1),
    "a missing entry": lambda w: w["parts"][0].pop("E"),
    "a part that is a number": lambda w: w["parts"].append(3),
    "a kind that does not exist": lambda w: w["parts"][0].update(kind="pump"),
    "no parts": lambda w: w.update(parts=[]),
    "too many parts": lambda w: w.update(parts=w["parts"] * 200),
    "parts that are a table": lambda w: w.update(parts={}),
    "a name that is a list": lambda w: w.update(name=[]),
    "a name with an escape sequence": lambda w: w.update(name="a\x1b]0;title\x07b"),
    "a long name": lambda w: w.update(name="x" * 100_000),
    "a long unit": lambda w: w["constants"].update(k=[1.0, "x" * 1000]),
    "a constant without a unit": lambda w: w["constants"].update(k=1.0),
    "a constant of three entries": lambda w: w["constants"].update(k=[1, "a", "b"]),
    "a constant that is infinite": lambda w: w["constants"].update(k=[float("inf"), ""]),
    "a constant of 400 digits": lambda w: w["constants"].update(k=[10**400, ""]),
    "a constant with a name of Python's": lambda w: w["constants"].update({"__proto__": [1, ""]}),
    "no capacitance": lambda w: w.update(C=0),
    "a capacitance that is a text": lambda w: w.update(C="1"),
    "a temperature that is true": lambda w: w.update(celsius=True),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_invalid_membranes_in_json_are_refused(kind, tmp_path):
    own = words()
    CHANGES[kind](own)
    (tmp_path / "m.json").write_text(json.dumps(own))
    with pytest.raises(lo.LoligoError) as caught:
        lo.simulate(membranes_in(tmp_path / "m.json")[0], lo.Step(1.0, stop=1.0), duration=1.0)
    assert 20 < len(str(caught.value)) < 600


def test_the_words_themselves_are_a_membrane():
    assert described(membrane_from(json.loads(json.dumps(words())))) == words()


TEXTS = [
    "[" * 100_000,
    "{" * 5000,
    '{"a":' * 3000 + "1" + "}" * 3000,
    '{"name": "a", "name": "b"}',
    "9" * 5000,
    "nul",
    "\ufeff{}",
    "NaN",
    '"' + "a" * 10**6,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_texts_that_are_no_json(text, tmp_path):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(lo.FileFormatError) as caught:
        membranes_in(tmp_path / "m.json")
    assert len(str(caught.value)) < 600


def test_json_is_bounded(tmp_path):
    (tmp_path / "m.json").write_text(" " * 2_000_000)
    with pytest.raises(lo.FileFormatError, match=r"longer than 1 MB.*most_megabytes="):
        membranes_in(tmp_path / "m.json", most_megabytes=1)


# plans of populations

PLAN = (
    'membrane={model="squid"}\ngrid.g_Na=[%s]\nstimulus={kind="step",amplitude=1}\nrun={duration=5}\noutput.csv="%s"\n'
)
PLANS = {
    "nested": "a=" + "[" * 500 + "]" * 500,
    "nested less": "a=" + "[" * 60 + "]" * 60,
    "digits": PLAN % ("1" + "0" * 400, "o.csv"),
    "more digits": PLAN % ("1" + "0" * 5000, "o.csv"),
    "negative digits": PLAN % ("-1" + "0" * 400, "o.csv"),
    "NUL": PLAN % ("1", "a\\u0000b"),
    "escape": PLAN % ('"\\u001b[31m"', "o.csv"),
    "time": PLAN % ("2020-01-01", "o.csv"),
    "table": PLAN % ("{}", "o.csv"),
    "long name": PLAN % ("1", "x" * 5000),
    "long duration": (PLAN % ("1", "o.csv")).replace("duration=5", f"duration=1{'0' * 400}"),
    "features": (PLAN % ("1", "o.csv")).replace("duration=5", "duration=5,features=[[1]]"),
    "bytes": "\x00\x01\x02",
}


@pytest.mark.parametrize("kind", PLANS)
def test_invalid_plans_are_refused(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(PLANS[kind])
    said = sentence(["population", "plan.toml"])
    assert len(said) > 30
    assert not (tmp_path / "o.csv").exists()

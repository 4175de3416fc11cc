"""A saved recording is loaded bit for bit, with its membrane, stimulus and settings; a damaged file is refused."""

import io
import json
import random
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loligo as lo
from loligo.membrane.description import described, membrane_from
from properties.strategies import SQUID, numbers, squids, stimuli
from reference.every_model import EVERY_MODEL

ARRAYS = ("t", "states", "spikes", "final")
RUN = {"duration": 45, "sampling": 0.5}


def check_same(loaded, saved):
    assert (loaded.membrane, loaded.stimulus, loaded.settings) == (saved.membrane, saved.stimulus, saved.settings)
    for name in ARRAYS:
        one, other = getattr(loaded, name), getattr(saved, name)
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()
    assert loaded.currents.keys() == saved.currents.keys()
    for name, current in saved.currents.items():
        np.testing.assert_array_equal(loaded.current(name), current)


@given(membrane=squids(), stimulus=stimuli(), h=numbers(0, 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_runs(tmp_path, membrane, stimulus, h):
    run = lo.simulate(
        membrane, stimulus, **RUN, initial=lo.rest(membrane).state, interventions=lo.Hold("h", h, stop=20)
    )
    run.save(tmp_path / "run.npz")
    check_same(lo.load(tmp_path / "run.npz"), run)


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_every_model_in_words(model):
    membrane = EVERY_MODEL[model]
    assert membrane_from(json.loads(json.dumps(described(membrane)))) == membrane


@pytest.mark.parametrize("model", ["pospischil LTS", "stomatogastric", "morris_lecar"])
def test_further_states_and_instantaneous_gates(model, tmp_path):
    membrane = EVERY_MODEL[model]
    initial = {"v": -60.0} if "stomatogastric" in model else "rest"
    run = lo.simulate(membrane, lo.Step(5.0), 5, initial=initial, sampling=0.5)
    run.save(tmp_path / "run.npz")
    check_same(lo.load(tmp_path / "run.npz"), run)


def test_a_voltage_clamp_and_a_run_without_traces(tmp_path):
    for run in (
        lo.voltage_clamp(SQUID, lo.Step(60.0, 2, 8), 10, holding=-3.0),
        lo.simulate(SQUID, lo.Step(10.0), 30, sampling=None),
        lo.simulate(SQUID, None, 3, interventions=lo.Reset({"n": "rest"}, at=1)),
    ):
        run.save(tmp_path / "run.npz")
        check_same(lo.load(tmp_path / "run.npz"), run)


def test_a_run_continues_from_a_file(tmp_path):
    first = lo.simulate(SQUID, lo.Step(10.0), 20)
    first.save(tmp_path / "first.npz")
    one, other = (lo.simulate(SQUID, lo.Step(10.0), 20, initial=x) for x in (first, lo.load(tmp_path / "first.npz")))
    assert one.states.tobytes() == other.states.tobytes()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    run = lo.simulate(SQUID, lo.Step(10.0, 0, 9) + lo.Noise(1.0, seed=3, stop=10), 20, sampling=0.5)
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    run.save(path)
    return path.read_bytes(), run


def test_damaged_bytes_are_refused_or_do_no_harm(file, tmp_path):
    whole, run = file
    source, path = random.Random(1), tmp_path / "damaged.npz"
    refused = 0
    for _ in range(600):
        data = bytearray(whole)
        place = source.randrange(len(data))
        match source.randrange(3):
            case 0:
                data[place] ^= 1 << source.randrange(8)
            case 1:
                del data[place:]
            case 2:
                data[place : place + source.randrange(1, 40)] = source.randbytes(source.randrange(40))
        path.write_bytes(data)
        try:
            check_same(lo.load(path), run)
        except lo.FileFormatError as error:
            refused += 1
            assert str(path) in str(error)
    assert refused > 500


def rewritten(file, path, lie=None, **arrays):
    """Save the file with some of its content replaced."""
    with np.load(io.BytesIO(file[0])) as content:
        kept = {name: content[name] for name in content.files} | arrays
    if lie is not None:
        words = json.loads(str(kept["about"]))
        lie(words)
        kept["about"] = np.array(json.dumps(words))
    np.savez(path, **kept)


def in_settings(**changes):
    return lambda words: words["settings"].update(changes)


LIES = {
    "code in a gate": lambda words: words["membrane"]["gates"]["m"].update(alpha="__import__('os')"),
    "code in a channel": lambda words: words["membrane"]["parts"][0].update(open="__import__('os')"),
    "code for a number": lambda words: words["membrane"]["parts"][0].update(g="__import__('os')"),
    "a gate less": lambda words: words["membrane"]["gates"].pop("m"),
    "a part of no kind": lambda words: words["membrane"]["parts"][0].update(kind="os.system"),
    "a stimulus of no kind": lambda words: words["stimulus"].update(kind="os.system"),
    "a negative conductance": lambda words: words["membrane"]["parts"][0].update(g=-1),
    "another argument": lambda words: words["stimulus"]["terms"][0].update(colour="red"),
    "a word for a constant": lambda words: words["membrane"]["constants"].update(k=["x", "y"]),
    "a constant that is no number": lambda words: words["membrane"]["constants"].update(k=[float("nan"), ""]),
    "another format": lambda words: words.update(format="loligo recording 99"),
    "another setting": in_settings(colour="red"),
    "a word for a duration": in_settings(duration="long"),
    "no settings": lambda words: words.pop("settings"),
    "a list for a membrane": lambda words: words.update(membrane=[]),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_file_that_lies_is_refused(lie, file, tmp_path):
    rewritten(file, tmp_path / "lie.npz", LIES[lie])
    with pytest.raises(lo.FileFormatError, match="not a recording that loligo can read"):
        lo.load(tmp_path / "lie.npz")


WRONG = {
    "a column for a state": {"states": np.zeros((41, 1))},
    "a row too few": {"states": np.zeros((40, 4))},
    "no table": {"states": np.zeros(41)},
    "words": {"states": np.full((41, 4), "a")},
    "complex numbers": {"states": np.zeros((41, 4), dtype=complex)},
    "times too few": {"t": np.zeros(3)},
    "a short final state": {"final": np.zeros(3)},
    "text that is no JSON": {"about": np.array("{")},
    "JSON of another kind": {"about": np.array("[]")},
    "JSON too deep": {"about": np.array("[" * 100_000)},
    "numbers for text": {"about": np.zeros(3)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_arrays_that_do_not_fit_are_refused(wrong, file, tmp_path):
    rewritten(file, tmp_path / "wrong.npz", **WRONG[wrong])
    with pytest.raises(lo.FileFormatError, match="not a recording that loligo can read"):
        lo.load(tmp_path / "wrong.npz")


def test_nothing_is_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").write_text, ("!",))

    np.savez(tmp_path / "trap.npz", about=np.array(Trap(), dtype=object), t=np.zeros(1))
    with pytest.raises(lo.FileFormatError):
        lo.load(tmp_path / "trap.npz")
    assert not (tmp_path / "sprung").exists()


def test_other_files_are_refused(tmp_path):
    np.save(tmp_path / "array.npy", np.zeros(3))
    (tmp_path / "text.npz").write_text("no archive")
    (tmp_path / "empty.npz").touch()
    with zipfile.ZipFile(tmp_path / "zip.npz", "w") as archive:
        archive.writestr("other.txt", "text")
    for name in ("array.npy", "text.npz", "empty.npz", "zip.npz", "."):
        with pytest.raises(lo.FileFormatError, match="not a recording that loligo can read"):
            lo.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        lo.load(tmp_path / "missing.npz")


def test_a_file_is_complete_or_missing(file, tmp_path, monkeypatch):
    _, run = file
    (tmp_path / "run.npz").write_bytes(b"before")

    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(KeyboardInterrupt):
        run.save(tmp_path / "run.npz")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("run.npz", b"before")]


def test_a_name_is_kept_as_it_is(file, tmp_path):
    file[1].save(tmp_path / "run")  # numpy would add .npz
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    check_same(lo.load(str(tmp_path / "run")), file[1])


@given(number=st.floats(allow_nan=False, allow_infinity=False, min_value=1e-300, max_value=1e300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_every_float_survives(file, tmp_path, number):
    run = file[1]
    odd = lo.Recording(
        run.membrane.replace(g_Na=number), lo.Step(number), run.settings, run.t, run.states, run.spikes, run.final
    )
    odd.save(tmp_path / "odd.npz")
    loaded = lo.load(tmp_path / "odd.npz")
    assert (loaded.membrane["g_Na"], loaded.stimulus.amplitude, loaded.stimulus.stop) == (number, number, float("inf"))

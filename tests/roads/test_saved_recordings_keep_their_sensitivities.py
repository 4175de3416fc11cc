"""A recording has the derivatives of all its traces, in memory, in a file and pickled."""

import json
import pickle

import numpy as np
import pytest

import loligo as lo
from differences import extrapolated

CELL, CURRENT = lo.models.morris_lecar("hopf"), lo.Step(120.0, start=5, stop=180)
NAMES = ["amplitude", "V_1"]


@pytest.fixture(scope="module")
def run():
    return lo.simulate(CELL, CURRENT, 200, sampling=5.0, tolerance=1e-10, sensitivities=NAMES)


def test_files_and_pickles_are_the_same_bit_for_bit(run, tmp_path):
    run.save(tmp_path / "run.npz")
    assert run.spikes.size
    for other in (lo.load(tmp_path / "run.npz"), pickle.loads(pickle.dumps(run))):
        for name in NAMES:
            one, two = run.sensitivity(name), other.sensitivity(name)
            for a, b in ((one.states, two.states), (one.final, two.final), (one["m"], two["m"])):
                assert a.tobytes() == b.tobytes()
            assert run.spike_gradient()[name].tobytes() == other.spike_gradient()[name].tobytes()


def test_currents_and_instantaneous_gates_equal_differences(run):
    def traces(**change):
        other = lo.simulate(CELL.replace(**change), CURRENT, 200, sampling=5.0, tolerance=1e-12)
        return np.stack([other["m"], other.current("Ca"), other.conductance("Ca"), other.current("leak")])

    found = run.sensitivity("V_1")
    own = np.stack([found["m"], found.current("Ca"), found.conductance("Ca"), found.current("leak")])
    reference = extrapolated(lambda x: traces(V_1=x), CELL["V_1"], 1e-3, levels=3)
    largest = np.abs(reference).max(axis=1, keepdims=True)
    np.testing.assert_allclose(own / largest, reference / largest, rtol=0, atol=1e-6)


def test_files_without_them_keep_their_format(run, tmp_path):
    lo.simulate(CELL, CURRENT, 1).save(tmp_path / "plain.npz")
    with np.load(tmp_path / "plain.npz") as file:
        assert json.loads(str(file["about"]))["format"] == "loligo recording 2"
    with pytest.raises(lo.UnknownNameError, match="sensitivities"):
        lo.load(tmp_path / "plain.npz").sensitivity("V_1")


@pytest.mark.parametrize("change", [{"sensitivities": ["V_1"]}, {"sensitivities": ["V_1", "V_1"]}, {"format": 2}])
def test_damaged_ones_are_refused(run, tmp_path, change):
    run.save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz") as file:
        arrays = dict(file)
    about = json.loads(str(arrays["about"])) | change
    about["format"] = "loligo recording 2" if "format" in change else about["format"]
    np.savez(tmp_path / "run.npz", **arrays | {"about": np.array(json.dumps(about))})
    with pytest.raises(lo.FileFormatError, match="sensitivities"):
        lo.load(tmp_path / "run.npz")


def test_other_names_are_refused(run):
    with pytest.raises(lo.UnknownNameError, match="Ca"):
        run.sensitivity("V_1").current("ca")
    with pytest.raises(lo.UnknownNameError, match="m"):
        run.sensitivity("V_1")["M"]

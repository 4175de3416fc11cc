"""Samples and protocols of Axon Binary Files are those that the file says, and those of pyABF where it is installed."""

import numpy as np
import pytest

import loligo as lo
from reference.abf import BIPHASIC, COSINES, PULSES, RAMP, RAMPS, STEPS, TRIANGLES, version_1, version_2

N = 3200  # samples of a sweep of version 1: 50 before the first epoch
SAMPLES = np.random.default_rng(1).integers(-2000, 2000, (3, N))
# kind, level, increment, duration, increment
FIRST = {
    "steps": [(STEPS, -60.0, 10.0, 1000, 0), (STEPS, -70.0, 0.0, 500, 0)],
    "ramps": [(RAMPS, 20.0, -5.0, 1000, 100), (STEPS, -80.0, 1.0, 100, 50)],
    "off": [(STEPS, -60.0, 0.0, 10, 0), (0, -50.0, 0.0, 500, 0), (RAMPS, -40.0, 0.1, 10, 0)],
    "none": [],
}
# ... and period and width
SECOND = {
    "steps": [(STEPS, 20.0, 10.0, 4000, 0, 0, 0), (STEPS, -7.5, 0.0, 500, 0, 0, 0)],
    "ramps": [(RAMPS, 20.0, -5.0, 1000, 100, 0, 0), (RAMPS, -80.0, 1.0, 100, 50, 0, 0)],
    "pulses": [(STEPS, 5.0, 0.0, 99, 0, 0, 0), (PULSES, 20.0, 10.0, 1000, 0, 100, 30)],
    "triangles": [(TRIANGLES, 20.0, 10.0, 1000, 0, 100, 30)],
    "biphasic": [(STEPS, 5.0, 0.0, 99, 0, 0, 0), (BIPHASIC, 20.0, 10.0, 1000, 0, 100, 30)],
    "cosines": [(STEPS, 5.0, 0.0, 99, 0, 0, 0), (COSINES, 20.0, 10.0, 1000, 0, 100, 30)],
}


def test_a_recorded_ramp():
    first, second = lo.read_recording(RAMP)
    assert (first.name, first.clamp, first.per) == ("17o05027_ic_ramp sweep 0", "current", "unsaid")
    assert (first.t.size, first.interval, first.even) == (20000, pytest.approx(0.05), True)
    assert (first.capacitance, first.series_resistance) == (None, None)
    played = second.replace(per="cell").stimulus
    assert (played.start, played.stop) == (pytest.approx(15.6), pytest.approx(1000))
    assert played([15.5, 980.55, 990]) == pytest.approx([0, 0.01, 0.01])  # nA: the ramp goes to 10 pA and stays
    assert second.features("spike_count", window=(15.6, 1000)) == {"spike_count": 9}
    run = lo.simulate(lo.models.squid(), lo.read_recording(RAMP, area=2e-5)[1].stimulus, 20)
    assert run.v.size


@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize("what", FIRST)
def test_version_1(what, stays, tmp_path):
    (tmp_path / "a.abf").write_bytes(version_1(SAMPLES, epochs=FIRST[what], stays=stays))
    sweeps = lo.read_recording(tmp_path / "a.abf")
    assert len(sweeps) == 3
    level = -70.0
    for k, sweep in enumerate(sweeps):
        assert (sweep.clamp, sweep.holding, sweep.capacitance) == ("voltage", -70, 33.5)
        np.testing.assert_allclose(sweep.current, SAMPLES[k] * 10 / 32768 / 0.0005 / 2 * 1e-3, rtol=1e-6)
        expected = by_samples(FIRST[what], k, level, -70.0, stays=stays)
        np.testing.assert_allclose(sweep.command(sweep.t) + sweep.holding, expected, atol=1e-9)
        level = expected[-1]


def by_samples(epochs, sweep, level, holding, *, stays):
    values, at, now = np.full(N, level), N // 64, holding
    for kind, first, more, duration, longer in epochs:
        if kind:
            n, target = duration + sweep * longer, first + sweep * more
            values[at : at + n] = target if kind == STEPS else np.linspace(now if at > N // 64 else level, target, n)
            at, now = at + n, target
    values[at:] = (now if at > N // 64 else level) if stays else holding
    return values


@pytest.mark.parametrize("changes", [{}, {"stays": 0}, {"holding": 2.5, "stays": 0}], ids=str)
@pytest.mark.parametrize("what", SECOND)
def test_version_2_as_pyabf_has_it(what, changes, tmp_path):
    with np.printoptions():  # its import changes how NumPy prints arrays
        pyabf = pytest.importorskip("pyabf")
    (tmp_path / "a.abf").write_bytes(version_2(epochs=SECOND[what], **changes))
    abf, sweeps = pyabf.ABF(tmp_path / "a.abf"), lo.read_recording(tmp_path / "a.abf", per="cell")
    assert len(sweeps) == abf.sweepCount
    for k, sweep in enumerate(sweeps):
        abf.setSweep(k)
        np.testing.assert_allclose(sweep.v, abf.sweepY, rtol=1e-6, atol=1e-5)
        np.testing.assert_allclose(sweep.t, 1e3 * abf.sweepX, rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(sweep.stimulus(sweep.t), abf.sweepC * 1e-3, atol=1e-9)


def test_steps_and_ramps_are_exact_pieces(tmp_path):
    (tmp_path / "a.abf").write_bytes(version_1(SAMPLES, epochs=FIRST["steps"]))
    sweep = lo.read_recording(tmp_path / "a.abf")[2]
    assert sweep.command == lo.Step(30.0, 2.5, 52.5)
    run = lo.voltage_clamp(lo.models.squid(rest=-65), sweep.command, 60, holding=sweep.holding, sampling=[1, 30, 59])
    assert run.v.tolist() == [-70, -40, -70]


@pytest.mark.parametrize("what", SECOND)
def test_trains_of_version_1_are_those_of_version_2(what, tmp_path):
    (tmp_path / "a.abf").write_bytes(version_2(epochs=SECOND[what], stays=0, holding=2.5))
    samples, own = np.zeros((2, 20_000)), {"units": (b"mV", b"pA"), "holding": 2.5}
    (tmp_path / "b.abf").write_bytes(version_1(samples, epochs=SECOND[what], **own))
    for one, other in zip(
        *(lo.read_recording(tmp_path / name, per="cell") for name in ("a.abf", "b.abf")), strict=True
    ):
        np.testing.assert_array_equal(one.stimulus(one.t), other.stimulus(other.t))
    (tmp_path / "b.abf").write_bytes(version_1(samples, epochs=SECOND[what], alternates=1, **own))
    assert not any(sweep.has_protocol for sweep in lo.read_recording(tmp_path / "b.abf"))


def test_a_recorded_protocol_is_taken_where_the_header_has_none(tmp_path):
    pulse = np.where(np.arange(N) // 1000 == 1, 800, 0)
    both = np.stack([SAMPLES, np.tile(pulse, (3, 1))], axis=2)
    path, unit = tmp_path / "a.abf", 10 / 32768 / 0.0005 / 2  # only the first channel has an additional gain, of 2
    current = 2e-3 * unit * pulse  # nA
    path.write_bytes(version_1(both, epochs=FIRST["steps"], units=(b"mV", b"pA"), source=2))
    assert [sweep.has_protocol for sweep in lo.read_recording(path)] == [False] * 3
    for k, sweep in enumerate(lo.read_recording(path, clamp="current", per="cell")):
        np.testing.assert_allclose(sweep.v, SAMPLES[k] * unit, rtol=1e-6)
        assert isinstance(sweep.stimulus, lo.Step)
        np.testing.assert_allclose(sweep.stimulus(sweep.t), current, rtol=1e-6)
    (first, *_) = lo.read_recording(path, clamp="voltage", per="cell")
    np.testing.assert_allclose(first.current, current, rtol=1e-6)
    np.testing.assert_allclose(first.played, SAMPLES[0] * unit, rtol=1e-6)
    path.write_bytes(version_1(both, epochs=FIRST["ramps"], units=(b"mV", b"pA")))  # that of the header is exact
    sweep = lo.read_recording(path, clamp="current", per="cell")[0]
    np.testing.assert_allclose(
        1e3 * sweep.stimulus(sweep.t), by_samples(FIRST["ramps"], 0, -70.0, -70.0, stays=False), atol=1e-9
    )


@pytest.mark.parametrize("changes", [{"source": 2}], ids=str)
def test_a_protocol_of_another_file_is_absent(changes, tmp_path):
    (tmp_path / "a.abf").write_bytes(version_2(**changes))
    sweep = lo.read_recording(tmp_path / "a.abf")[0]
    assert "protocol absent" in repr(sweep)
    with pytest.raises(lo.ArgumentError, match="protocol is absent"):
        _ = sweep.stimulus


def test_an_output_that_was_off_is_its_holding_level(tmp_path):
    (tmp_path / "a.abf").write_bytes(version_2(enabled=0, holding=50.0, stays=0))
    sweep = lo.read_recording(tmp_path / "a.abf", per="cell")[0]
    assert sweep.stimulus([0, 500]).tolist() == [0.05, 0.05]

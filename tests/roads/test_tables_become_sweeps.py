"""Tables with units in their headers become sweeps, and their protocol exact pieces."""

import numpy as np
import pytest

import loligo as lo
from reference.abf import RAMP

T = np.arange(2000) * 0.05
SQUID = lo.models.squid()


def write(path, header, *columns):
    rows = [",".join(map(repr, row)) for row in np.column_stack(columns).tolist()]
    path.write_text("\n".join([header, *rows] if header else rows))
    return path


@pytest.mark.parametrize(
    "stimulus",
    [
        lo.Step(7.0, start=20, stop=80),
        lo.Step(7.0, 0, 50) + lo.Step(-3.0, 30, 60),
        lo.Ramp(20.0, start=10, stop=90),
        lo.Step(5.0, 10, 40) + lo.Ramp(-8.0, 40, 70),
        lo.Pulses(9.0, onsets=(5, 10, 20), width=0.05),
        lo.Pulses(9.0, onsets=range(1, 90, 3), width=1),
        lo.Step(0.0, stop=100),
    ],
)
def test_steps_and_ramps_are_recognised(stimulus, tmp_path):
    for values in (stimulus(T), np.float32(stimulus(T)).astype(float)):
        path = write(tmp_path / "a.csv", "t [ms],v [mV],stimulus [µA/cm²]", T, T * 0 - 65, values)
        (sweep,) = lo.read_recording(path)
        assert not isinstance(sweep.stimulus, lo.Samples)
        fine = np.linspace(0, 99.9, 12345)
        inside = np.abs(np.subtract.outer(fine, stimulus.discontinuities(100))).min(axis=1, initial=9) > 0.051
        np.testing.assert_allclose(sweep.stimulus(fine)[inside], stimulus(fine)[inside], atol=2e-5)
        np.testing.assert_allclose(sweep.stimulus(T), values, atol=1e-5)


def test_anything_else_is_samples():
    noise = np.random.default_rng(1).normal(size=2000)
    from loligo.sweep.recognition import recognised

    found = recognised(T, noise)
    assert isinstance(found, lo.Samples)
    np.testing.assert_allclose(found(T + 0.01), noise)
    with pytest.raises(lo.FileFormatError, match="equal intervals"):
        recognised(T**1.1, noise)


def test_files_of_the_command_line_are_read(tmp_path):
    from loligo.cli.tables import write_csv

    run = lo.simulate(SQUID, lo.Step(7.0, 2, 20), 30)
    with (tmp_path / "run.csv").open("w") as file:
        write_csv(run, file)
    (sweep,) = lo.read_recording(tmp_path / "run.csv")
    np.testing.assert_array_equal(sweep.v, run.v)
    assert sweep.stimulus == run.stimulus
    assert sweep.features("spike_count", level=SQUID.spike_level) == {"spike_count": run.spikes.size}


def test_our_own_recordings_are_read(tmp_path):
    run = lo.simulate(SQUID, lo.Step(7.0, 2, 20), 30)
    run.save(tmp_path / "run.npz")
    for source in (run, tmp_path / "run.npz", str(tmp_path / "run.npz")):
        (sweep,) = lo.read_recording(source)
        assert (sweep.stimulus, sweep.per) == (run.stimulus, "area")
        np.testing.assert_array_equal(sweep.v, run.v)
    clamp = lo.voltage_clamp(SQUID, lo.Step(50.0, 1, 5), 8, holding=-10)
    (sweep,) = lo.read_recording(clamp)
    np.testing.assert_array_equal(sweep.current, clamp.ionic_current)
    assert (sweep.command, sweep.holding) == (clamp.stimulus, -10)


def test_units_of_files_are_converted(tmp_path):
    path = write(
        tmp_path / "a.csv", "time (s);Vm (V);stimulus (pA)".replace(";", ","), T / 1e3, T * 0 - 0.065, T * 0 + 20
    )
    (sweep,) = lo.read_recording(path)
    np.testing.assert_allclose(sweep.t, T, rtol=1e-14)
    np.testing.assert_allclose(sweep.v, -65)
    assert sweep.per == "unsaid"
    with pytest.raises(lo.ArgumentError, match="give area="):
        _ = sweep.stimulus
    assert lo.read_recording(path, area=2e-5)[0].stimulus(1.0) == pytest.approx(1.0)
    assert lo.read_recording(path, per="cell")[0].stimulus(1.0) == pytest.approx(0.02)


def test_commands_are_read_from_their_first_sample(tmp_path):
    command = lo.Step(40.0, 20, 60)(T) - 80
    path = write(tmp_path / "a.csv", "t [ms],I [nA],command [mV]", T, T, command)
    (sweep,) = lo.read_recording(path, per="cell")
    assert (sweep.holding, sweep.command) == (-80, lo.Step(40.0, 20, 60))
    assert sweep.current_unit == "nA"


def test_several_columns_are_several_sweeps(tmp_path):
    path = write(tmp_path / "a.csv", "t [ms],v1 [mV],v2 [mV]", T, T, 2 * T)
    assert [sweep.name for sweep in lo.read_recording(path)] == ["a v1", "a v2"]
    assert lo.read_recording(path, sweeps=1)[0].v[1] == pytest.approx(0.1)
    assert [s.name for s in lo.read_recording(path, sweeps=[1, 0])] == ["a v2", "a v1"]
    with pytest.raises(lo.ArgumentError, match="2 sweeps, numbered from 0 to 1; got 2"):
        lo.read_recording(path, sweeps=[0, 2])


def test_arrays_of_numpy_are_named_by_the_caller(tmp_path):
    np.save(tmp_path / "a.npy", np.column_stack([T, T - 65]))
    np.savez(tmp_path / "a.npz", t=T, i=T)
    (sweep,) = lo.read_recording(tmp_path / "a.npy", columns=["t [ms]", "v [mV]"])
    assert sweep.v[0] == -65
    (sweep,) = lo.read_recording(tmp_path / "a.npz", columns={"t": "t [ms]", "i": "current [nA]"}, area=1e-3)
    np.testing.assert_allclose(sweep.current, T)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(lo.FileFormatError, match=r"(?i)units"):
            lo.read_recording(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("t,v\n0,1\n1,2", "Units are missing for 't', 'v'"),
        ("t [ms],v\n0,1\n1,2", "Units are missing for 'v'"),
        ("t [ms],i [mA/cm2]\n0,1\n1,2", r"The unit of 'i \[mA/cm2\]' is unknown; known are s, .* mV"),
        ("t [ms],v [mV]\n0,1\n1", "Line 3 .* is not 2 numbers"),
        ("t [ms],v [mV]\n0,1\n1,nan", r"v\[1\] is nan at 1 ms"),
        ("t [ms],v [mV]\n", "contains no numbers"),
        ("0,1\n1,2", "2 columns and 0 headers"),
        ("t [ms],v [mV],I [pA]\n0,1,2\n1,2,3", "clamp="),
        ("t [ms],v [mV],stimulus [ohm]\n0,1,2\n1,2,3", None),
        ("", "contains no numbers"),
    ],
)
def test_errors_are_sentences(content, match, tmp_path):
    (tmp_path / "a.csv").write_text(content)
    if match is None:  # a column of another kind is no protocol
        assert not lo.read_recording(tmp_path / "a.csv")[0].has_protocol
        return
    with pytest.raises(lo.LoligoError, match=match):
        lo.read_recording(tmp_path / "a.csv")


def test_arguments_that_do_not_fit_a_file_are_refused(tmp_path):
    path = write(tmp_path / "a.csv", "t [ms],v [mV],Vm [mV]", T, T, T)
    np.savez(tmp_path / "a.npz", **{"t [ms]": T, "v [mV]": T, "Vm [mV]": T})
    for table in (path, tmp_path / "a.npz"):
        with pytest.raises(
            lo.UnknownNameError, match=r"'vm \[mV\]' is not a column of this file. Did you mean 'Vm \[mV\]'"
        ):
            lo.read_recording(table, columns={"vm [mV]": "other"})
        assert len(lo.read_recording(table, columns={"Vm [mV]": "other"})) == 1
        with pytest.raises(lo.LoligoError, match="clamp must be 'current' or 'voltage'"):
            lo.read_recording(table, clamp="patch")
    run = lo.simulate(SQUID, lo.Step(7.0, 2, 20), 30)
    assert len(lo.read_recording(run, clamp="current")) == 1
    with pytest.raises(lo.ArgumentError, match="has no sweep under voltage clamp; without clamp= it has 1"):
        lo.read_recording(run, clamp="voltage")
    with pytest.raises(lo.ArgumentError, match="columns= is for tables"):
        lo.read_recording(RAMP, columns=["t [ms]", "v [mV]"])


def test_an_unknown_format_is_refused(tmp_path):
    (tmp_path / "a.xyz").write_bytes(b"\0\1")
    with pytest.raises(lo.FileFormatError, match=r"unknown format\. Known are"):
        lo.read_recording(tmp_path / "a.xyz")
    with pytest.raises(FileNotFoundError):
        lo.read_recording(tmp_path / "b.csv")
    with pytest.raises(lo.ArgumentError, match="got list"):
        lo.read_recording([1])

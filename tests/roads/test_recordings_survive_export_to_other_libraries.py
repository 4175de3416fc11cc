"""Recordings become objects of Neo and files of NWB, and come back as the same sweeps."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
RUN = lo.simulate(SQUID, lo.Step(7.0, 2, 20), 30)
CLAMP = lo.voltage_clamp(SQUID, lo.Step(50.0, 1, 5), 8, holding=-10)


def test_through_neo():
    neo = pytest.importorskip("neo")
    block = RUN.to_neo()
    assert isinstance(block, neo.Block)
    (segment,) = block.segments
    assert segment.spiketrains[0].magnitude.tolist() == RUN.spikes.tolist()
    assert {s.name: s.units.dimensionality.string for s in segment.analogsignals}["I_Na"] == "uA/cm**2"
    for source in (block, segment):
        (sweep,) = lo.read_recording(source)
        np.testing.assert_array_equal(sweep.v, RUN.v)
        np.testing.assert_allclose(sweep.t, RUN.t, rtol=1e-12)
        assert sweep.per == "area"
        np.testing.assert_allclose(sweep.stimulus([1.9, 2.0, 19.9, 20.0]), [0, 7, 7, 0])


def test_a_voltage_clamp_through_neo():
    pytest.importorskip("neo")
    run = lo.voltage_clamp(lo.models.squid(), lo.Step(60.0, 1, 9), 12, holding=-10, sampling=0.5)
    sweep, *others = lo.read_recording(run.to_neo())
    np.testing.assert_array_equal(sweep.current, run.ionic_current)
    assert (sweep.command, sweep.holding, sweep.per) == (lo.Step(60.0, 1, 9), -10, "area")
    assert [one.name.split()[-1] for one in others] == ["I_Na", "I_K", "I_leak"]


def test_signals_of_neo_with_other_units():
    neo, quantities = pytest.importorskip("neo"), pytest.importorskip("quantities")
    when = {"sampling_rate": 10 * quantities.kHz}
    v = neo.AnalogSignal(np.full(50, -0.07), units="V", name="Vm", **when)
    i = neo.AnalogSignal(np.full(50, 20.0), units="pA", name="stimulus", **when)
    segment = neo.Segment(name="cell")
    segment.analogsignals += [v, i]
    (sweep,) = lo.read_recording(segment, per="cell")
    np.testing.assert_allclose(sweep.v, -70)
    assert (sweep.stimulus(1.0), sweep.interval) == (pytest.approx(0.02), pytest.approx(0.1))
    (sweep,) = lo.read_recording(v)
    assert not sweep.has_protocol
    block = neo.Block()
    block.segments += [segment, segment]
    assert len(lo.read_recording(block)) == 2
    with pytest.raises(lo.LoligoError, match="no signal"):
        lo.read_recording(neo.AnalogSignal(np.zeros(9), units="dimensionless", **when))


def test_uneven_samples_through_neo():
    pytest.importorskip("neo")
    times = np.array([0, 1, 1.5, 4, 9])
    run = lo.simulate(SQUID, lo.Step(7.0, 1.2), 10, sampling=times)
    (sweep,) = lo.read_recording(run.to_neo())
    assert sweep.t.tolist() == times.tolist()
    np.testing.assert_array_equal(sweep.v, run.v)


def signals(*several, start=0.0):
    """A segment of signals (name, unit, values, interval [ms], start [ms])."""
    neo, quantities = pytest.importorskip("neo"), pytest.importorskip("quantities")
    segment = neo.Segment(name="cell")
    for name, unit, values, interval, begin in several:
        when = {"sampling_period": interval * quantities.ms, "t_start": (start + begin) * quantities.ms}
        segment.analogsignals.append(neo.AnalogSignal(np.asarray(values, float), units=unit, name=name, **when))
    return segment


V = ("Vm", "mV", np.arange(100), 0.5, 0.0)
PULSE = np.repeat([0.0, 20.0, 0.0], [20, 20, 60])


@pytest.mark.parametrize("start", [0.0, 1000.0, -10.0])
@pytest.mark.parametrize(
    ("stimulus", "first", "pulse"),
    [
        (("stimulus", "pA", PULSE, 0.5, 0.0), 0, 10),
        (("stimulus", "pA", np.repeat(PULSE, 5), 0.1, 0.0), 0, 10),
        (("stimulus", "pA", PULSE, 0.5, 5.0), 10, 10),
        (("Im", "pA", PULSE[::2], 1.0, 0.0), 0, 10),
    ],
)
def test_signals_of_neo_keep_their_own_times(start, stimulus, first, pulse):
    segment = signals(V, stimulus, start=start)
    (sweep,) = lo.read_recording(segment, per="cell", clamp="current")
    assert sweep.t[0] == pytest.approx(0, abs=1e-9)
    assert sweep.v.tolist() == list(range(first, 100))
    assert (sweep.stimulus.start, sweep.stimulus.stop) == pytest.approx((pulse, pulse + 10), abs=1e-6)


def test_segments_of_neo_begin_at_0_each():
    neo = pytest.importorskip("neo")
    block = neo.Block()
    block.segments += [signals(V), signals(V, start=50.0)]
    first, second = lo.read_recording(block)
    np.testing.assert_allclose(first.t, second.t, atol=1e-9)
    for wrong in (neo.Block(), neo.Segment(), signals(("Vm", "mV", [], 0.5, 0.0)), neo.Event()):
        with pytest.raises(lo.FileFormatError):
            lo.read_recording(wrong)
    apart = signals(V, ("stimulus", "pA", PULSE, 0.5, 500.0))
    with pytest.raises(lo.FileFormatError, match="a signal and a protocol that share fewer than two sampling times"):
        lo.read_recording(apart)


def test_signals_that_neo_has_not_loaded_are_loaded():
    neo = pytest.importorskip("neo")
    path = Path(__file__).parents[2] / "examples" / "data" / "17o05027_ic_ramp.abf"
    reader, own = neo.io.AxonIO(str(path)), lo.read_recording(path)
    for lazy in (False, True):
        for sweep, other in zip(lo.read_recording(reader.read_block(lazy=lazy)), own, strict=True):
            np.testing.assert_allclose(sweep.t, other.t, atol=1e-9)
            np.testing.assert_allclose(sweep.v, other.v, atol=2e-6)  # neo scales in single precision
    with pytest.raises(lo.FileFormatError, match="got AxonIO"):
        lo.read_recording(reader)


def test_files_that_run_code_are_not_read(tmp_path):
    (tmp_path / "a.pkl").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    with pytest.raises(lo.FileFormatError, match="unknown format"):
        lo.read_recording(tmp_path / "a.pkl")


def nwb_of(recording, path, **more):
    pynwb = pytest.importorskip("pynwb")
    with pynwb.NWBHDF5IO(path, "w") as io:
        io.write(recording.to_nwb(**more))
    return path


@pytest.mark.filterwarnings("ignore")  # of hdmf
def test_current_clamp_through_nwb(tmp_path):
    path = nwb_of(RUN, tmp_path / "a.nwb", area=2e-5)
    (sweep,) = lo.read_recording(path, area=2e-5)
    np.testing.assert_allclose(sweep.v, RUN.v, rtol=1e-14, atol=1e-12)
    np.testing.assert_allclose(sweep.t, RUN.t, rtol=1e-12, atol=1e-12)
    assert not isinstance(sweep.stimulus, lo.Samples)
    np.testing.assert_allclose(sweep.stimulus([1.9, 2.0, 19.9, 20.0]), [0, 7, 7, 0])
    assert lo.read_recording(path)[0].per == "unsaid"


@pytest.mark.filterwarnings("ignore")
def test_voltage_clamp_through_nwb(tmp_path):
    (sweep,) = lo.read_recording(nwb_of(CLAMP, tmp_path / "a.nwb", per="cell"), per="cell")
    np.testing.assert_allclose(sweep.current, CLAMP.ionic_current, rtol=1e-12, atol=1e-12)
    assert sweep.holding == pytest.approx(-10)
    again = lo.voltage_clamp(SQUID, sweep.command, 8, holding=sweep.holding)
    np.testing.assert_allclose(again.ionic_current, CLAMP.ionic_current, rtol=1e-6, atol=1e-6)


def test_nwb_needs_an_area():
    pytest.importorskip("pynwb")
    with pytest.raises(lo.ArgumentError, match="give area="):
        RUN.to_nwb()


def by_hand(path, change=None):
    """A file as other programs write it: integers, a rate, sweep numbers."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        for k in (10, 2):
            for place, kind, unit, name in (
                ("acquisition", "VoltageClampSeries", "amperes", "response"),
                ("stimulus/presentation", "VoltageClampStimulusSeries", "volts", "stimulus"),
            ):
                one = file.create_group(f"{place}/{name} {k}")
                one.attrs["neurodata_type"], one.attrs["sweep_number"] = kind, k
                numbers = np.arange(100) if unit == "amperes" else np.where(np.arange(100) < 50, -80, -80 + 10 * k)
                data = one.create_dataset("data", data=numbers.astype("i2"))
                data.attrs["unit"], data.attrs["conversion"] = unit, 1e-12 if unit == "amperes" else 1e-3
                one.create_dataset("starting_time", data=7.0).attrs["rate"] = 20000.0
            file[f"acquisition/response {k}/whole_cell_capacitance_comp"] = 3e-11
        if change:
            change(h5py, file)
    return path


def test_files_of_other_programs(tmp_path):
    first, second = lo.read_recording(by_hand(tmp_path / "a.nwb"), per="cell")
    assert (first.name, second.name) == ("a response 2", "a response 10")
    np.testing.assert_allclose(first.current, np.arange(100) * 1e-3)
    np.testing.assert_allclose(first.t, np.arange(100) * 0.05)
    assert (first.holding, first.capacitance) == (pytest.approx(-80), pytest.approx(30))
    np.testing.assert_allclose(second.command([2.4, 2.5]), [0, 100], atol=1e-9)


def with_rows(path, rows, rate=10_000.0, start=7.0, size=500, stamps=False):
    """A response of 1,000 samples every 0.05 ms from 7 s on, a pulse from 10 to 20 ms on, and rows of their table."""
    pynwb = pytest.importorskip("pynwb")
    file = pynwb.NWBFile("description", "identifier", dt.datetime.now(dt.UTC))
    electrode = file.create_icephys_electrode(name="e", description="e", device=file.create_device(name="d"))
    common = {"electrode": electrode, "gain": 1.0}
    series = pynwb.icephys.CurrentClampSeries(
        name="r", data=np.arange(1000) * 1e-6, rate=20_000.0, starting_time=7.0, **common
    )
    t = start + np.arange(size) / rate
    clock = {"timestamps": t} if stamps else {"rate": rate, "starting_time": start}
    pulse = np.where((t - start > 0.00999) & (t - start < 0.01999), 1e-10, 0.0)
    stimulus = pynwb.icephys.CurrentClampStimulusSeries(name="s", data=pulse, **clock, **common)
    for first, count, begin, number in rows:
        file.add_intracellular_recording(
            electrode=electrode, response=series, response_start_index=first, response_index_count=count,
            stimulus=stimulus, stimulus_start_index=begin, stimulus_index_count=number,
        )  # fmt: skip
    with pynwb.NWBHDF5IO(path, "w") as io:
        io.write(file)
    return lo.read_recording(path, per="cell")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("stamps", [False, True])
@pytest.mark.parametrize(
    ("start", "pulse", "first"),
    [(7.0, 10, 0), (7.01, 10, 200), (6.995, 5, 0), (0.0, 10, 0), (86_400.0, 10, 0)],  # the last two: another clock
)
def test_a_stimulus_is_played_at_its_own_times(start, pulse, first, stamps, tmp_path):
    (sweep,) = with_rows(tmp_path / "a.nwb", [(0, -1, 0, -1)], start=start, stamps=stamps)
    assert sweep.v[0] == pytest.approx(first * 1e-3)
    assert isinstance(sweep.stimulus, lo.Step)
    edges = sweep.stimulus.start, sweep.stimulus.stop
    assert (sweep.stimulus.amplitude, *edges) == pytest.approx((0.1, pulse, pulse + 10), abs=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_rows_of_the_table_are_sweeps(tmp_path):
    rows = [(0, 300, 0, 150), (300, 300, 150, 150), (600, 400, 300, 200)]
    sweeps = with_rows(tmp_path / "a.nwb", rows)
    assert [sweep.name for sweep in sweeps] == [f"a r from sample {first}" for first in (0, 300, 600)]
    assert [sweep.t.size for sweep in sweeps] == [300, 300, 400]
    for sweep, (first, *_) in zip(sweeps, rows, strict=True):
        assert sweep.t[0] == 0
        assert sweep.v[0] == pytest.approx(first * 1e-3)
        at = np.array([9.9, 10.1, 19.9, 20.1])
        inside = (at >= first * 0.05) & (at < first * 0.05 + sweep.t[-1])
        np.testing.assert_allclose(sweep.stimulus(at[inside] - first * 0.05), np.array([0, 0.1, 0.1, 0])[inside])


@pytest.mark.filterwarnings("ignore")
def test_rows_beyond_a_series_are_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    with_rows(tmp_path / "a.nwb", [(0, 300, 0, 150)])
    with h5py.File(tmp_path / "a.nwb", "a") as file:
        table = file["general/intracellular_ephys/intracellular_recordings/responses/response"]
        row = table[0]
        row["count"] = 2000
        table[0] = row
    with pytest.raises(lo.FileFormatError, match="has 1000 samples; the table of recordings names 2000 from sample 0"):
        lo.read_recording(tmp_path / "a.nwb")


def test_nothing_outside_of_a_file_is_opened(tmp_path):
    by_hand(tmp_path / "other.nwb")

    def link(h5py, file):
        file["acquisition/elsewhere"] = h5py.ExternalLink("other.nwb", "/acquisition/response 2")

    def external(h5py, file):
        del file["acquisition/response 2/data"]
        file["acquisition/response 2"].create_dataset("data", (100,), "i2", external=[(str(tmp_path / "x"), 0, 200)])

    def through_a_soft_link(h5py, file):
        file["outside"] = h5py.ExternalLink("other.nwb", "/acquisition/response 2")
        file["acquisition/elsewhere"] = h5py.SoftLink("/outside")

    def absent(h5py, file):
        file["acquisition/elsewhere"] = h5py.ExternalLink("no such file.nwb", "/acquisition/response 2")

    def electrode(h5py, file):
        file["acquisition/response 2/electrode"] = h5py.ExternalLink("other.nwb", "/acquisition")

    def round_and_round(h5py, file):
        file["acquisition/elsewhere"] = h5py.SoftLink("/acquisition/elsewhere")

    for change in (link, external, through_a_soft_link, absent, electrode, round_and_round):
        with pytest.raises(lo.FileFormatError, match="another file"):
            lo.read_recording(by_hand(tmp_path / "a.nwb", change))


@pytest.mark.filterwarnings("ignore")
def test_damaged_nwb_gives_a_clear_error(tmp_path):
    path, content = tmp_path / "a.nwb", by_hand(tmp_path / "b.nwb").read_bytes()
    refused = 0
    for k in range(100):
        chance, own = np.random.default_rng(k), bytearray(content)
        if k % 2:
            own = own[: chance.integers(len(own))]
        else:
            for at in chance.integers(len(own), size=30):
                own[at] = chance.integers(256)
        path.write_bytes(own)
        try:
            lo.read_recording(path)
        except lo.LoligoError:
            refused += 1
    assert refused > 50
    with pytest.raises(lo.FileFormatError, match="longer than"):
        lo.read_recording(by_hand(tmp_path / "b.nwb"), most_megabytes=1e-3)

"""Files of AxoGraph, WinWCP, WinEDR and Igor Pro become sweeps, by Neo; damaged ones end in a sentence."""

import importlib.util
import random

import numpy as np
import pytest

import loligo as lo
from reference.neo_files import axograph, igor_wave, winedr, winwcp

pytest.importorskip("neo")

RANDOM = np.random.default_rng(5)
V = RANDOM.integers(-8000, 8000, 512)
PULSE = np.where((np.arange(512) >= 100) & (np.arange(512) < 300), 800, 0)
BOTH = np.column_stack([V, PULSE])
CLAMPED = np.column_stack([V, PULSE - 1000])


def read(path, content, **more):
    path.write_bytes(content)
    return lo.read_recording(path, **more)


def check(sweep, unit_of_v, unit_of_i, interval):
    """v and the step of the stimulus, in mV and nA, from their digits; Neo has single precision."""
    np.testing.assert_allclose(sweep.t, np.arange(512) * interval, rtol=1e-6)
    np.testing.assert_allclose(sweep.v, V * unit_of_v, rtol=1e-6)
    assert isinstance(sweep.stimulus, lo.Step)
    assert sweep.stimulus.start == pytest.approx(100 * interval)
    assert sweep.stimulus.stop == pytest.approx(300 * interval)
    assert sweep.stimulus.amplitude == pytest.approx(800 * unit_of_i, rel=1e-6)


@pytest.mark.parametrize("channels", [("Vm", "Im"), ("Vm", "stimulus")])
def test_winwcp(channels, tmp_path):
    records = [BOTH, BOTH[::-1], BOTH]
    content = winwcp(records, [(channels[0], "mV", 0.01), (channels[1], "pA", 0.001)])
    more = {"clamp": "current"} if channels[1] == "Im" else {}
    sweeps = read(tmp_path / "cell.wcp", content, per="cell", **more)
    assert [sweep.name for sweep in sweeps] == ["cell sweep 0", "cell sweep 1", "cell sweep 2"]
    for sweep in (sweeps[0], sweeps[2]):
        check(sweep, 10 / 32767 / 0.01, 10 / 32767 / 0.001 * 1e-3, 0.05)
    np.testing.assert_allclose(sweeps[1].v, sweeps[0].v[::-1], rtol=1e-6)


def test_winwcp_under_voltage_clamp(tmp_path):
    content = winwcp([CLAMPED], [("Im", "nA", 0.5), ("Vm", "mV", 0.01)])
    (sweep,) = read(tmp_path / "cell.wcp", content, clamp="voltage")
    assert (sweep.clamp, sweep.per) == ("voltage", "unsaid")
    assert sweep.holding == pytest.approx(-1000 * 10 / 32767 / 0.01, rel=1e-6)
    np.testing.assert_allclose(sweep.current, V * 10 / 32767 / 0.5, rtol=1e-6)
    assert sweep.command(10.0) == pytest.approx(800 * 10 / 32767 / 0.01, rel=1e-5)


@pytest.mark.parametrize("name", ["cell.edr", "cell.EDR"])
def test_winedr(name, tmp_path):
    content = winedr(BOTH, [("Vm", "mV", 0.01), ("stimulus", "nA", 0.2)])
    (sweep,) = read(tmp_path / name, content, per="cell")
    check(sweep, 10 / 32768 / 0.01, 10 / 32768 / 0.2, 0.1)


def test_axograph(tmp_path):
    content = axograph([("Vm (V)", V, 1e-5), ("stimulus (pA)", PULSE, 0.5)])
    (sweep,) = read(tmp_path / "cell.axgd", content, per="cell")
    check(sweep, 1e-2, 0.5e-3, 0.1)


def test_igor(tmp_path):
    content = igor_wave(V * 1e-5)
    if importlib.util.find_spec("igor2") is None:
        with pytest.raises(lo.MissingPackageError, match=r"neo reads \.ibw files with igor2, which is not installed"):
            read(tmp_path / "cell.ibw", content)
        return
    (sweep,) = read(tmp_path / "cell.ibw", content)
    np.testing.assert_allclose(sweep.v, V * 1e-2, rtol=1e-12)
    np.testing.assert_allclose(sweep.t, np.arange(512) * 0.1, rtol=1e-12)


FILES = {
    "a.wcp": winwcp([BOTH, BOTH], [("Vm", "mV", 0.01), ("stimulus", "pA", 0.001)]),
    "a.edr": winedr(BOTH, [("Vm", "mV", 0.01), ("stimulus", "nA", 0.2)]),
    "a.axgd": axograph([("Vm (V)", V, 1e-5), ("stimulus (pA)", PULSE, 0.5)]),
}


@pytest.mark.filterwarnings("ignore")  # of neo and numpy
@pytest.mark.parametrize("name", FILES)
def test_damage(name, tmp_path):
    refused = 0
    for k in range(100):
        chance, own = random.Random(k), bytearray(FILES[name])
        if k % 2:
            own = own[: chance.randrange(len(own))]
        else:
            for _ in range(20):
                own[chance.randrange(400)] = chance.randrange(256)
        try:
            read(tmp_path / name, bytes(own))
        except lo.LoligoError as error:
            assert len(str(error)) > 20
            refused += 1
    assert refused >= 50


def test_files_written_by_neo_are_read_through_its_blocks(tmp_path):
    from neo.io import NeoMatlabIO

    run = lo.simulate(lo.models.squid(), lo.Step(10.0, 2, 20), 30)
    NeoMatlabIO(str(tmp_path / "a.mat")).write(run.to_neo())
    with pytest.raises(
        lo.FileFormatError, match=r"For other formats that neo reads, give the Block that neo.io returns"
    ):
        lo.read_recording(tmp_path / "a.mat")
    (sweep,) = lo.read_recording(NeoMatlabIO(str(tmp_path / "a.mat")).read_block())
    np.testing.assert_array_equal(sweep.v, run.v)
    assert sweep.stimulus(10.0) == pytest.approx(10.0)
    assert sweep.per == "area"

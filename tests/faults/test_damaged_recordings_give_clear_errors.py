"""Files of recordings that are cut, flipped or filled end in a sweep or in a sentence: nothing else is raised."""

import io
import random

import numpy as np
import pytest

import loligo as lo
from reference.abf import PULSES, RAMP, STEPS, version_1, version_2

TABLE = np.column_stack([np.arange(500) * 0.1, np.sin(np.arange(500))])
SAMPLES = np.random.default_rng(1).integers(-2000, 2000, (3, 3200))
COLUMNS = ["t [ms]", "v [mV]"]


def numpy_file(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


FILES = {
    "a.abf": RAMP.read_bytes(),
    "train.abf": version_2(epochs=[(PULSES, 20.0, 10.0, 1000, 0, 100, 30), (STEPS, 1.0, 0.0, 9, 0, 0, 0)]),
    "first.abf": version_1(SAMPLES, epochs=[(1, -60.0, 10.0, 1000, 0), (2, -70.0, 0.0, 500, 0)]),
    "a.csv": b"t [ms],v [mV]\n" + b"\n".join(b"%r,%r" % tuple(row) for row in TABLE.tolist()),
    "a.atf": b'ATF\t1.0\n1\t2\n"Comment="\n"t (ms)"\t"v #1 (mV)"\n'
    + b"\n".join(b"%r\t%r" % tuple(row) for row in TABLE.tolist()),
    "a.npy": numpy_file(lambda file: np.save(file, TABLE)),
    "a.npz": numpy_file(lambda file: np.savez(file, **dict(zip(COLUMNS, TABLE.T, strict=True)))),
}


def damaged(content, k):
    chance = random.Random(k)
    own, head = bytearray(content), min(len(content), 8000)
    if k % 4 == 0:
        return content[: chance.randrange(len(content))]
    if k % 4 == 1:
        for _ in range(20):
            own[chance.randrange(head)] = chance.randrange(256)
        return bytes(own)
    at, filled = chance.randrange(4, head), (b"\xff" * 8, bytes(64))[k % 2]
    own[at : at + len(filled)] = filled
    return bytes(own)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", FILES)
def test_damage(name, tmp_path):
    path, refused = tmp_path / name, 0
    columns = {"a.npy": {"columns": COLUMNS}}.get(name, {})
    path.write_bytes(FILES[name])
    assert lo.read_recording(path, **columns)
    for k in range(100):
        path.write_bytes(damaged(FILES[name], k))
        try:
            sweeps = lo.read_recording(path, **columns)
        except lo.LoligoError as error:
            assert len(str(error)) > 20
            refused += 1
        else:
            assert all(np.isfinite(sweep.trace).all() for sweep in sweeps)
    assert refused >= 20


@pytest.mark.parametrize("name", ["a.abf", "first.abf"])
def test_a_truncated_file_is_reported(name, tmp_path):
    (tmp_path / name).write_bytes(FILES[name][:-3000])
    with pytest.raises(lo.FileFormatError, match="ends early"):
        lo.read_recording(tmp_path / name)


@pytest.mark.parametrize("name", FILES)
def test_long_files_are_refused(name, tmp_path):
    (tmp_path / name).write_bytes(FILES[name])
    with pytest.raises(lo.FileFormatError, match=r"longer than 0\.001 MB"):
        lo.read_recording(tmp_path / name, columns=COLUMNS if name == "a.npy" else (), most_megabytes=1e-3)

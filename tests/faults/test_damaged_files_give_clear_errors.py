"""Random damage to a recording, a model, a plan and samples: the file is read, or refused by a `LoligoError`."""

import json
import random
import warnings

import numpy as np
import pytest

import loligo as lo
from loligo.cli.population_file import read_population
from loligo.cli.samples_file import read_samples
from loligo.lab import membranes_in
from loligo.membrane.description import described

TIMES = 150  # damages to each kind of file
PLAN = """
membrane = {model = "squid", celsius = 18.5}
grid.g_Na = {start = 60, stop = 240, count = 20}
grid.amplitude = [0, 5, 10]
stimulus = {kind = "step", amplitude = 1, start = 10, stop = 20}
run = {duration = 30, features = ["spike_count", "activity"], tolerance = 1e-6}
output.csv = "table.csv"
"""
PIECES = [
    b"\x00",
    b"\xff",
    b"[",
    b"]",
    b"{",
    b"}",
    b'"',
    b"-",
    b"1e999",
    b"9" * 400,
    b"nan",
    b",",
    b"null",
    b"true",
    b"'",
    b"\n",
    b"=",
    b".",
    b"\xf0\x9f\xa6\x91",
    b"$",
    b"\x1b[31m",
]


def damaged(content, source):
    """Return the content with one or a few changes of a random kind."""
    data = bytearray(content)
    for _ in range(source.choice((1, 1, 2, 5))):
        place, other = source.randrange(len(data) + 1), source.randrange(len(data) + 1)
        first, last = sorted((place, other))
        match source.randrange(7):
            case 0:
                del data[place:]
            case 1:
                del data[first : min(last, first + 20)]
            case 2:
                data[place:place] = source.choice(PIECES)
            case 3 if place < len(data):
                data[place] ^= 1 << source.randrange(8)
            case 4:
                data[place:place] = data[first : min(last, first + 200)]
            case 5:
                data[place : place + 3] = source.choice(PIECES)
            case 6:
                data[place:place] = bytes(source.randrange(256) for _ in range(source.randrange(8)))
        if not data:
            break
    return bytes(data)


def swapped(words, source):
    """Return words of JSON in which one value, anywhere, is another one."""
    values = [
        None,
        True,
        0,
        -1,
        1e308,
        10**400,
        "",
        "v",
        "1/v",
        "v**v",
        [],
        {},
        [[]],
        "a" * 3000,
        "__proto__",
        float("nan"),
        "exp(exp(exp(9)))",
    ]
    tables = [words]
    for table in tables:
        tables += [
            one
            for one in (table.values() if isinstance(table, dict) else table)
            if isinstance(one, (dict, list)) and one
        ]
    table = source.choice(tables)
    key = source.choice(list(table)) if isinstance(table, dict) else source.randrange(len(table))
    match source.randrange(3):
        case 0:
            table[key] = source.choice(values)
        case 1:
            del table[key]
        case 2 if isinstance(table, dict):
            table[source.choice(["x", "m", "kind", "v", "\x1b"])] = table[key]
    return words


@pytest.fixture(scope="module")
def recording():
    return lo.simulate(lo.models.squid(), lo.Step(10.0, start=1, stop=9), duration=10, sampling=0.5)


def refused_or_read(read):
    """Read with no warning; return whether it was refused by a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read()
    except lo.LoligoError as error:
        assert 20 < len(str(error)) < 3000
        return True
    return False


def test_recordings(recording, tmp_path):
    source, path, refused = random.Random(1), tmp_path / "run.npz", 0
    recording.save(path)
    content = path.read_bytes()
    for _ in range(TIMES):
        path.write_bytes(damaged(content, source))
        refused += refused_or_read(lambda: lo.load(path))
    assert refused > TIMES // 2


def test_words_of_recordings(recording, tmp_path):
    source, path = random.Random(2), tmp_path / "run.npz"
    recording.save(path)
    with np.load(path) as file:
        held = {name: file[name] for name in file.files}
    for _ in range(TIMES):
        about = json.dumps(swapped(json.loads(str(held["about"])), source))
        np.savez(path, **held | {"about": np.array(about)})
        refused_or_read(lambda: lo.load(path))


def test_models(recording, tmp_path):
    source, path = random.Random(3), tmp_path / "model.json"
    words = json.dumps(described(recording.membrane))
    for number in range(2 * TIMES):
        text = (
            json.dumps(swapped(json.loads(words), source)).encode() if number % 2 else damaged(words.encode(), source)
        )
        path.write_bytes(text)
        refused_or_read(lambda: membranes_in(path))


def test_plans(tmp_path):
    source, path = random.Random(4), tmp_path / "plan.toml"
    for _ in range(TIMES):
        path.write_bytes(damaged(PLAN.encode(), source))
        refused_or_read(lambda: read_population(path))


@pytest.mark.parametrize("name", ["samples.csv", "samples.npy"])
def test_samples(name, tmp_path):
    source, path = random.Random(5), tmp_path / name
    if name.endswith("npy"):
        np.save(path, np.column_stack([np.arange(20.0), np.arange(20.0) ** 2]))
    else:
        path.write_text(
            "t [ms],v [mV],stimulus [µA/cm²]\n" + "".join(f"{k / 10},{-60 + k},{k % 7}\n" for k in range(20))
        )
    content = path.read_bytes()
    for _ in range(2 * TIMES):
        path.write_bytes(damaged(content, source))
        refused_or_read(lambda: lo.Samples(**read_samples(path, {})))

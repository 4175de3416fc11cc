"""A damaged cache still gives right answers, and is whole again afterwards."""

import ast
import os
import random
import shutil
import struct
import subprocess
import sys

import pytest

KERNEL = """
import logging, sys
from numba.core import event
logging.getLogger("loligo").addHandler(logging.NullHandler())
with event.install_recorder("numba:run_pass") as passes:
    import loligo as lo
    n = lo.Gate("n", inf="1/(1 + exp(-(v + 45)/6))", tau="4")
    membrane = lo.Membrane(lo.Channel("K", g=9, E=-80, open=n**2), lo.Channel("leak", g=0.3, E=-50))
    answer = [lo.rest(membrane).v, *lo.rates(membrane, [-45.0, -60.0])["n"].inf.tolist()]
"""
PROGRAM = (
    KERNEL
    + """
    answer += lo.simulate(membrane, lo.Step(10.0), 20, sampling=[10.0]).states[0].tolist()
"""
)
REPORT = "\nprint((answer, bool(passes.buffer)))"


def run(source, folder):
    """Return the answer, and whether anything was compiled."""
    line = [sys.executable, "-W", "error", "-c", source + REPORT]
    environment = os.environ | {"LOLIGO_CACHE_DIR": str(folder)}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return ast.literal_eval(done.stdout)


def truncated(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def emptied(path):
    path.write_bytes(b"")


def flipped(path):
    data = bytearray(path.read_bytes())
    for place in random.Random(3).sample(range(len(data)), min(20, len(data))):
        data[place] ^= 0xFF
    path.write_bytes(data)


def altered(path):
    """Change one number in the instructions: nothing would notice but a digest, and the answer would be wrong."""
    sixth, fifth = struct.pack("<d", -1 / 6), struct.pack("<d", -1 / 5)
    path.write_bytes(path.read_bytes().replace(sixth, fifth))


def garbage(path):
    path.write_bytes(random.Random(4).randbytes(500))


def removed(path):
    path.unlink()


DAMAGE = {
    "machine code cut short": ("*.nbc", truncated),
    "machine code flipped": ("*.nbc", flipped),
    "a number in the machine code": ("*.nbc", altered),
    "machine code removed": ("*.nbc", removed),
    "index cut short": ("*.nbi", truncated),
    "index of garbage": ("*.nbi", garbage),
    "source emptied": ("[!_.]*.py", emptied),
    "source of garbage": ("[!_.]*.py", garbage),
    "source removed": ("[!_.]*.py", removed),
    "record emptied": ("record.json", emptied),
    "record of garbage": ("record.json", garbage),
}


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """Return a cache with a kernel and a program in it, and the right answer."""
    folder = tmp_path_factory.mktemp("warm")
    answer, compiled = run(PROGRAM, folder)
    assert compiled
    copy = tmp_path_factory.mktemp("copy") / "cache"
    shutil.copytree(folder, copy)
    assert run(PROGRAM, copy) == (answer, False)  # a copy is as good as the original
    return folder, answer


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_kernel(damage, warm, tmp_path):
    folder, right = warm[0], warm[1][:3]
    pattern, harm = DAMAGE[damage]
    shutil.copytree(folder, tmp_path / "cache")
    files = sorted((tmp_path / "cache").rglob(pattern))
    before = [path.read_bytes() for path in files]
    for path in files:
        harm(path)
    assert before != [path.read_bytes() if path.exists() else b"" for path in files]
    answer, _ = run(KERNEL, tmp_path / "cache")
    assert answer == right
    assert run(KERNEL, tmp_path / "cache") == (right, False)


def test_a_program(warm, tmp_path):
    folder, right = warm
    shutil.copytree(folder, tmp_path / "cache")
    for path in (tmp_path / "cache").rglob("*.nb?"):
        (flipped if path.suffix == ".nbc" else truncated)(path)
    assert run(PROGRAM, tmp_path / "cache") == (right, True)
    assert run(PROGRAM, tmp_path / "cache") == (right, False)

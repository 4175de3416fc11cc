"""A damaged cache still gives right answers, and is whole again afterwards."""

import ast
import os
import random
import shutil
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
    answer = [lo.rest(membrane).v, *membrane.rates([-45.0, -60.0])["n"].inf.tolist()]
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


def garbage(path):
    path.write_bytes(random.Random(4).randbytes(500))


def removed(path):
    path.unlink()


DAMAGE = {
    "machine code cut short": ("*.nbc", truncated),
    "machine code flipped": ("*.nbc", flipped),
    "machine code removed": ("*.nbc", removed),
    "index cut short": ("*.nbi", truncated),
    "index of garbage": ("*.nbi", garbage),
    "source emptied": ("[!_.]*.py", emptied),
    "source of garbage": ("[!_.]*.py", garbage),
    "source removed": ("[!_.]*.py", removed),
    "list of sources emptied": ("sources.json", emptied),
    "list of digests of garbage": ("digests.json", garbage),
}


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """Return a cache with a kernel in it, and the right answer."""
    folder = tmp_path_factory.mktemp("kernel")
    answer, compiled = run(KERNEL, folder)
    assert compiled
    copy = tmp_path_factory.mktemp("copy") / "cache"
    shutil.copytree(folder, copy)
    assert run(KERNEL, copy) == (answer, False)  # a copy is as good as the original
    return folder, answer


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_kernel(damage, warm, tmp_path):
    folder, right = warm
    pattern, harm = DAMAGE[damage]
    shutil.copytree(folder, tmp_path / "cache")
    files = sorted((tmp_path / "cache").rglob(pattern))
    assert files
    for path in files:
        harm(path)
    answer, _ = run(KERNEL, tmp_path / "cache")
    assert answer == right
    assert run(KERNEL, tmp_path / "cache") == (right, False)


def test_a_program(tmp_path):
    right, _ = run(PROGRAM, tmp_path)
    for path in tmp_path.rglob("*.nb?"):
        (flipped if path.suffix == ".nbc" else truncated)(path)
    answer, compiled = run(PROGRAM, tmp_path)
    assert (answer, compiled) == (right, True)
    assert run(PROGRAM, tmp_path) == (right, False)

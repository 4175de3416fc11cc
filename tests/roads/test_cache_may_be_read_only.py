"""Where the cache cannot be written nothing is, and the answers are the same; what is compiled there is still used."""

import ast

import pytest

ROAD = """
import logging, os, sys
logging.getLogger("loligo").addHandler(logging.NullHandler())
root = os.environ["LOLIGO_CACHE_DIR"]
sealed = len(sys.argv) > 1
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT

def seal(event, arguments):
    # what the system does for a read-only folder, also where tests run as root
    path = str(arguments[0]) if arguments and isinstance(arguments[0], (str, bytes, os.PathLike)) else ""
    if not sealed or not path.startswith(root):
        return
    flags = arguments[2] if event == "open" and len(arguments) > 2 and arguments[2] is not None else 0
    if flags & writing or event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "os.utime"):
        raise PermissionError(13, "Permission denied", path)

sys.addaudithook(seal)
from numba.core import event
with event.install_recorder("numba:run_pass") as passes:
    import loligo as lo
    n = lo.Gate("n", inf="1/(1 + exp(-(v + 45)/6))", tau="4")
    membrane = lo.Membrane(lo.Channel("K", g=9, E=-80, open=n**2), lo.Channel("leak", g=0.3, E=-50))
    answer = [lo.rest(membrane).v, *lo.rates(membrane, [-45.0, -60.0])["n"].inf.tolist()]
print((answer, bool(passes.buffer)))
"""


def listing(folder):
    return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*"))


@pytest.fixture(scope="module")
def warm(tmp_path_factory, fresh_process):
    folder = tmp_path_factory.mktemp("cache")
    answer, compiled = ast.literal_eval(fresh_process(ROAD, LOLIGO_CACHE_DIR=folder))
    assert compiled
    return folder, answer


def test_a_warm_cache_is_used(warm, fresh_process):
    folder, right = warm
    before = listing(folder)
    assert ast.literal_eval(fresh_process(ROAD, "sealed", LOLIGO_CACHE_DIR=folder)) == (right, False)
    assert listing(folder) == before


def test_an_empty_cache_is_done_without(warm, tmp_path, fresh_process):
    tmp_path.chmod(0o555)
    answer, compiled = ast.literal_eval(fresh_process(ROAD, "sealed", LOLIGO_CACHE_DIR=tmp_path))
    assert (answer, compiled) == (warm[1], True)
    assert listing(tmp_path) == []


def test_a_folder_that_cannot_be_created_is_not_needed(warm, tmp_path, fresh_process):
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "cache"
    assert ast.literal_eval(fresh_process(ROAD, LOLIGO_CACHE_DIR=folder)) == (warm[1], True)


def test_the_seal_holds(tmp_path, fresh_process):
    # a seal that lets writing through would prove nothing
    attempt = ROAD.partition("from numba")[0] + (
        "try:\n    open(os.path.join(root, 'x'), 'w')\nexcept PermissionError:\n    print('sealed')\n"
    )
    assert fresh_process(attempt, "sealed", LOLIGO_CACHE_DIR=tmp_path) == "sealed\n"

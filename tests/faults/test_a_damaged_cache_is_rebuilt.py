"""Whatever happens to the files of an entry, it is made anew once; the answers are right both then and afterwards."""

import json
import sys

import pytest

from faults.small_modules import RIGHT, ROAD

DAMAGES = (
    ROAD
    + """
import random, shutil

def cut(path, other):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

def flip(part):
    def damage(path, other):
        data = bytearray(path.read_bytes())
        data[int(part * (len(data) - 1))] ^= 0x10
        path.write_bytes(data)
    return damage

def empty(path, other):
    path.write_bytes(b"")

def garbage(path, other):
    path.write_bytes(random.Random(4).randbytes(500))

def lengthen(path, other):
    path.write_bytes(path.read_bytes() + b"x")

def delete(path, other):
    shutil.rmtree(path) if path.is_dir() else path.unlink()

def to_folder(path, other):
    delete(path, other)
    path.mkdir()

def to_file(path, other):
    delete(path, other)
    path.write_text("a file")

def link_to(target):
    def damage(path, other):
        delete(path, other)
        path.symlink_to(target(path, other))
    return damage

def exchange(path, other):
    aside = path.with_name("aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)

def nest(path, other):
    path.write_text("[" * 100_000)

def pipe(path, other):
    delete(path, other)
    os.mkfifo(path)

FILE = {
    "cut": cut, **{f"flipped at {part}": flip(part) for part in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)}, "emptied": empty,
    "garbage": garbage, "longer": lengthen, "deleted": delete, "a folder": to_folder,
    "a dangling link": link_to(lambda path, other: path.with_name("nowhere")),
    "a link to itself": link_to(lambda path, other: path),
    "a link to the other": link_to(lambda path, other: other),
    "exchanged": exchange, "nested": nest,
}
if hasattr(os, "mkfifo"):
    FILE["a pipe"] = pipe
FOLDER = {
    name: FILE[name]
    for name in ("deleted", "a dangling link", "a link to itself", "a link to the other", "exchanged")
} | {"a file": to_file, "emptied": lambda path, other: [delete(file, other) for file in path.iterdir()]}

def place(entry, pattern):
    [path] = entry.glob(pattern) if pattern else [entry]
    return path

top = Path(tempfile.mkdtemp())
def use(root):
    cache.cache_root = lambda: folders.Root(root)

use(top / "good")
(top / "good").mkdir(mode=0o700)
assert both()[1] and not both()[1]
entry = {key: cache.cached_modules(key, dict, "a test").path.name for key in ("one", "other")}
kinds = {
    f"{pattern or 'entry'} {name}": (pattern, damage)
    for pattern, of in {"module.py": FILE, "record.json": FILE, "__pycache__/*.nbi": FILE, "__pycache__/*.nbc": FILE,
                        "__pycache__": FOLDER, "": FOLDER}.items()
    for name, damage in of.items()
}
def foreign(name):
    def damage(path, other):
        (path / name).write_bytes(place(other, "__pycache__/*.nbc").read_bytes())
    return damage

kinds |= {f"{name} that nobody recorded": ("", foreign(f"__pycache__/{name}"))
          for name in ("module.scaled-4.py311.2.nbc", "module.scaled-9.py311.nbi")}
def pyc(path, other):
    import importlib.util, py_compile
    (path / "planted.py").write_text("raise SystemExit('planted code ran')")
    target = importlib.util.cache_from_source(str(path / "module.py"))
    py_compile.compile(str(path / "planted.py"), cfile=target)
def lock(path, other):
    path.with_name(path.name + ".lock").unlink()
    path.with_name(path.name + ".lock").mkdir()
    delete(path, other)
kinds |= {"planted .pyc": ("", pyc), "lock is a folder": ("", lock)}
found = {}
for kind, (pattern, damage) in kinds.items():
    root = top / "copy"
    shutil.copytree(top / "good", root)
    use(root)
    damage(*(place(root / entry[key], pattern) for key in ("one", "other")))
    found[kind] = [both(), both()]
    shutil.rmtree(root)
shutil.rmtree(top)
print(json.dumps(found))
"""
)


@pytest.fixture(scope="module")
def found(fresh_process):
    return json.loads(fresh_process(DAMAGES))


def test_answers_are_correct_at_once_and_later(found):
    assert len(found) >= 80
    wrong = {kind: runs for kind, runs in found.items() if [run[0] for run in runs] != [RIGHT, RIGHT]}
    assert not wrong


def test_an_entry_is_rebuilt_once(found):
    again = {kind: runs[1] for kind, runs in found.items() if runs[1][1] or runs[1][2]}
    assert not again  # nothing is compiled in the second run, and there is nothing to say


def test_the_log_names_what_is_discarded(found):
    lines = {kind: [line for line in runs[0][2] if line.startswith("loligo discards")] for kind, runs in found.items()}
    quiet = {"entry deleted", "entry a dangling link", "planted .pyc", "lock is a folder"}
    assert {kind for kind, said in lines.items() if not said} <= quiet
    assert lines["module.py emptied"][0].endswith("module.py differs from the record")
    assert lines["record.json nested"]
    assert len(lines["entry exchanged"]) == 2  # two entries of one shape are not taken for one another


def test_a_complete_cache_is_used(fresh_process, tmp_path):
    # and so the damages above are what makes it compile
    twice = ROAD + "\nboth()\nprint(json.dumps(both()))"
    assert json.loads(fresh_process(twice, LOLIGO_CACHE_DIR=tmp_path / "cache")) == [RIGHT, False, []]


def test_no_pyc_is_written(fresh_process, tmp_path):
    fresh_process(ROAD + "\nboth()", LOLIGO_CACHE_DIR=tmp_path / "cache", PYTHONDONTWRITEBYTECODE="")
    assert not list(tmp_path.rglob("*.pyc"))
    for entry in (tmp_path / "cache").glob("*/"):
        record = json.loads((entry / "record.json").read_text())
        files = {str(path.relative_to(entry)) for path in entry.rglob("*") if path.is_file()}
        assert files - {"record.json"} == set(record["files"])
        assert record["key"] in {"one", "other"}
        assert f"{sys.version_info[:3]}|numba" in record["versions"]

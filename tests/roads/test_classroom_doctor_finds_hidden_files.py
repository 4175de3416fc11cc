"""`doctor` finds files that shadow modules, two copies of the classroom file, stale bytecode and a missing screen."""

import importlib.util
import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

import loligo
from loligo.course import copy_classroom_file

SCRIPT = """
from loligo.course import doctor
for finding in doctor():
    print("ok" if finding.ok else "PROBLEM", "|", finding.message, "|", finding.advice)
"""
SOURCE = Path(loligo.__file__).parents[1]


def found(folder: Path, *path: Path, **environment: str) -> list[str]:
    """Return the findings in a folder, as of the installed command, whose search path does not begin with it."""
    lines = f"import sys\nsys.path = [p for p in sys.path if p] + {[str(one) for one in path]}\n" + SCRIPT
    done = subprocess.run(
        [sys.executable, "-c", lines],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def problems(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("PROBLEM")]


@pytest.mark.parametrize(
    "name", ["loligo.py", "numpy.py", "matplotlib.py", "numba.py", "random.py", "scipy/__init__.py"]
)
def test_a_file_that_shadows_a_module(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("raise SystemExit('read')\n")
    (line,) = problems(found(tmp_path))
    assert f"hides {name.split('/', maxsplit=1)[0].removesuffix('.py')} from every script in this folder" in line
    assert "Rename it" in line


def test_other_files_and_the_libraries_themselves_are_no_shadows(tmp_path: Path) -> None:
    (tmp_path / "my_numpy.py").touch()
    (tmp_path / "numpy").mkdir()  # without __init__.py Python prefers the library
    assert problems(found(tmp_path)) == []
    assert problems(found(SOURCE)) == []
    assert problems(found(Path(pytest.__file__).parents[1])) == []


def test_one_copy_is_reported_and_two_are_a_problem(tmp_path: Path) -> None:
    here, there = copy_classroom_file(tmp_path / "here"), copy_classroom_file(tmp_path / "there")
    one = [line for line in found(here.parent) if "import HH reads" in line]
    assert [line.split(" | ")[0] for line in one] == ["ok"]
    assert str(here) in one[0]
    (two,) = problems(found(here.parent, there.parent))
    assert f"import HH reads {here} and not {there}" in two


def test_bytecode_of_an_older_text_is_found(tmp_path: Path) -> None:
    copy = copy_classroom_file(tmp_path)
    py_compile.compile(str(copy))
    assert problems(found(tmp_path)) == []
    before = copy.stat()
    copy.write_text(copy.read_text().replace("gNa = 120.0", "gNa = 180.0"))
    os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))  # as clocks and synchronised folders do it
    (line,) = problems(found(tmp_path))
    assert "older version" in line
    assert str(tmp_path / "__pycache__") in line
    reads = "import HH; print(HH.HH_Step(tend=30, do_plot=False).membrane.parameters['g_Na'])"
    run = subprocess.run([sys.executable, "-c", reads], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "120 mS/cm²\n"  # Python is indeed led astray
    Path(importlib.util.cache_from_source(str(copy))).unlink()
    assert problems(found(tmp_path)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a screen")
def test_a_missing_screen_is_a_problem_unless_it_is_chosen(tmp_path: Path) -> None:
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "MPLBACKEND": ""}
    (line,) = problems(found(tmp_path, **nowhere))
    assert "figures are not shown: there is no screen" in line
    assert "plt.savefig('step.png')" in line
    assert problems(found(tmp_path, **nowhere | {"MPLBACKEND": "agg"})) == []

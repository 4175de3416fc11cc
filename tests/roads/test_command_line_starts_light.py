"""`loligo --help` and `loligo --version` import no heavy library."""

import subprocess
import sys

import pytest

import loligo

HEAVY = {"matplotlib", "numba", "numpy", "pandas", "scipy", "sympy", "tqdm"}
START = """
import sys
from loligo.cli import main
sys.argv = ["loligo", *sys.argv[1:]]
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_no_heavy_library_is_imported(argument: str) -> None:
    done = subprocess.run([sys.executable, "-c", START, argument], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stderr.split())


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "loligo", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"loligo {loligo.__version__}\n"

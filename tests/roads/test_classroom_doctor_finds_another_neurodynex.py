"""`doctor` tells when another distribution's neurodynex stands in the way, and how to solve it."""

import subprocess
import sys
from pathlib import Path

from loligo.course import doctor

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from loligo.course import doctor
for finding in doctor():
    if not finding.ok:
        print(finding.message, "|", finding.advice)
assert "neurodynex" not in sys.modules
"""


def run(folder: Path, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_alone_all_is_well(tmp_path: Path) -> None:
    assert run(tmp_path, tmp_path) == ""
    assert all(finding.ok for finding in doctor())


def test_another_distribution(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    room = site / "neurodynex" / "hodgkin_huxley"
    room.mkdir(parents=True)
    elsewhere.mkdir()
    for file in (site / "neurodynex" / "__init__.py", room / "__init__.py", room / "HH.py"):
        file.write_text("import brian2 as b2\n")
    about = site / "neurodynex-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: neurodynex\nVersion: 1.0\n")
    (about / "RECORD").write_text("neurodynex/__init__.py,,\nneurodynex/hodgkin_huxley/HH.py,,\n")
    said = run(site, elsewhere)
    assert "not loligo's" in said
    assert "neurodynex 1.0 also installs a package" in said
    assert "pip uninstall neurodynex, then python -m pip install --force-reinstall --no-deps loligo" in said
    assert "loligo exercise --copy" in said


def test_a_folder_beside_the_script(tmp_path: Path) -> None:
    (tmp_path / "neurodynex").mkdir()
    (tmp_path / "neurodynex" / "__init__.py").touch()
    said = run(tmp_path / "none", tmp_path)
    assert str(tmp_path / "neurodynex" / "__init__.py") in said
    assert "Rename" in said

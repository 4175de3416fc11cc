"""A student copies the file beside a script, edits it in a text editor, reloads it, and gets the changed neuron."""

import subprocess
import sys
from pathlib import Path

from loligo.course import copy_classroom_file

SCRIPT = """
import importlib, os, sys
from pathlib import Path
import HH
assert Path(HH.__file__).parent == Path.cwd()
first = HH.HH_Step(I_amp=1, do_plot=False)
assert first.spikes.size == 0
def edit(old, new):
    path = Path("HH.py")
    text = path.read_text()
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new))
    importlib.reload(HH)
edit("gNa = 120.0", "gNa = 180.0")
assert HH.HH_Step(I_amp=1, do_plot=False).spikes.size > 5
edit("gNa = 180.0", "gNa = 120.00")
edit("El = 10.6", "El = 20.755")
assert HH.HH_Step(I_amp=0, do_plot=False).vm[0, 0] > 2
edit("El = 20.755", "El = 10.6000")
again = HH.HH_Step(I_amp=1, do_plot=False)
assert (again.vm == first.vm).all()
edit("4 * exp(-v / 18)", "4 * exp(-v / 20.5)")
changed = HH.HH_Step(do_plot=False)
assert changed.membrane.gates[0].beta.text == "4 * exp(-v / 20.5)"
assert changed.spikes[0] != HH.lo.simulate(first.membrane, HH.lo.Step(7, start=20, stop=180), 200).spikes[0]
print("done")
"""


def test_edit_and_reload(tmp_path: Path) -> None:
    copy_classroom_file(tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_the_constants_stand_in_it_once_and_any_editor_can_save_it() -> None:
    from loligo.course import classroom_file

    text = classroom_file().read_bytes().decode("ascii")
    for once in ("gNa = 120.0", "gK = 36.0", "gl = 0.3", "ENa = 115.0", "EK = -12.0", "El = 10.6", "C = 1.0",
                 "0.1 * (25 - v) / (exp((25 - v) / 10) - 1)", "4 * exp(-v / 18)", "0.07 * exp(-v / 20)",
                 "1 / (exp((30 - v) / 10) + 1)", "0.01 * (10 - v) / (exp((10 - v) / 10) - 1)",
                 "0.125 * exp(-v / 80)"):  # fmt: skip
        assert text.count(once) == 1, once

"""The classroom file: where it is, a copy to edit, and the neuron in an edited copy."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
import warnings
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

import loligo
from loligo._errors import FileFormatError, LikelyMistakeWarning, LoligoError, TimeLimitError
from loligo._files import write_whole
from loligo.membrane import Membrane
from loligo.stimulus import Ramp, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, ModuleType

    from loligo.recording import Recording

NAME: Final = "HH.py"
_INSTALLED: Final = Path("neurodynex", "hodgkin_huxley", NAME)
_MODULE: Final = "HH"
LAST_LINE: Final = "return Record(lo.simulate(membrane, curr, simtime, sampling=dt))"
# currents [µA/cm²] and durations [ms] of the runs that are compared
PROBES: Final = ((Step(1.0, start=0.5, stop=1.5), 2.0), (Ramp(2.0, start=0.5, stop=2.5), 3.0))
PROBE_TIMES: Final = np.linspace(0.0, 400.0, 4001)  # ms: times at which applied currents are compared
ENDED: Final = {
    SystemExit: "exit() and sys.exit() end Python here, so take them out",
    EOFError: "input() waits for an answer that nobody can give here, so write the value instead of it",
}


class EditedFileError(LoligoError, FileExistsError):
    """The copy would replace a file that the user has changed."""


def classroom_file() -> Path:
    """Return the classroom file that was installed with loligo.

    Raises
    ------
    FileFormatError
        The file is missing, or another distribution has installed a file of its own in the same place.
    """
    path = Path(loligo.__file__).parents[1] / _INSTALLED
    if not path.is_file() or not is_ours(path):
        state = "belongs to another distribution" if path.is_file() else "is missing"
        raise FileFormatError(f"The classroom file {path} {state}: `loligo doctor` says how to solve this.")
    return path


def is_ours(path: Path) -> bool:
    """Return whether a classroom file is written for loligo."""
    return b"import loligo" in path.read_bytes()


def copy_classroom_file(folder: Path) -> Path:
    """Copy the classroom file into a folder, for editing.

    Parameters
    ----------
    folder : Path
        Created if it does not exist.

    Returns
    -------
    Path
        The copy. An existing copy that was not edited is kept.

    Raises
    ------
    EditedFileError
        The folder contains an edited copy, which is kept.
    OSError
        The folder cannot be written.
    """
    original = classroom_file().read_bytes()
    target = Path(folder) / NAME
    if target.exists():
        if target.is_file() and target.read_bytes().splitlines() == original.splitlines():
            return target
        raise EditedFileError(
            f"{target} exists already and was edited, so it is kept: move it away to get a fresh copy."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, original)
    long_ago = classroom_file().stat().st_mtime_ns  # lets a reload notice even an edit within the next second
    os.utime(target, ns=(long_ago, long_ago))
    return target


class Examined(NamedTuple):
    """The neuron of a classroom file, and its likely slips, one sentence each."""

    membrane: Membrane
    slips: tuple[str, ...] = ()


def neuron_in(file: Path) -> Membrane:
    """Return the neuron that `HH_Neuron` of a classroom file runs; see `examined`."""
    return examined(file).membrane


def examined(file: Path) -> Examined:
    """Return the neuron that `HH_Neuron` of a classroom file runs, and the slips in it.

    The file is run, as when a student imports it; it may import files next to it. No bytecode is left behind.

    Parameters
    ----------
    file : Path
        An edited copy of the classroom file.

    Raises
    ------
    FileFormatError
        The file does not run, or has no `HH_Neuron` that only runs its current from rest and returns a record; the
        message says where.
    FileNotFoundError
        The file does not exist.
    """
    path = Path(file).absolute()
    if path.is_dir():
        raise FileFormatError(f"{file} is a folder: give the file in it, {Path(file) / NAME}.")
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {file}: `loligo exercise --copy` makes one to edit.")
    with _imported(path) as module:
        own = getattr(module, "HH_Neuron", None)
        if not callable(own):
            raise FileFormatError(
                f"{file} has no function HH_Neuron: start from a fresh copy, `loligo exercise --copy`."
            )
        written = getattr(getattr(inspect.unwrap(own), "__code__", None), "co_filename", str(path))
        if written != str(path) and written == str(classroom_file()):
            raise FileFormatError(
                f"{file} only imports the classroom file and is not a copy of it, so nothing in it changes the neuron: "
                "`loligo exercise --copy` makes a copy to edit."
            )
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                records = [module.HH_Neuron(current, end) for current, end in PROBES]
        except (Exception, SystemExit) as error:
            raise _located(path, error) from error
    for record in records:
        if not isinstance(getattr(record, "membrane", None), Membrane):
            raise FileFormatError(
                f"HH_Neuron of {file} must return Record(lo.simulate(...)); it returned {record!r:.60}."
            )
    if more := _more_than_asked([record.recording for record in records]):
        raise FileFormatError(
            f"HH_Neuron of {file} {more}. The questions apply their own currents to this neuron at rest, so they "
            f"cannot be answered: end it with {LAST_LINE}, and put currents in HH_Step or HH_Ramp."
        )
    slips = [str(one.message) for one in caught if issubclass(one.category, LikelyMistakeWarning)]
    return Examined(records[0].membrane, tuple(dict.fromkeys(slips)))


def _more_than_asked(recordings: list[Recording]) -> str:
    """Return a phrase for what `HH_Neuron` does beyond running its current from rest; "" for nothing."""
    from loligo.resting import start_at_rest  # imports Numba, as the next line does; copying the file does not need it
    from loligo.simulation.current import recorded

    for run, (current, end) in zip(recordings, PROBES, strict=True):
        settings, membrane = run.settings, run.membrane
        if settings.holding is not None:
            return "clamps the voltage"
        if not np.allclose(run.stimulus(PROBE_TIMES), current(PROBE_TIMES)):
            return "applies a different current from its argument curr"
        if settings.duration != end:
            return "runs for a different time from its argument simtime"
        if settings.interventions:
            return "holds or resets variables (interventions=)"
        if membrane != recordings[0].membrane:
            return "returns a different neuron for a different current or time"
        own = recorded(membrane, current, end, initial=start_at_rest(membrane), tolerance=settings.tolerance)
        if not np.allclose(run.final, own.final, rtol=1e-3, atol=1e-3):
            return "does not start at rest (initial=)"
    return ""


class _Fresh(SourceFileLoader):
    """A loader that always reads the source, since Python would miss a second edit of the file within one second."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return self.source_to_code(self.get_data(self.path), self.path)


@contextmanager
def _imported(path: Path) -> Iterator[ModuleType]:
    """Import a file temporarily, leaving ``sys.modules`` and ``sys.path`` unchanged."""
    loader = _Fresh(_MODULE, str(path))
    spec = spec_from_loader(_MODULE, loader)
    if spec is None:
        raise FileFormatError(f"{path} is not a Python file.")
    module = module_from_spec(spec)
    known, folder = dict(sys.modules), str(path.parent)
    sys.modules[_MODULE] = module
    sys.path.append(folder)
    try:
        try:
            loader.exec_module(module)
        except TimeLimitError:
            raise
        except (Exception, SystemExit) as error:
            raise _located(path, error) from error
        yield module
    finally:
        sys.path.remove(folder)
        for name, loaded in list(sys.modules.items()):
            if name not in known and str(getattr(loaded, "__file__", None) or "").startswith(folder + os.sep):
                del sys.modules[name]
        if _MODULE in known:
            sys.modules[_MODULE] = known[_MODULE]
        else:
            sys.modules.pop(_MODULE, None)


def _located(path: Path, error: BaseException) -> FileFormatError:
    """Return the error of a student's file as one sentence that names the line."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    where = f"{path.name}, line {line}" if line else path.name
    said = next((words for kind, words in ENDED.items() if isinstance(error, kind)), str(error))
    if isinstance(error, SyntaxError):
        said = f"{error.msg}: {' '.join((error.text or '').split()):.60}".rstrip(": ")
    what = said if isinstance(error, LoligoError) else f"{type(error).__name__}: {said}"
    return FileFormatError(f"{where}: {what}")

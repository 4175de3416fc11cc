"""A command that fails or is interrupted leaves what was there as it was, and nothing beside it."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

INTERRUPTIBLE = """
import signal, sys
from loligo.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["loligo", *sys.argv[1:]]
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("traces.csv", "run.npz", "picture.png"):
        (tmp_path / name).write_text("precious")
    return tmp_path


def outputs(folder: Path) -> list[str]:
    return ["--csv", f"{folder}/traces.csv", "--png", f"{folder}/picture.png", "--save", f"{folder}/run.npz"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("error", "status"),
    [(KeyboardInterrupt(), 130), (OSError(28, "No space left on device"), 1), (MemoryError(), 1)],
)
def test_stopped_while_the_last_file_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int
) -> None:
    def half(recording: lo.Recording, path: Path) -> None:
        path.write_text("half")
        raise error

    before = contents(folder)
    monkeypatch.setattr(lo.Recording, "save", half)
    done = CliRunner().invoke(app, ["simulate", "squid", "--step", "7", "--stop", "5", "--force", *outputs(folder)])
    assert (done.exit_code, len(done.stderr.splitlines())) == (status, 1)
    assert contents(folder) == before


def test_a_run_that_diverges(folder: Path) -> None:
    before = contents(folder)
    done = CliRunner().invoke(app, ["simulate", "squid", "--step", "1e30", "--stop", "5", "--force", *outputs(folder)])
    assert done.exit_code == 1
    assert "cannot be continued at t" in done.stderr
    assert contents(folder) == before


def test_one_output_that_cannot_be_written_stops_all_before_the_run(folder: Path) -> None:
    before = contents(folder)
    line = [
        "simulate",
        "squid",
        "--step",
        "7",
        "--stop",
        "5",
        *outputs(folder)[:4],
        "--save",
        f"{folder}/no/run.npz",
        "--force",
    ]
    done = CliRunner().invoke(app, line)
    assert (done.exit_code, done.stdout) == (1, "")
    assert contents(folder) == before


def test_success_replaces_them_and_keeps_their_permissions(folder: Path) -> None:
    (folder / "run.npz").chmod(0o640)
    mode = (folder / "run.npz").stat().st_mode
    done = CliRunner().invoke(app, ["simulate", "squid", "--step", "7", "--stop", "5", "--force", *outputs(folder)])
    assert done.exit_code == 0
    assert sorted(contents(folder)) == ["picture.png", "run.npz", "traces.csv"]
    assert (folder / "picture.png").read_bytes().startswith(b"\x89PNG\r\n")
    assert lo.load(folder / "run.npz").stimulus == lo.Step(7, stop=5)
    assert (folder / "run.npz").stat().st_mode == mode


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "link.csv").symlink_to(folder / "traces.csv")
    line = ["simulate", "squid", "--step", "7", "--stop", "5", "--force", "--csv", str(folder / "link.csv")]
    assert CliRunner().invoke(app, line).exit_code == 0
    assert (folder / "link.csv").is_symlink()
    assert (folder / "traces.csv").read_text(encoding="utf-8").startswith("t [ms],")


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and SIGINT to a child are of POSIX")
def test_ctrl_c_in_a_process(folder: Path) -> None:
    before = contents(folder)
    pipe = folder.parent / f"{folder.name}-current.txt"
    os.mkfifo(pipe)
    line = [sys.executable, "-c", INTERRUPTIBLE, "simulate", "squid", "--samples", str(pipe), "--dt", "1", "--force"]
    process = subprocess.Popen([*line, *outputs(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with pipe.open("w"):  # opens when the process reads: its outputs are begun, its run is not
        during = {path.name for path in folder.iterdir()}
        for _ in range(20):  # Python loses one that comes while it looks after a lock of an import
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                out, err = process.communicate(timeout=5)
                break
    pipe.unlink()
    assert (process.returncode, out) == (130, "")
    assert err.endswith("loligo: interrupted\n")
    assert during > set(before)
    assert contents(folder) == before

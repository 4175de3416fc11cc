"""What cannot be shown in the lab ends with one line that says why, a status, and no file."""

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app
from roads.lab_pages import BUILT, put_built_page

FILES = {
    "empty.py": "x = 1",
    "broken.py": "import loligo as lo\n1/0",
    "leaves.py": "raise SystemExit(3)",
    "grammar.py": "def",
    "wrong.py": "import loligo as lo\nlo.Channel('Na', g=-1, E=0)",
    "infinite.py": "import loligo as lo\n"
    "membrane = lo.Membrane(lo.Channel('K', g=1, E=0, open=lo.Gate('n', inf='1/(v - 3)', tau='1')))",
    "text.json": "nothing",
    "list.json": "[1, 2]",
    "half.json": '{"gates": {}}',
    "code.json": '{"gates": {"n": {"inf": "__import__(1)"}}, "parts": [], "constants": {}, "C": 1, "celsius": 6.3, '
    '"reference_celsius": 6.3, "q10": 1, "spike_level": 0, "name": "code"}',
}
WRONG = {
    "--models sqid": "Did you mean 'squid'?",
    "--models squid,": "'' is not a membrane of the lab",
    "--port 70000": "Invalid value for '--port'",
    "--export out --port 8000": "--export writes a file and serves nothing",
    "--model missing.py": "missing.py: No such file",
    "--model missing.json": "missing.json: No such file",
    "--model notes.txt": "must be a Python file (.py) or a JSON file (.json)",
    "--model empty.py": "empty.py defines no membrane",
    "--model broken.py": "broken.py, line 2: ZeroDivisionError",
    "--model leaves.py": "leaves.py, line 1: SystemExit",
    "--model grammar.py": "SyntaxError",
    "--model wrong.py": "must be zero or more",
    "--model infinite.py": "infinite near v = 3 mV",
    "--model text.json": "does not describe a membrane",
    "--model list.json": "does not describe a membrane",
    "--model half.json": "does not describe a membrane: membrane lacks 'parts'",
    "--model code.json": "__import__",
    "extra": "unexpected extra argument",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    put_built_page(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def one_line(arguments, expected):
    done = CliRunner().invoke(app, ["lab", *arguments])
    assert done.exit_code in {1, 2}
    assert expected in done.stderr.replace("\u2019", "'"), done.stderr
    assert "Traceback" not in done.stderr
    assert (
        len([line for line in done.stderr.splitlines() if line.startswith("loligo: ") and "compiles" not in line]) >= 1
    )
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_input(arguments, folder):
    words = arguments.split()
    words += [] if "--export" in words or "--port" in words else ["--export", "out", "--no-diagrams"]
    one_line(words, WRONG[arguments])
    assert not (folder / "out" / "index.html").exists()


def test_an_unbuilt_page_is_reported(folder):
    (folder / "built.html").unlink()
    one_line(["--export", "out"], "install Node 20.19 or newer and run `make web`, or install loligo from its wheel")


def test_a_page_without_a_place_for_models_is_reported(folder):
    (folder / "built.html").write_text(BUILT.replace("/* loligo:models */", ""))
    one_line(["--export", "out"], "has no place for the membranes")


def test_a_folder_that_cannot_be_created_is_reported(folder):
    one_line(["--export", "built.html", "--models", "squid", "--no-diagrams"], "built.html")

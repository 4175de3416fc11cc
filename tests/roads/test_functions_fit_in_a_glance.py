"""No function has more than 60 lines besides its docstring, nor more than 14 parameters; no file has over 400 lines."""

import ast
from pathlib import Path

import pytest

import loligo
import neurodynex.hodgkin_huxley as guest

SOURCE = Path(loligo.__file__).parent
FOLDERS = (SOURCE, Path(next(iter(guest.__path__))))
MOST_LINES, MOST_PARAMETERS, LONGEST_FILE = 60, 14, 400


def files():
    return [path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))]


def functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(function):
    """Return the lines of a function from ``def`` on, without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    return function.end_lineno - function.lineno + 1 - documented * (first.end_lineno - first.lineno + 1)


def parameters(function):
    """Return how many parameters a caller meets: ``self`` and ``cls`` are none."""
    own = function.args
    names = [one.arg for one in (*own.posonlyargs, *own.args, *own.kwonlyargs, own.vararg, own.kwarg) if one]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def found(measure, most):
    return [
        f"{path.relative_to(path.parents[1])}:{one.lineno} {one.name}: {measure(one)}"
        for path in files()
        for one in functions(path.read_text(encoding="utf-8"))
        if measure(one) > most
    ]


def test_functions_are_short():
    assert found(lines, MOST_LINES) == []


def test_functions_have_few_parameters():
    assert found(parameters, MOST_PARAMETERS) == []


def test_files_are_short():
    assert [str(path) for path in files() if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def one(a, *, b=1):\n    return a\n", (2, 2)),
        ("class A:\n    def one(self, a, *b, **c):\n        '''Two\n        lines.'''\n        return a\n", (2, 3)),
        ("async def one(\n    a,\n    /,\n):\n    def two():\n        return 1\n", (6, 1)),
    ],
)
def test_lines_and_parameters_are_counted(text, expected):
    function = next(functions(text))
    assert (lines(function), parameters(function)) == expected

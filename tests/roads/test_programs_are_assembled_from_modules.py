"""Programs are put together from modules on the syntax tree: comments change nothing, clashing names are refused."""

import ast
import io
import tokenize

import pytest

import loligo as lo
from loligo.integrate import METHODS
from loligo.kernel.equations import equations_of
from loligo.kernel.programs import ROOT, Module, Printed, program_text, source_of
from loligo.kernel.structure import structure_of
from loligo.lanes.equations import lane_source

SQUID = lo.models.squid()
LANES = "loligo.lanes."


def _of_method(name):
    own = {"N": 3, "SWITCHING": True}
    names = {f"loligo.integrate.dimension.{key}": value for key, value in own.items()}
    step = Module(f"loligo.integrate.{METHODS[name].step}")
    return "loligo.integrate.loop", names | {"loligo.integrate.explicit": step}


def _of_lanes(*, stiff):
    own = {"N": 4, "STATES": 1, "PRECISION": "single", "STIFF_STEPS": stiff, "SWITCHING": True}
    names = {f"{LANES}dimension.{key}": value for key, value in own.items()}
    return LANES + "loop", names | ({LANES + "explicit": Module(LANES + "stiff")} if stiff else {})


def _of_membrane():
    def text():
        values = {name: parameter.value for name, parameter in SQUID.parameters.items()}
        return lane_source(equations_of(structure_of(SQUID), values), "double", jacobian=True)

    printed = Printed(structure_of(SQUID).digest, LANES + "equations", text)
    return LANES + "stiff_membrane", {LANES + "dimension.STIFF_STEPS": True, LANES + "example": printed}


PROGRAMS = {
    **{f"one neuron, {name}": _of_method(name) for name in METHODS},
    "lanes": _of_lanes(stiff=False),
    "stiff lanes": _of_lanes(stiff=True),
    "a membrane": _of_membrane(),
    "the clamp": ("loligo.integrate.clamp_loop", {}),
    "features": ("loligo.population.features.run", {}),
}


def commented(module, comment):
    """Return the source of a module with another comment, or none, in the place of each, and one more on every line."""
    source = source_of(module)
    lines = source.splitlines()
    inside = set()  # lines that end within a string
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING:
            inside |= set(range(token.start[0], token.end[0]))
        elif token.type == tokenize.COMMENT:
            lines[token.start[0] - 1] = lines[token.start[0] - 1][: token.start[1]].rstrip()
    return "\n".join(line if k in inside else line + comment for k, line in enumerate(lines, start=1)) + "\n"


@pytest.mark.parametrize("comment", ["", "  # @njit def run(): from loligo.lanes.rows import W"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_comments_are_no_part_of_a_program(name, comment):
    module, names = PROGRAMS[name]
    read = []

    def reworded(name):
        read.append(name)
        return commented(name, comment)

    assert program_text(module, names, reworded) == program_text(module, names)
    assert module in read


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_defines_all_that_it_reads(name):
    tree = ast.parse(program_text(*PROGRAMS[name]))
    symbols = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    symbols |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    symbols |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    symbols |= {alias.asname or alias.name for node in imports for alias in node.names}
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert read - symbols - {*dir(__builtins__), *__builtins__} == set()


def test_bound_names_are_replaced_and_other_modules_are_imported():
    text = program_text(*PROGRAMS["one neuron, explicit5"])
    assert "\nN = 3\n" in text
    assert "from loligo.integrate.drive import drive\n" in text
    assert "from loligo.integrate.dimension" not in text
    assert "ENDS_WITH_SLOPE = True" in text


MODULES = {
    "loligo.a": "from loligo.b import N, double\nfrom loligo.entries import entry\nfrom math import pi\n\n"
    "@entry(None)\ndef run():\n    '''Say it.'''\n    return double(N) + LATE * pi\n\nLATE = 3\n",
    "loligo.entries": "",
    "loligo.b": "N = 4\n\n\ndef double(x):\n    return 2 * x\n",
}


def test_entries_come_last():
    text = program_text("loligo.a", {"loligo.b.N": 5}, MODULES.__getitem__)
    assert text.index("LATE = 3") < text.index("def run")
    assert "@compiled_entry(None, cache=True)" in text
    assert "Say it" not in text


@pytest.mark.parametrize(
    ("changed", "names", "message"),
    [
        ({"loligo.b": "N = 4\ndef double(x): ...\nLATE = 2\n"}, {"loligo.b.N": 5}, "both define LATE"),
        ({"loligo.b": "N = 4\n"}, {"loligo.b.N": 5}, "imports double, which loligo.b does not define"),
        ({"loligo.b": "def double(x): ...\n"}, {"loligo.b.N": 5}, "does not define N"),
        ({"loligo.b": "N, M = 4, 5\ndef double(x): ...\n"}, {"loligo.b.N": 5}, "together with others"),
        ({"loligo.a": "from loligo.b import N as M\n"}, {"loligo.b.N": 5}, "as M: it keeps its name"),
        ({"loligo.a": "from loligo.b import N\nfrom math import N\n"}, {"loligo.b.N": 5}, "imports N, which is"),
        ({"loligo.b": "from math import e as pi\nN = 4\ndef double(x): ...\n"}, {"loligo.b.N": 5}, "imports pi"),
    ],
)
def test_clashing_names_are_refused(changed, names, message):
    with pytest.raises(ValueError, match=message):
        program_text("loligo.a", names, (MODULES | changed).__getitem__)


def test_no_regular_expression_cuts_code():
    rooms = [path for room in ("integrate", "kernel", "lanes") for path in (ROOT / "loligo" / room).glob("*.py")]
    assert len(rooms) > 50
    named = [path.name for path in rooms if "import re\n" in path.read_text("utf-8")]
    assert named == ["folders.py"]  # which checks names

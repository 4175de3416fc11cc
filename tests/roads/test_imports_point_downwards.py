"""Rooms import downwards only: the graph, read from the source, has no upward edge and no cycle."""

import ast
import graphlib
import importlib
from pathlib import Path

import pytest

import loligo
import neurodynex.hodgkin_huxley as guest

SOURCE = Path(loligo.__file__).parent
GUEST = Path(next(iter(guest.__path__)))

LAYERS = (  # from the top to the ground
    {"cli", "__main__"},
    {"course", "lab", "interop"},
    {"population", "sweep"},
    {"analysis"},
    {"simulation", "recording", "resting"},
    {"integrate"},
    {"kernel"},
    {"stimulus", "intervention", "models"},
    {"membrane"},
    {"figures", "_units", "_quantities", "_files", "_bounded", "_collector", "_schema", "_errors"},
)
LEVEL = {room: level for level, rooms in enumerate(reversed(LAYERS)) for room in rooms}
# Membrane.rates, a method of a value, needs the compiled code: see CONTRIBUTING
ALLOWED = {("loligo.membrane.membrane", "loligo.kernel.rates")}


def modules(root, name):
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root).with_suffix("").parts
        yield ".".join((name, *(part for part in inside if part != "__init__"))), path


def imported(path, package):
    """Yield the modules that a file imports anywhere in it: at its top, in functions, for type checkers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            for alias in node.names:  # `from loligo import models` means the room
                deeper = f"{node.module}.{alias.name}"
                yield deeper if node.module == package and (SOURCE / alias.name).exists() else node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            argument = node.args[0]
            if isinstance(argument, ast.Constant):
                yield argument.value


def edges():
    """Return (importing module, imported module) inside loligo, the list of names in its __init__ left out."""
    return [
        (module, other)
        for module, path in modules(SOURCE, "loligo")
        if module != "loligo"
        for other in imported(path, "loligo")
        if other.split(".")[0] == "loligo"
    ]


def room(module):
    return module.split(".")[1] if "." in module else ""


def test_the_graph_is_not_empty():
    # a reader that finds no edge would find no wrong one
    found = {(room(a), room(b)) for a, b in edges()}
    assert {
        ("simulation", "integrate"),
        ("integrate", "kernel"),
        ("kernel", "membrane"),
        ("membrane", "_errors"),
    } <= found
    assert ("membrane", "kernel") in found  # the allowed one is seen, inside its function


def test_every_room_has_its_layer():
    rooms = {room(module) for module, _ in modules(SOURCE, "loligo")} - {""}
    assert rooms <= set(LEVEL), "a new room: give it a layer here and in CONTRIBUTING"


def test_no_edge_points_upwards():
    upwards = [(a, b) for a, b in edges() if room(b) and LEVEL[room(b)] > LEVEL[room(a)] and (a, b) not in ALLOWED]
    assert upwards == []


def test_rooms_make_no_cycle():
    graph = {}
    for a, b in edges():
        if room(b) and room(a) != room(b) and (a, b) not in ALLOWED:
            graph.setdefault(room(a), set()).add(room(b))
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_ground_knows_no_other_room():
    for a, b in edges():
        if room(a) == "figures":
            assert room(b) == "figures"
        if room(a) in ("_units", "_quantities", "_errors"):
            assert room(b) in ("_errors", "_quantities", "_units")


def test_nothing_in_loligo_imports_the_guest():
    for module, path in modules(SOURCE, "loligo"):
        assert not [other for other in imported(path, "loligo") if other.startswith("neurodynex")], module


def test_the_guest_uses_public_names_only():
    for module, path in modules(GUEST, "neurodynex.hodgkin_huxley"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("loligo"):
                public = importlib.import_module(node.module)
                assert Path(public.__file__).name == "__init__.py", (
                    f"{module} imports from inside a room: {node.module}"
                )
                assert {alias.name for alias in node.names} <= set(public.__all__)
            elif isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= {"loligo", "matplotlib", "numpy"}
            elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "lo":
                assert node.attr in loligo.__all__


@pytest.mark.parametrize(("line", "points_upwards"), [("loligo.kernel", True), ("loligo._errors", False)])
def test_the_reader_finds_what_is_hidden_in_a_function(line, points_upwards, tmp_path):
    hidden = tmp_path / "hidden.py"
    hidden.write_text(f"def late():\n    if True:\n        from {line} import something\n")
    (found,) = imported(hidden, "loligo")
    assert (LEVEL[room(found)] > LEVEL["membrane"]) is points_upwards

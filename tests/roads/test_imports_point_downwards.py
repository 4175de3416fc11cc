"""Imports point downwards only: read from the source, no room imports an upper one, and files make no circle."""

import ast
import functools
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
    {"fitting"},
    {"population", "sweep"},
    {"analysis", "dynamics"},
    {"simulation", "recording", "resting"},
    {"lanes"},
    {"integrate"},
    {"kernel"},
    {"stimulus", "intervention", "models"},
    {"membrane"},
    {
        "figures",
        "_units",
        "_quantities",
        "_files",
        "_bounded",
        "_collector",
        "_frames",
        "_optional",
        "_schema",
        "_errors",
        "_names",
        "_progress",
        "_version",
    },
)
LEVEL = {room: level for level, rooms in enumerate(reversed(LAYERS)) for room in rooms}
SPINE = (  # of population, from the top: who the members are, a plan, blocks, results, a store, a table
    {"__init__"},
    {"population"},
    {"estimate", "pictures", "traces"},
    {"store"},
    {"table"},
    {"workers"},
    {"blocks"},
    {"results"},
    {"plan"},
    {"sensitivities"},
    {"members", "stimulus_numbers", "units"},
    {"features"},
)


def modules(root, name):
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root).with_suffix("").parts
        yield ".".join((name, *(part for part in inside if part != "__init__"))), path


@functools.cache
def imported(path, package):
    """Return the modules that a file imports anywhere in it: at its top, in functions, for type checkers.

    A name that a package gives counts as the package, the package's ``__init__`` as what it lists.
    """
    return tuple(_imported(path, package))


def _imported(path, package):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            for alias in node.names:  # `from loligo import models` means the room
                deeper = f"{node.module}.{alias.name}"
                yield deeper if is_module(deeper, package) else node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            argument = node.args[0]
            if isinstance(argument, ast.Constant):
                yield argument.value


def is_module(name, package):
    inside = SOURCE.joinpath(*name.split(".")[1:])
    return name.startswith(f"{package}.") and (inside.with_suffix(".py").exists() or (inside / "__init__.py").exists())


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


def test_every_room_has_its_layer():
    rooms = {room(module) for module, _ in modules(SOURCE, "loligo")} - {""}
    assert rooms <= set(LEVEL), "a new room: give it a layer here and in CONTRIBUTING"


def test_no_edge_points_upwards():
    upwards = [(a, b) for a, b in edges() if room(b) and LEVEL[room(b)] > LEVEL[room(a)]]
    assert upwards == []


def test_no_edge_of_population_points_upwards():
    place = {name: number for number, names in enumerate(reversed(SPINE)) for name in names}

    def level(module):
        return place[(*module.split("."), "__init__")[2]]

    inside = [(a, b) for a, b in edges() if room(a) == room(b) == "population"]
    assert len(inside) > 50
    assert [(a, b) for a, b in inside if level(b) > level(a)] == []


def test_rooms_make_no_cycle():
    graph = {}
    for a, b in edges():
        if room(b) and room(a) != room(b):
            graph.setdefault(room(a), set()).add(room(b))
    assert list(graphlib.TopologicalSorter(graph).static_order())


def circles(graph):
    """Return the sets of nodes each of which reaches the others along edges, by Tarjan's algorithm."""
    number, low, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            place = stack.index(node)
            part = set(stack[place:])
            del stack[place:]
            if len(part) > 1 or node in graph.get(node, ()):
                found.append(part)

    for node in sorted(graph):
        if node not in number:
            visit(node)
    return found


def file_graph():
    """Return which files of loligo each file imports, the list of names in ``loligo/__init__`` among them."""
    files = dict(modules(SOURCE, "loligo"))
    return {
        module: {other for other in imported(path, "loligo") if other in files} - {module}
        for module, path in files.items()
    }


def test_files_make_no_circle():
    assert circles(file_graph()) == []


def test_circles_are_found():
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": set(), "f": {"f"}}
    assert circles(graph) == [{"a", "b", "c"}, {"f"}]


def test_ground_imports_no_other_room():
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

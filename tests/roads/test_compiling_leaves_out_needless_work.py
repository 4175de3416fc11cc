"""Compiling a program runs each pass of Numba that it needs once, and resolves each function for given types once."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from numba import types
from numba.core import event, typed_passes, untyped_passes
from numba.core.types.functions import BaseFunction

import loligo
from loligo.kernel import linking
from loligo.kernel.entries import compiled_entry, inlined
from loligo.kernel.loading import undisturbed
from loligo.kernel.programs import source_of

MARKS = {"inlined", "part", "entry", "entry_by_address"}
LEFT_OUT = (ast.With, ast.Raise, ast.Try, ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)
LEFT_OUT += (ast.GeneratorExp, ast.Is, ast.IsNot)  # what the passes that are left out are for


@inlined
def halved(x: float) -> float:
    """Return half of a number, in a function of its own."""
    return 0.5 * x


def sums(x: float, n: int) -> float:
    """Return a number by many operators on the same types."""
    total = 0.0
    for i in range(n):
        total += halved(x) + x * i - x + x + x - x + x + x * x * x + x + x - x  # 0.5 x + i x + 2 x + x^3
    return total


def test_each_pass_runs_once_or_not_at_all() -> None:
    with event.install_recorder("numba:run_pass") as recorded:
        compiled = compiled_entry(types.float64(types.float64, types.int64), cache=False)(sums)
    assert compiled(2.0, 3) == 45.0
    runs = Counter(one.data["name"] for _, one in recorded.buffer if one.is_start)
    own = Counter({name: count for name, count in runs.items() if "sums" in name or "halved" in name})
    assert set(own.values()) == {1}
    assert own.total() <= 2 * 14  # two functions; all of Numba's passes would be 27 runs on each


def test_a_function_is_resolved_once_for_its_types(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Counter[object]()
    resolve = BaseFunction.get_call_type

    def counted(self: BaseFunction, context: object, args: object, kws: dict) -> object:
        asked[self, args] += 1
        return resolve(self, context, args, kws)

    monkeypatch.setattr(BaseFunction, "get_call_type", counted)
    signature = types.float64(types.float64, types.int64)
    with undisturbed():
        compiled = compiled_entry(signature, cache=False)(sums)
    assert compiled(2.0, 3) == 45.0
    assert set(asked.values()) == {1}
    assert BaseFunction.get_call_type is counted  # as before
    asked.clear()
    compiled_entry(signature, cache=False)(sums)
    assert max(asked.values()) > 5


def test_compiled_functions_use_nothing_that_a_missing_pass_is_for() -> None:
    compiled = [
        (file.name, node.name, node)
        for file in Path(loligo.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(getattr(getattr(mark, "func", mark), "id", "") in MARKS for mark in node.decorator_list)
    ]
    assert len(compiled) > 100
    for file, name, node in compiled:
        odd = [part for line in node.body for part in ast.walk(line) if isinstance(part, LEFT_OUT)]
        assert not odd, f"{file}: {name} uses {odd[0]}, for which linking.WITHOUT leaves out the pass"


def test_passes_that_are_left_out_exist() -> None:
    assert {name for name in linking.WITHOUT if not hasattr(untyped_passes, name)} <= set(vars(typed_passes))


def test_the_loop_of_one_neuron_allocates_in_one_way() -> None:
    calls = [node for node in ast.walk(ast.parse(source_of("loligo.integrate.loop"))) if isinstance(node, ast.Call)]
    made = [call for call in calls if ast.unparse(call.func).startswith("np.")]
    assert {(ast.unparse(call.func), len(call.args), len(call.keywords)) for call in made} == {("np.empty", 1, 0)}

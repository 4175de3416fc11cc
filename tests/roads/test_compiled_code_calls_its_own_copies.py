"""Compiled code calls its own copies of functions, not those of the same names that were loaded before."""

from numba import types
from numba.core.registry import cpu_target

from loligo.kernel.calling import kept_apart
from loligo.kernel.entries import compiled_by_address, compiled_entry, inlined

NUMBER = types.float64


def part():
    """Return a function that is called and never put in line."""

    @inlined
    def apart(x):
        kept_apart()
        return x * x + 3.0 * x

    return apart


def address(function):
    """Return where a process finds a function by its name, which is where it was loaded last, or 0."""
    (compiled,) = function.overloads.values()
    return cpu_target.target_context.codegen()._engine.get_function_address(compiled.fndesc.llvm_func_name)


def test_a_part_is_not_compiled_separately():
    apart = part()
    apart.compile((NUMBER,))
    assert address(apart) == 0


def test_two_programs_have_two_copies_of_a_part():
    apart = part()

    @compiled_entry(NUMBER(NUMBER), cache=False)
    def run(x):
        return apart(x) + 1.0

    first = address(apart)

    @compiled_by_address(NUMBER(NUMBER), cache=False)
    def called(x):
        return apart(x)

    assert (run(2.0), called.ctypes(3.0)) == (11.0, 18.0)
    assert 0 != first != address(apart)

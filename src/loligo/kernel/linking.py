"""The machine code of a program is whole: it calls no function that was loaded with another.

Numba makes machine code of each function, and again of the copies in all that call it. Copy and original have one name,
and the linker gives a name to whoever was loaded first. So a program that has just been compiled ran the originals, and
the same program from the cache its own copies, whose sums LLVM may have fused in another way: other last bits.

Here a function that compiled code calls (`Part`) is neither optimized nor made machine code by itself, which saves a
quarter of the time of compiling, and a program (`Whole`) keeps its copies for itself, whatever else a process loaded.
They are its own before they are optimized: LLVM then leaves out the arguments that a function does not use, of a
population's loop some fifty at each call.

The names of `numba.core.codegen` that this overrides are none that Numba documents. A version that lacks one
compiles as it always does. A test compares code that has just been compiled with the same from the cache.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Final

from numba.core.compiler import CompilerBase, DefaultPassBuilder

OVERRIDDEN: Final = (
    "_finalize_dynamic_globals", "_finalize_final_module", "_optimize_final_module", "get_pointer_to_function",
)  # fmt: skip


class _Compiler(CompilerBase):
    """Numba's compiler, with a library of ours for the code."""

    library: ClassVar[str]

    def define_pipelines(self) -> list[Any]:
        """Return Numba's own passes."""
        if self.state.library is None and (made := _libraries().get(self.library)):
            self.state.library = made(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
            self.state.library.enable_object_caching()
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


class Part(_Compiler):
    """Compiles a function that only compiled code calls."""

    library = "part"


class Whole(_Compiler):
    """Compiles a function that Python or an address calls."""

    library = "whole"


class _Unloaded:
    """Numba's code generator, for code that is loaded nowhere: there is no variable to set."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, _name: str, _environment: Any) -> None:
        """Set nothing."""


@cache
def _libraries() -> dict[str, Any]:
    """Return the libraries by name; code from the cache needs none, and Numba's own are slow to import."""
    from llvmlite.binding import Linkage
    from numba.core.codegen import JITCodeLibrary

    if not all(hasattr(JITCodeLibrary, name) for name in OVERRIDDEN):
        return {}

    class PartLibrary(JITCodeLibrary):
        """Code to be copied into others."""

        @property
        def codegen(self) -> Any:
            return _Unloaded(self._codegen)

        def _optimize_final_module(self) -> None:
            """Leave this to the programs that copy the code: they optimize it once more anyway."""

        def _finalize_final_module(self) -> None:
            self._finalize_dynamic_globals()
            self._finalized = True

        def get_pointer_to_function(self, _name: str) -> int:
            self._ensure_finalized()
            return 0

    class WholeLibrary(JITCodeLibrary):
        """Code whose copies of others' have names that nobody else sees."""

        def _optimize_final_module(self) -> None:
            for function in self._final_module.functions:
                if not function.is_declaration and function.linkage == Linkage.linkonce_odr:
                    function.linkage = Linkage.internal
            super()._optimize_final_module()

    return {"part": PartLibrary, "whole": WholeLibrary}

"""The machine code of a program is self-contained: it calls no function that was loaded with another program.

Numba compiles each function, and then compiles a copy of it into every caller. Copy and original have the same name,
and the linker resolves a name to the code that was loaded first. So a newly compiled program would run the originals,
while the same program from the cache would run its own copies, in which LLVM may have fused sums differently: the last
bits would differ.

Here a function that only compiled code calls (`Part`) is neither optimized nor compiled to machine code by itself,
which saves a quarter of the compilation time. The copies in a program (`Whole`) are private to it, whatever else a
process has loaded. Copies become private before optimization, so LLVM can drop unused arguments: some fifty in each
call of a population's loop.

The names of `numba.core.codegen` that this overrides are not documented by Numba. If a version of Numba lacks one of
them, compilation is as usual. A test compares newly compiled code with the same code from the cache.

Passes of Numba that find nothing in our functions are left out, which saves a sixth of the compilation time.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Final

from numba.core.compiler import CompilerBase, DefaultPassBuilder

OVERRIDDEN: Final = (
    "_finalize_dynamic_globals", "_finalize_final_module", "_optimize_final_module", "get_pointer_to_function",
)  # fmt: skip
WITHOUT: Final = frozenset({
    "WithLifting", "RewriteDynamicRaises",  # context managers and exceptions
    "InlineClosureLikes", "MakeFunctionToJitFunction",  # functions and comprehensions inside a function
    "InlineInlinables", "InlineOverloads",  # LLVM inlines
    "FindLiterallyCalls", "LiteralUnroll", "LiteralPropagationSubPipelinePass", "RewriteSemanticConstants",
    "NopythonRewrites",  # arithmetic of whole arrays
    "NoPythonSupportedFeatureValidation", "DumpParforDiagnostics",
})  # fmt: skip
"""Passes that no compiled function needs, by what they are for: such things must not be used in one."""


class _Compiler(CompilerBase):
    """Numba's compiler, with our own code library, and without passes that our functions do not need."""

    library: ClassVar[str]

    def define_pipelines(self) -> list[Any]:
        """Return the passes of Numba, each once, but for those that are not needed."""
        if self.state.library is None and (made := _libraries().get(self.library)):
            self.state.library = made(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
            self.state.library.enable_object_caching()
        usual = DefaultPassBuilder.define_nopython_pipeline(self.state)
        usual.passes = [(made, why) for made, why in dict(usual.passes).items() if made.__name__ not in WITHOUT]
        return [usual]


class Part(_Compiler):
    """A compiler of functions that only compiled code calls."""

    library = "part"


class Whole(_Compiler):
    """A compiler of functions that Python or an address calls."""

    library = "whole"


class _Unloaded:
    """Numba's code generator for code that is never loaded and so needs no environment variable set."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, _name: str, _environment: Any) -> None:
        """Do nothing."""


@cache
def _libraries() -> dict[str, Any]:
    """Return the library classes by name, lazily: cached code needs none, and Numba's are slow to import."""
    from llvmlite.binding import Linkage
    from numba.core.codegen import JITCodeLibrary

    if not all(hasattr(JITCodeLibrary, name) for name in OVERRIDDEN):
        return {}

    class PartLibrary(JITCodeLibrary):
        """A library whose code is copied into other libraries."""

        @property
        def codegen(self) -> Any:
            return _Unloaded(self._codegen)

        def _optimize_final_module(self) -> None:
            """Do nothing: the programs that copy the code optimize it anyway."""

        def _finalize_final_module(self) -> None:
            self._finalize_dynamic_globals()
            self._finalized = True

        def get_pointer_to_function(self, _name: str) -> int:
            self._ensure_finalized()
            return 0

    class WholeLibrary(JITCodeLibrary):
        """A library whose copies of other functions have private names."""

        def _optimize_final_module(self) -> None:
            for function in self._final_module.functions:
                if not function.is_declaration and function.linkage == Linkage.linkonce_odr:
                    function.linkage = Linkage.internal
            super()._optimize_final_module()

    return {"part": PartLibrary, "whole": WholeLibrary}

"""From a symbolic membrane to machine code: one pass per file, compiled once per structure."""

from loligo.kernel.cache import cache_folder, cached_modules
from loligo.kernel.compiled import Kernel, compiled, kernel_of, kernel_of_structure, tabulated
from loligo.kernel.structure import Structure, structure_of

__all__ = [
    "Kernel",
    "Structure",
    "cache_folder",
    "cached_modules",
    "compiled",
    "kernel_of",
    "kernel_of_structure",
    "structure_of",
    "tabulated",
]

"""The target processor, as far as the layout of programs depends on it."""

from __future__ import annotations

import llvmlite.binding as llvm
from numba import config


def register_bits() -> int:
    """Return the number of bits of a vector register: 512 with AVX-512, else 256.

    ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES``, with which Numba compiles for another processor, are respected.
    """
    if config.CPU_NAME is not None or config.CPU_FEATURES is not None:
        known = "+avx512f" in (config.CPU_FEATURES or "") or str(config.CPU_NAME) in _WITH_AVX512
        return 512 if known else 256
    try:
        return 512 if llvm.get_host_cpu_features().get("avx512f") else 256
    except RuntimeError:  # LLVM cannot detect the processor's features on all systems
        return 256


_WITH_AVX512 = {
    "skylake-avx512", "skx", "cascadelake", "cooperlake", "cannonlake", "icelake-client", "icelake-server", "tigerlake",
    "rocketlake", "sapphirerapids", "emeraldrapids", "graniterapids", "knl", "knm", "znver4", "znver5", "x86-64-v4",
}  # fmt: skip

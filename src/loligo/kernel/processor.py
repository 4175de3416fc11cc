"""The processor that code is compiled for, as far as programs are laid out for it."""

from __future__ import annotations

import llvmlite.binding as llvm
from numba import config


def register_bits() -> int:
    """Return how many bits a vector register holds: 512 where there is AVX-512, else 256.

    ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES``, by which Numba compiles for another processor, count as it.
    """
    if config.CPU_NAME is not None or config.CPU_FEATURES is not None:
        known = "+avx512f" in (config.CPU_FEATURES or "") or str(config.CPU_NAME) in _WITH_AVX512
        return 512 if known else 256
    try:
        return 512 if llvm.get_host_cpu_features().get("avx512f") else 256
    except RuntimeError:  # LLVM does not know the processor's features everywhere
        return 256


_WITH_AVX512 = {
    "skylake-avx512", "skx", "cascadelake", "cooperlake", "cannonlake", "icelake-client", "icelake-server", "tigerlake",
    "rocketlake", "sapphirerapids", "emeraldrapids", "graniterapids", "knl", "knm", "znver4", "znver5", "x86-64-v4",
}  # fmt: skip

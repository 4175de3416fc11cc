"""As many lanes are in flight as four vector registers hold, of 512 bits with AVX-512 and else of 256."""

import runpy

import pytest
from numba import config

from loligo.kernel.processor import register_bits
from loligo.lanes import dimension, rows

WIDTHS = {"haswell": 256, "znver2": 256, "cortex-a72": 256, "skylake-avx512": 512, "znver4": 512, "sapphirerapids": 512}


@pytest.mark.parametrize("name", WIDTHS)
def test_registers_are_those_of_the_processor_that_numba_compiles_for(name, monkeypatch):
    monkeypatch.setattr(config, "CPU_NAME", name)
    monkeypatch.setattr(config, "CPU_FEATURES", None)
    assert register_bits() == WIDTHS[name]


@pytest.mark.parametrize(("features", "bits"), [("+avx2,+fma", 256), ("+avx2,+avx512f,+avx512vl", 512)])
def test_registers_are_those_of_the_features_that_numba_compiles_for(features, bits, monkeypatch):
    monkeypatch.setattr(config, "CPU_NAME", None)
    monkeypatch.setattr(config, "CPU_FEATURES", features)
    assert register_bits() == bits


@pytest.mark.parametrize(("bits", "precision", "lanes"), [
    (512, "double", 32), (256, "double", 16), (512, "single", 64), (256, "single", 32),
])  # fmt: skip
def test_lanes_in_flight_fill_four_registers(bits, precision, lanes, monkeypatch):
    monkeypatch.setattr(dimension, "REGISTER_BITS", bits)
    monkeypatch.setattr(dimension, "PRECISION", precision)
    assert runpy.run_path(rows.__file__)["W"] == lanes
    assert lanes * (64 if precision == "double" else 32) == 4 * bits

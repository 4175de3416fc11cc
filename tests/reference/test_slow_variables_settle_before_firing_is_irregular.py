"""`fi_curve` waits for gates that are slower than displacements from rest, and does not call their drift irregular."""

import numpy as np
import pytest

import loligo as lo
from reference.published import PUBLISHED

PHANTOM = PUBLISHED["phantom burster"].make()  # one gate takes 120 s; displacements from rest grow within 5 s


@pytest.mark.parametrize(("membrane", "current"), [(PHANTOM, 1200.0), (PHANTOM.replace(g_K1=7), 1100.0)])
def test_all_ways_lead_to_the_same_firing(membrane, current):
    found = lo.fi_curve(membrane, [current], cycles=False)
    rates = np.array([branch.steady[0] for branch in found.branches.values()])
    assert all(branch.settled[0] for branch in found.branches.values())
    np.testing.assert_allclose(rates, rates[0], rtol=1e-4)

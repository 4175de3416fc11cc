"""A run that slow variables bring to rest where rest is unstable fires later, and does not wait for rounding errors.

While a slow current rises, displacements die out for hundreds of time constants, and none is left when they begin to
grow; implicit steps damp what rounding makes. The membrane must come to fire as it does when its current is lowered.
"""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()


@pytest.mark.parametrize("method", ["auto", "rosenbrock"])
def test_drifts_end_in_the_firing_that_is_met_from_above(method):
    opens = lo.State("u", "(1/(1 + exp(-(v - 1.5)/0.1)) - u)/1e3", initial=0.0)  # 1.5 mV above the rest at 0 µA/cm²
    slow = lo.Membrane(*SQUID.channels, opens, lo.Current("slow", "-9*u"), C=1.0, name="slowly driven squid")
    found = lo.fi_curve(slow, [4.0], cycles=False, method=method)
    assert found.step.settled[0]
    assert found.step.steady[0] > 0
    np.testing.assert_allclose(found.step.steady, found.down.steady, rtol=1e-5)

"""A Bogdanov-Takens point found on a curve of Hopf points alone starts the curve of saddle-nodes through it.

Saddle-nodes of the model of Morris and Lecar are extrema of the steady current over v, which has a closed form.
"""

import numpy as np
import pytest

import loligo as lo

MEMBRANE = lo.models.morris_lecar()  # with its own numbers it has Hopf points and no saddle-node
SPANS = {"V_3": (-10.0, 30.0), "g_K": (2.0, 20.0)}


def steady_slope(v, parameter, value):
    """Return the derivative of the steady current in v [mS/cm²]."""
    p = {name: MEMBRANE[name] for name in MEMBRANE.parameters} | {parameter: value}
    m, w = (0.5 * (1 + np.tanh((v - p[a]) / p[b])) for a, b in (("V_1", "V_2"), ("V_3", "V_4")))
    m_slope, w_slope = 2 * m * (1 - m) / p["V_2"], 2 * w * (1 - w) / p["V_4"]
    calcium = p["g_Ca"] * (m + m_slope * (v - p["E_Ca"]))
    potassium = p["g_K"] * (w + w_slope * (v - p["E_K"]))
    return calcium + potassium + p["g_leak"]


@pytest.mark.parametrize("parameter", SPANS)
def test_the_curve_is_that_of_extrema_of_the_steady_current(parameter):
    found = lo.bifurcation_set(
        MEMBRANE, ("I", parameter), {"I": (-200, 400), parameter: SPANS[parameter]}, cycles=False
    )
    (double,) = [point for point in found.points if point.kind == "Bogdanov-Takens"]
    (curve,) = found.of_kind("saddle-node")
    assert len(curve) > 20
    slopes = steady_slope(curve.states[:, 0], parameter, curve.y)
    np.testing.assert_allclose(slopes, 0.0, atol=1e-7)
    apart = np.abs(np.stack([curve.x - double.values[0], curve.y - double.values[1]])).max(axis=0)
    assert apart.min() < 2.0  # µA/cm², or the unit of the other parameter: the curve passes the point
    assert curve.crossings(y=double.values[1]).size >= 1

"""What `fi_curve` answers at an amplitude is the same whichever others are asked."""

import numpy as np
import pytest

import loligo as lo

CASES = {
    "squid": (lo.models.squid(), [-3.0, 4.0, 6.0, 6.5, 8.0, 9.7, 10.0, 11.0, 30.0, 100.0, 150.0, 160.0]),
    "morris_lecar": (lo.models.morris_lecar(), [60.0, 88.0, 89.0, 93.0, 95.0, 105.0, 150.0, 230.0]),
    "wang_buzsaki": (lo.models.wang_buzsaki(), [-1.0, 0.1, 0.16, 0.162, 0.2, 1.0, 3.0]),
}


@pytest.mark.parametrize("name", CASES)
def test_of_any_part_of_a_range(name):
    membrane, amplitudes = CASES[name]
    whole = lo.fi_curve(membrane, amplitudes)
    generator = np.random.default_rng(22)
    for size in (1, 3):
        chosen = np.sort(generator.choice(len(amplitudes), size=size, replace=False))
        part = lo.fi_curve(membrane, np.array(amplitudes)[chosen])
        for way in ("up", "step"):
            one, other = part.branches[way], whole.branches[way]
            np.testing.assert_array_equal(one.steady, other.steady[chosen])
            np.testing.assert_array_equal(one.settled, other.settled[chosen])
        np.testing.assert_allclose(part.down.own, whole.down.own[chosen], rtol=1e-5)  # cycles by other diagrams


def test_of_a_bursting_neuron_without_a_rest_at_zero_current():
    membrane, amplitudes = lo.models.stomatogastric(), [-0.2, -0.1, -0.04, 0.0, 0.05]
    whole = lo.fi_curve(membrane, amplitudes, cycles=False)
    assert "-0.05" in whole.note  # begun below the range
    for k in (1, 3):
        part = lo.fi_curve(membrane, amplitudes[k : k + 1], cycles=False)
        for way in ("up", "step"):
            np.testing.assert_array_equal(part.branches[way].steady, whole.branches[way].steady[k : k + 1])


def test_the_order_and_repetitions_do_not_matter():
    one, other = (lo.fi_curve(lo.models.squid(), amplitudes, cycles=False) for amplitudes in ([12, 7, 7], [7, 12]))
    np.testing.assert_array_equal(one.up.amplitude, [7, 12])
    np.testing.assert_array_equal(one.down.steady, other.down.steady)

"""The interneuron of Wang and Buzsáki fires as in figure 1A of the paper, from Börgers' onset on."""

import numpy as np
import pytest

import loligo as lo


def rate(amplitude, duration):
    """Return the last interval between spikes as a rate [1/s]; 0 when there is none."""
    spikes = lo.simulate(lo.models.wang_buzsaki(), lo.Step(amplitude), duration=duration, sampling=None).spikes
    return 1000 / np.diff(spikes)[-1] if len(spikes) > 1 else 0.0


@pytest.mark.parametrize(
    ("amplitude", "figure"), [(2.31, 116), (4.98, 192), (7.06, 234), (10.03, 286), (14.96, 353), (18.93, 395)]
)
def test_rate_of_firing_is_that_of_figure_1a(amplitude, figure):
    # Wang & Buzsáki (1996), figure 1A: the black curve in its reproduction with ModelDB 26997, read at pixels
    # of 0.06 µA/cm² and 1.6 /s; the line is three pixels thick.
    assert rate(amplitude, 500) == pytest.approx(figure, abs=4)


@pytest.mark.parametrize(("amplitude", "figure"), [(0.16008, 0.0), (0.16010, 0.14), (0.16020, 0.41)])
def test_onset_is_that_of_boergers(amplitude, figure):
    # Börgers (2017) An Introduction to Modeling Neuronal Dynamics, chapter 17, the figure of his program
    # WB_F_I_CURVE_AT_ONSET: silent up to 0.16008, then 0.14 /s at 0.16010 and 0.41 /s at 0.16020 µA/cm².
    assert rate(amplitude, 30_000) == pytest.approx(figure, abs=0.01)


def test_rest_and_interval_are_those_of_the_neuroml_model():
    # OpenSourceBrain/WangBuzsaki1996: v0 of wb2 in WangBuzsakiCell.xml; intervals of .test.wb.mep at
    # 2 µA/cm², by NEURON with rates in a table of 1 mV, which shortens them by 0.05 %.
    assert lo.rest(lo.models.wang_buzsaki()).v == pytest.approx(-64.0175, abs=1e-4)
    assert 1000 / rate(2.0, 100) == pytest.approx(9.8195, abs=0.006)

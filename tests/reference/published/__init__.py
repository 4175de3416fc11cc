"""Thirty-four published membranes of one potential that are not shipped, written from their sources.

Amounts are the sources' own: where a source gives pS, fA and fF, or nS, pA and pF, of a whole cell, these stand for
mS/cm², µA/cm² and µF/cm², because only their ratios matter. Times are in ms. Where v is not in mV, `v_scale` says so.
"""

from reference.published.axon import frankenhaeuser_huxley
from reference.published.bursting import butera, chay, huber_braun, leech, plant, subthalamic
from reference.published.cortical import (
    calcium_dependent,
    erisir,
    golomb_amitai,
    golomb_fast_spiking,
    golomb_pyramidal,
    traub_miles,
    wang,
    wilson,
)
from reference.published.entry import Published
from reference.published.heart import beeler_reuter, noble
from reference.published.minimal import (
    fitzhugh_nagumo,
    hindmarsh_rose,
    izhikevich,
    krinskii_kokoz,
    prescott,
    square_wave,
)
from reference.published.secretory import chay_cook, chay_keizer, keizer_smolen, phantom_burster, sherman_keizer_rinzel

PUBLISHED = {
    "FitzHugh-Nagumo": Published(fitzhugh_nagumo, (0.2, 0.5, 1.0), 5.0, (-3.0, 3.0)),
    "Hindmarsh-Rose": Published(hindmarsh_rose, (0.5, 2.0, 4.0), 10.0, (-3.0, 3.0)),
    "INap + IK high": Published(lambda: izhikevich(-80, -25), (2.0, 5.0, 10.0), 5.0),
    "INap + IK low": Published(lambda: izhikevich(-78, -45), (5.0, 25.0), 5.0),
    "INap + IK + M": Published(lambda: izhikevich(-80, -25, 0.152, 5.0), (2.0, 6.0), 5.0),
    "Krinskii-Kokoz": Published(krinskii_kokoz, (3.0, 15.0), 5.0),
    "Traub-Miles": Published(traub_miles, (0.05, 0.3, 1.5), 5.0),
    "Traub-Miles M": Published(lambda: traub_miles("M"), (0.3, 1.5), 5.0),
    "Traub-Miles AHP": Published(lambda: traub_miles("AHP"), (0.05, 1.5), 5.0),
    "Erisir": Published(erisir, (4.0, 8.0), 5.0),
    "Golomb fast spiking": Published(golomb_fast_spiking, (2.0, 6.0), 5.0),
    "Golomb pyramidal": Published(golomb_pyramidal, (0.5, 1.2), 5.0),
    "Golomb-Amitai": Published(golomb_amitai, (0.0, 0.5), 5.0),
    "Butera": Published(butera, (0.0, 15.0, 40.0), 20.0, seconds=60.0),
    "Plant": Published(plant, (-0.1, 0.0, 0.1), 20.0, held=-0.1, seconds=120.0),
    "Chay": Published(chay, (-0.2, 0.0), 20.0, held=-0.2, seconds=120.0),
    "Chay-Keizer": Published(chay_keizer, (-1.0, 0.0), 20.0, held=-1.0, seconds=60.0),
    "Chay-Cook": Published(chay_cook, (-500.0, 0.0), 50.0, held=-500.0, seconds=300.0),
    "Sherman-Keizer-Rinzel": Published(sherman_keizer_rinzel, (0.0, 1500.0), 50.0, held=None, seconds=120.0),
    "Keizer-Smolen": Published(keizer_smolen, (-4000.0, 0.0), 50.0, held=-4000.0, seconds=120.0),
    "phantom burster": Published(phantom_burster, (-1000.0, 1200.0), 50.0, held=-1000.0, seconds=1200.0, share=0.1),
    "Prescott 1": Published(lambda: prescott(0), (30.0, 50.0), 5.0),
    "Prescott 2": Published(lambda: prescott(-13), (30.0, 60.0), 5.0),
    "Prescott 3": Published(lambda: prescott(-21), (30.0, 60.0), 5.0),
    "Noble": Published(noble, (-3.0, 0.0), 20.0, held=-3.0),
    "Beeler-Reuter": Published(beeler_reuter, (1.0, 2.5), 5.0, seconds=20.0),
    "Frankenhaeuser-Huxley": Published(frankenhaeuser_huxley, (200.0, 600.0), 0.5, (-40.0, 120.0)),
    "Huber-Braun": Published(huber_braun, (-1.0, 0.0), 5.0, held=-2.0),
    "leech": Published(leech, (-0.02, 0.006), 100.0, (-0.08, 0.03), held=-0.1),
    "Wilson": Published(wilson, (0.1, 1.5), 5.0, (-1.0, 0.4)),
    "square wave": Published(square_wave, (30.0, 45.0, 60.0), 20.0),
    "Wang": Published(wang, (-1.0, 0.0, 3.0), 5.0),
    "subthalamic": Published(subthalamic, (-25.0, 0.0), 5.0, held=-25.0, seconds=60.0),
    "calcium-dependent": Published(calcium_dependent, (0.2, 3.0), 5.0),
}

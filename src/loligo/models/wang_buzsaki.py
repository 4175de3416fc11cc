"""The fast-spiking hippocampal interneuron of Wang and Buzsáki (1996)."""

from __future__ import annotations

from loligo.membrane import Channel, Gate, Membrane


def wang_buzsaki() -> Membrane:
    """Return the membrane of a fast-spiking hippocampal interneuron.

    Sodium activation is instantaneous, and all other rates are five times those of the squid at 6.3 °C: a
    class I membrane that fires from below 1 to above 400 spikes/s.

    Returns
    -------
    Membrane
        Channels Na, K and leak; gates h, n and the instantaneous m; constant phi, which multiplies the rates.

    Source
    ------
    Wang X-J, Buzsáki G (1996) Gamma oscillation by synaptic inhibition in a hippocampal interneuronal network
    model. J Neurosci 16:6402-6413, "Materials and methods",
    doi:10.1523/JNEUROSCI.16-20-06402.1996.

    Examples
    --------
    >>> wang_buzsaki().variables
    ('v', 'h', 'n')
    >>> slower = wang_buzsaki().replace(phi=3.33)
    """
    m = Gate("m", alpha="-0.1*(v + 35)/(exp(-0.1*(v + 35)) - 1)", beta="4*exp(-(v + 60)/18)", instantaneous=True)
    h = Gate("h", alpha="phi*0.07*exp(-(v + 58)/20)", beta="phi/(exp(-0.1*(v + 28)) + 1)")
    n = Gate("n", alpha="-phi*0.01*(v + 34)/(exp(-0.1*(v + 34)) - 1)", beta="phi*0.125*exp(-(v + 44)/80)")
    return Membrane(
        Channel("Na", g=35, E=55, open=m**3 * h),
        Channel("K", g=9, E=-90, open=n**4),
        Channel("leak", g=0.1, E=-65),
        C=1.0,
        constants={"phi": 5.0},
        spike_level=0.0,
        name="wang_buzsaki",
    )

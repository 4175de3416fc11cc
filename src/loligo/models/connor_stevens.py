"""The crab axon of Connor, Walter and McKown (1977): the Connor-Stevens model, with its A-current."""

from __future__ import annotations

from loligo.membrane import Channel, Gate, Membrane


def connor_stevens() -> Membrane:
    """Return the membrane of the crab axon, with the A-current that lets it fire arbitrarily slowly.

    Returns
    -------
    Membrane
        Channels Na, K, A (transient potassium) and leak; gates m, h, n, a, b. Class I: it rests at -68 mV,
        and its rate of firing grows from zero where the rest vanishes, at 8.11 µA/cm².

    Notes
    -----
    The rates are those of Dayan and Abbott, the common form. Connor, Walter and McKown write them as
    Hodgkin-Huxley rates, shifted by 5.3 (m), 12 (h) and 4.3 mV (n), times 3.8 (n: 3.8/2). Dayan and Abbott
    round the products for n from 0.019 and 0.2375 to 0.02 and 0.25, and slopes such as 1/18 to decimals: the
    1977 form rests 0.003 mV higher and loses its rest at a current 0.003 µA/cm² lower.

    Source
    ------
    Connor JA, Stevens CF (1971) Prediction of repetitive firing behaviour from voltage clamp data on an
    isolated neurone soma. J Physiol 213:31-53, doi:10.1113/jphysiol.1971.sp009366 (the A-current).
    Connor JA, Walter D, McKown R (1977) Neural repetitive firing: modifications of the Hodgkin-Huxley axon
    suggested by experimental results from crustacean axons. Biophys J 18:81-102,
    doi:10.1016/S0006-3495(77)85598-7 (the axon).
    Dayan P, Abbott LF (2001) Theoretical Neuroscience. MIT Press, chapter 6 and its appendix (the formulas).

    Examples
    --------
    >>> connor_stevens().variables
    ('v', 'm', 'h', 'n', 'a', 'b')
    >>> class_ii = connor_stevens().replace(g_A=0, E_leak=-67.8)
    """
    m = Gate("m", alpha="0.38*(v + 29.7)/(1 - exp(-0.1*(v + 29.7)))", beta="15.2*exp(-0.0556*(v + 54.7))")
    h = Gate("h", alpha="0.266*exp(-0.05*(v + 48))", beta="3.8/(1 + exp(-0.1*(v + 18)))")
    n = Gate("n", alpha="0.02*(v + 45.7)/(1 - exp(-0.1*(v + 45.7)))", beta="0.25*exp(-0.0125*(v + 55.7))")
    a = Gate(
        "a",
        inf="(0.0761*exp(0.0314*(v + 94.22))/(1 + exp(0.0346*(v + 1.17))))**(1/3)",
        tau="0.3632 + 1.158/(1 + exp(0.0497*(v + 55.96)))",
    )
    b = Gate("b", inf="(1/(1 + exp(0.0688*(v + 53.3))))**4", tau="1.24 + 2.678/(1 + exp(0.0624*(v + 50)))")
    return Membrane(
        Channel("Na", g=120, E=55, open=m**3 * h),
        Channel("K", g=20, E=-72, open=n**4),
        Channel("A", g=47.7, E=-75, open=a**3 * b),
        Channel("leak", g=0.3, E=-17),
        C=1.0,
        celsius=18.0,
        spike_level=0.0,
        name="connor_stevens",
    )

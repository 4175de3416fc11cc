"""Pancreatic beta cells."""

from loligo import Channel, Current, Gate, Membrane, State
from reference.published.gates import sigmoid


def chay_keizer():
    """Chay TR, Keizer J (1983) Biophys J 42:181-190, doi:10.1016/S0006-3495(83)84384-7, at 20 °C."""
    m = Gate("m", alpha="-0.1*(v + 25)/(exp(-(v + 25)/10) - 1)", beta="4*exp(-(v + 50)/18)")
    h = Gate("h", alpha="0.07*exp(-(v + 50)/20)", beta="1/(exp(-(v + 20)/10) + 1)")
    n = Gate("n", alpha="-0.01*(v + 20)/(exp(-(v + 20)/10) - 1)", beta="0.125*exp(-(v + 30)/80)")
    return Membrane(
        Channel("Ca", g=13, E=100, open=m**3 * h),
        Channel("K", g=12, E=-75, open=n**4),
        Current("KCa", "0.09*ca/(ca + 1)*(v + 75)"),
        Channel("leak", g=0.04, E=-40),
        State("ca", "0.004*(-3/(8.9e-4*96487)*I_Ca/2 - 0.04*ca)", initial=0.1, unit="µM"),
        C=1.0,
        celsius=20.0,
        reference_celsius=6.3,
        q10=3.0,
        spike_level=-35.0,
        name="Chay-Keizer",
    )


def chay_cook():
    """Chay TR, Cook D (1988) Math Biosci 90:139-153, doi:10.1016/0025-5564(88)90062-4.

    As in Bertram R, Butte MJ, Kiemel T, Sherman A (1995) Bull Math Biol 57:413-439, doi:10.1007/BF02460633, type Ia.
    Amounts in pS, fA and fF of a cell.
    """
    s_exponent = "((-22 + 10*log(ca) - v)/20)"
    m = sigmoid("m", -22, 7.5)
    n = sigmoid("n", -9, 10, tau="9.09/(0.95*(1 + exp((v + 9)/10)))")
    s = Gate("s_Ca", inf=f"1/(1 + exp(2*{s_exponent}))", tau=f"0.1/(2*cosh({s_exponent}))")
    return Membrane(
        Channel("Caf", g=250, E=100, open=m),
        Channel("Cas", g=10, E=100, open=s),
        Channel("K", g=1300, E=-80, open=n),
        Channel("leak", g=50, E=-60),
        State("ca", "0.002*(-5.727e-6*(I_Caf + I_Cas) - 0.027*ca)", initial=0.2, unit="µM"),
        C=4524.0,
        spike_level=-30.0,
        name="Chay-Cook",
    )


def sherman_keizer_rinzel():
    """Sherman A, Keizer J, Rinzel J (1990) Biophys J 58:985-995, doi:10.1016/S0006-3495(90)82443-7.

    A calcium channel of three states and a current by Goldman, Hodgkin and Katz; pS, fA and fF of a cell.
    """
    i = "(7*14*v/13.35*10/(1 - exp(v/13.35)))"
    opening, closing = "1/(1 + exp((-5 - v)/10))/1.25", "(1 - 1/(1 + exp((-5 - v)/10)))/1.25"
    n = sigmoid("n", -10, 5.6, tau="60/2.4/(exp((v + 75)/65) + exp((-75 - v)/20))")
    return Membrane(
        Current("Ca", f"200*po*{i}"),
        Channel("K", g=2500, E=-75, open=n),
        Current("KCa", "30000*ca*(v + 75)/(100 + ca)"),
        State("pc", f"-{opening}*pc + {closing}*po", initial=1.0, minimum=0.0),
        State(
            "po",
            f"0.018*(1 - po - pc) + 0.036*0.0007*{i}*po + {opening}*pc - {closing}*po",
            initial=0.0,
            minimum=0.0,
        ),
        State("ca", "0.001*(-I_Ca/2/1150/96.487 - 0.03*ca)", initial=0.9, unit="µM"),
        C=5310.0,
        spike_level=-35.0,
        name="Sherman-Keizer-Rinzel",
    )


def keizer_smolen():
    """Keizer J, Smolen P (1991) Proc Natl Acad Sci USA 88:3897-3901, doi:10.1073/pnas.88.9.3897; pS, fA and fF."""
    ghk = "(8*v/(1 - exp(v/13.35)))"
    opening, closing = "1/(1 + exp((-8 - v)/10))/1.2820513", "(1 - 1/(1 + exp((-8 - v)/10)))/1.2820513"
    m = sigmoid("m", 2, 14)
    j = sigmoid("j", -40, -7, tau="30000/(exp((v + 40)/14) + exp((-40 - v)/14))")
    n = sigmoid("n", -13, 5.6, tau="20/(exp((v + 75)/65) + exp((-75 - v)/20))")
    return Membrane(
        Current("Caf", f"1470*po*0.45*{ghk}"),
        Current("Cas", f"1470*m*j*0.55*{ghk}", [m, j]),
        Channel("K", g=2500, E=-75, open=n),
        Channel("KATP", g=380, E=-75),
        State("pc", f"-{opening}*pc + {closing}*po", initial=1.0, minimum=0.0),
        State("po", f"0.002*(1 - po - pc) + 0.000047*{ghk}*po + {opening}*pc - {closing}*po", initial=0.0, minimum=0.0),
        State("ca", "0.015*(-4.5e-6*(I_Caf + I_Cas) - 0.24*ca)", initial=0.1, unit="µM"),
        C=5310.0,
        spike_level=-35.0,
        name="Keizer-Smolen",
    )


def phantom_burster():
    """Bertram R, Previte J, Sherman A, Kinard TA, Satin LS (2000) Biophys J 79:2880-2892.

    doi:10.1016/S0006-3495(00)76525-8, fast bursts (g_s1 = 20 pS); pS, fA and fF.
    """
    m = sigmoid("m", -22, 7.5)
    n = sigmoid("n", -9, 10, tau="9.09/(1.1*(1 + exp((v + 9)/10)))")
    s1, s2 = sigmoid("s1", -40, 0.5, tau="1000"), sigmoid("s2", -42, 0.4, tau="120000")
    return Membrane(
        Channel("Ca", g=280, E=100, open=m),
        Channel("K", g=1300, E=-80, open=n),
        Channel("leak", g=25, E=-40),
        Channel("K1", g=20, E=-80, open=s1),
        Channel("K2", g=32, E=-80, open=s2),
        C=4524.0,
        spike_level=-30.0,
        name="phantom burster",
    )

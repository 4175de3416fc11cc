"""The Hodgkin-Huxley neuron of the classroom.

    from neurodynex.hodgkin_huxley.HH import *
    HH_Step()     # a current step
    HH_Sinus()    # a sinusoidal current
    HH_Ramp()     # a current that grows slowly

To change the neuron, copy this file next to your script (`loligo exercise --copy`), edit it in any text editor, and
run `import HH; HH.HH_Step()`, or `python HH.py`. In a running Python, `importlib.reload(HH)` reads it again.

    what to edit                              where
    conductances, reversal potentials, C      HH_Neuron, "maximal conductances" and below
    gates: alpha and beta                     HH_Neuron, "how fast gates open"; formulas are in quotes
    a further channel                         HH_Neuron, a line lo.Channel(...) in "membrane"
    a current                                 the defaults of HH_Step, HH_Sinus, HH_Ramp
    what is drawn                             plot_data
    where `python HH.py` starts               the last line

Times are in ms, potentials in mV above the textbook's resting potential, frequencies in kHz. Currents [uA],
conductances [mS] and the capacitance [uF] are those of 1 cm^2 of membrane. If something does not work, run
`loligo doctor`.
"""

import matplotlib.pyplot as plt
import numpy as np

import loligo as lo
from loligo.course import Record, checked, reload
from loligo.figures import show, time_panels


@checked
def HH_Neuron(curr: lo.Stimulus, simtime: float, dt: float = 0.1) -> Record:
    """Run the neuron, from its rest, under a current.

    Parameters
    ----------
    curr : stimulus
        The current [uA], for example lo.Step(7, start=20, stop=180).
    simtime : float
        How long it runs [ms].
    dt : float
        The interval of the samples in the record [ms]; the run itself steps as finely as it must.

    Returns
    -------
    Record
        t [ms] of shape (samples,), and vm [mV], I_e [uA], m, n, h of shape (1, samples).
    """
    # maximal conductances [mS]
    gNa = 120.0
    gK = 36.0
    gl = 0.3

    # reversal potentials [mV]
    ENa = 115.0
    EK = -12.0
    El = 10.6

    # membrane capacitance [uF]
    C = 1.0

    # how fast gates open (alpha) and close (beta) [1/ms]:  dm/dt = alpha * (1 - m) - beta * m
    m = lo.Gate("m", alpha="0.1 * (25 - v) / (exp((25 - v) / 10) - 1)", beta="4 * exp(-v / 18)")
    h = lo.Gate("h", alpha="0.07 * exp(-v / 20)", beta="1 / (exp((30 - v) / 10) + 1)")
    n = lo.Gate("n", alpha="0.01 * (10 - v) / (exp((10 - v) / 10) - 1)", beta="0.125 * exp(-v / 80)")

    # C * dv/dt = I_e - gNa * m**3 * h * (v - ENa) - gK * n**4 * (v - EK) - gl * (v - El)
    membrane = lo.Membrane(
        lo.Channel("Na", g=gNa, E=ENa, open=m**3 * h),
        lo.Channel("K", g=gK, E=EK, open=n**4),
        lo.Channel("leak", g=gl, E=El),
        C=C,
        spike_level=50.0,  # mV: a spike is an upward crossing of it
        name="HH neuron",
    )
    return Record(lo.simulate(membrane, curr, simtime, sampling=dt))


@checked
def HH_Step(
    I_tstart: float = 20,
    I_tend: float = 180,
    I_amp: float = 7,
    tend: float = 200,
    do_plot: bool = True,
    dt: float = 0.1,
) -> Record:
    """Run the neuron under a step of I_amp [uA] from I_tstart to I_tend, until tend [ms]."""
    rec = HH_Neuron(lo.Step(I_amp, start=I_tstart, stop=I_tend), tend, dt)
    if do_plot:
        plot_data(rec)
    return rec


@checked
def HH_Sinus(
    I_freq: float = 0.01,
    I_offset: float = 0.5,
    I_amp: float = 7.0,
    tend: float = 600,
    dt: float = 0.1,
    do_plot: bool = True,
) -> Record:
    """Run the neuron under I_offset + I_amp * sin(2 pi I_freq t) [uA, kHz], until tend [ms]."""
    rec = HH_Neuron(lo.Sine(I_amp, frequency=I_freq, offset=I_offset), tend, dt)
    if do_plot:
        plot_data(rec)
    return rec


@checked
def HH_Ramp(
    I_tstart: float = 30,
    I_tend: float = 270,
    I_amp: float = 20.0,
    tend: float = 300,
    dt: float = 0.1,
    do_plot: bool = True,
) -> Record:
    """Run the neuron under a current that grows from 0 at I_tstart to I_amp [uA] at I_tend, until tend."""
    rec = HH_Neuron(lo.Ramp(I_amp, start=I_tstart, stop=I_tend), tend, dt)
    if do_plot:
        plot_data(rec)
    return rec


@checked
def plot_data(rec: Record, title: str | None = None) -> None:
    """Draw potential, gates and current of a record, and show them; the title is by default the current in words."""
    gates = {name: trace[0] for name, trace in rec.gates.items()}
    t, v, current = np.asarray(rec.t), rec.vm[0], rec.I_e[0]
    time_panels(t, v, gates=gates, stimulus=current, per_area=False, title=title or rec.title)
    show()


if __name__ == "__main__":
    HH_Step()

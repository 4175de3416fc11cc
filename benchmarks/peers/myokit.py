"""Myokit: its own model language, compiled and run by CVODES, with spikes from CVODES' root finding.

``value`` is the tolerance, absolute and relative alike. Documentation: https://myokit.readthedocs.io
"""

from __future__ import annotations

import myokit

from benchmarks.protocol import REST, SPIKE_LEVEL, Clamp, Run, main, timed

LADDERS = {"CVODES, tolerance": (1e-3, 1e-4, 1e-5, 3e-6, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11)}

MODEL = f"""
[[model]]
membrane.v = {REST["v"]}
membrane.m = {REST["m"]}
membrane.h = {REST["h"]}
membrane.n = {REST["n"]}

[engine]
time = 0 bind time
current = 0 bind pace

[membrane]
dot(v) = engine.current - 120*m^3*h*(v - 115) - 36*n^4*(v + 12) - 0.3*(v - 10.6)
dot(m) = 0.1*(25 - v)/(exp((25 - v)/10) - 1)*(1 - m) - 4*exp(-v/18)*m
dot(h) = 0.07*exp(-v/20)*(1 - h) - h/(exp((30 - v)/10) + 1)
dot(n) = 0.01*(10 - v)/(exp((10 - v)/10) - 1)*(1 - n) - 0.125*exp(-v/80)*n
"""

LAST_SPIKE = 2.0
"""Myokit reports a spike only once v has come down again, so a run is this much longer, ms."""


def prepare(_method: str, tolerance: float, clamp: Clamp) -> Run:
    """Compile the simulation and return a run of ``clamp``."""
    simulation = myokit.Simulation(myokit.parse_model(MODEL))
    simulation.set_tolerance(tolerance, tolerance)

    def run(amplitude: float) -> tuple[float, list[float]]:
        protocol = myokit.Protocol()
        overhang = LAST_SPIKE if clamp.stop == clamp.duration else 0.0
        protocol.schedule(amplitude, clamp.start, clamp.stop - clamp.start + overhang)
        simulation.set_protocol(protocol)
        simulation.reset()
        seconds, (_, spikes) = timed(
            lambda: simulation.run(
                clamp.duration + overhang,
                log=myokit.LOG_NONE,
                apd_variable="membrane.v",
                apd_threshold=SPIKE_LEVEL,
            )
        )
        return seconds, [time for time in spikes["start"] if time <= clamp.duration]

    return run


if __name__ == "__main__":
    main("myokit", myokit.__version__, prepare, LADDERS)

"""Exact solutions of membranes whose equations are linear between values at which formulas jump."""

import math

import numpy as np


def followed(law, values, scales, start, times):
    """Follow ``dx/dt = slope - rate x``, one equation a variable, whose numbers change at values of variables.

    Parameters
    ----------
    law : callable
        From how many of its values each variable has passed, to the slope and the rate of each.
    values : list of arrays
        The values of each variable, increasing.
    scales : array (variables,)
        Of errors.
    start : array (variables,)
    times : array
        [ms], increasing from 0.

    Returns
    -------
    states : array (times, variables) or None
        None where both sides of a value lead back to it.
    growth : float
        By how much an error of the size of the scales may have grown.
    """
    x, t, growth = np.array(start, dtype=float), 0.0, 1.0
    states = np.empty((len(times), x.size))
    passed = [int(np.searchsorted(own, at, side="right")) for own, at in zip(values, x, strict=True)]
    while True:
        slope, rate = (np.array(part, dtype=float) for part in law(tuple(passed)))
        wait, which, up = math.inf, -1, False
        for i, own in enumerate(values):
            speed = slope[i] - rate[i] * x[i]
            place = passed[i] if speed > 0 else passed[i] - 1
            if speed == 0 or not 0 <= place < len(own):
                continue
            share = rate[i] * (own[place] - x[i]) / speed  # of the way to where the variable would settle
            if share < 1:
                arrival = -math.log1p(-share) / rate[i] if rate[i] else (own[place] - x[i]) / speed
                if arrival < wait:
                    wait, which, up = arrival, i, speed > 0
        inside = (times >= t) & (times <= t + wait)
        states[inside] = _after(x, slope, rate, times[inside, np.newaxis] - t)
        if t + wait > times[-1]:
            return states, growth
        x, t = _after(x, slope, rate, wait), t + wait
        speed = slope - rate * x
        x[which] = values[which][passed[which] if up else passed[which] - 1]
        passed[which] += 1 if up else -1
        slope, new_rate = (np.array(part, dtype=float) for part in law(tuple(passed)))
        new_speed = slope - new_rate * x
        if new_speed[which] * speed[which] <= 0:
            return None, math.inf
        jump = np.eye(x.size)
        jump[:, which] += (new_speed - speed) / speed[which]
        change = jump * np.exp(-rate * wait) * scales / scales[:, np.newaxis]
        growth = max(1.0, growth * np.abs(change).sum(axis=1).max())


def _after(x, slope, rate, s):
    with np.errstate(divide="ignore", invalid="ignore"):
        risen = np.where(rate == 0, slope * s, (slope - rate * x) * -np.expm1(-rate * s) / np.where(rate == 0, 1, rate))
    return x + risen

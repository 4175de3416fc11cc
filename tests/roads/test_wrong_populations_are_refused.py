"""A population that cannot be, or a run of it that makes no sense, is refused by a sentence that says what may be."""

import math

import numpy as np
import pandas as pd
import pytest

import loligo as lo

SQUID, STEP = lo.models.squid(), lo.Step(7.0, 1, 9)
TWO = lo.Population(SQUID, amplitude=[1.0, 2.0])
MANY = np.arange(1e5)


def population(*arguments, **values):
    return lambda: lo.Population(*(arguments or (SQUID,)), **values)


def sobol(ranges, size=3, **settings):
    return lambda: lo.Population.sobol(SQUID, ranges, size=size, **settings)


def table(columns):
    return lambda: lo.Population.table(SQUID, columns)


def run(stimulus=STEP, *arguments, of=TWO, **settings):
    return lambda: of.run(stimulus, *arguments, **settings)


def replay(index=0, stimulus=STEP, *arguments, of=TWO, **settings):
    return lambda: of.replay(index, stimulus, *arguments, **settings)


BOX = {"g_Na": (1, 2)}
NAMED = lo.Membrane(lo.Channel("leak", g=0.3, E=0.0), constants={"reason": 1.0, "spike_count": 1.0}, spike_level=10.0)
REFUSED = {
    # who the members are
    "no membrane": (population(3, g_Na=[1]), lo.UnitError, "The membrane must be a Membrane .* got 3"),
    "a function for a membrane": (
        population(lo.models.squid, g_Na=[1]),
        lo.UnitError,
        "The membrane must be a Membrane",
    ),
    "text": (population(g_Na="many"), lo.UnitError, "g_Na must be numbers in mS/cm²; got 'many'"),
    "texts": (population(g_Na=["a", "b"]), lo.UnitError, "g_Na must be numbers"),
    "truth": (population(g_Na=True), lo.UnitError, "g_Na must be numbers in mS/cm²; got True"),
    "complex": (population(g_Na=[1j]), lo.UnitError, "g_Na must be numbers"),
    "ragged": (population(g_Na=[[1.0], [1.0, 2.0]]), lo.UnitError, "g_Na must be numbers"),
    "nothing": (population(g_Na=None), lo.UnitError, "g_Na must be numbers in mS/cm²; got None"),
    "no values": (population(g_Na=[]), lo.ArgumentError, "a number or a 1-D array of numbers, not empty; got shape"),
    "a table of values": (
        population(g_Na=[[1.0, 2.0]]),
        lo.ArgumentError,
        r"1-D array of numbers, not empty; got shape \(1, 2\)",
    ),
    "members of nothing": (population(SQUID, 5), lo.ArgumentError, "Give the values that vary by name, .* got 5"),
    "members and values": (
        population(SQUID, TWO.members, g_Na=[1]),
        lo.ArgumentError,
        "Give the values that vary by name",
    ),
    "more than can be counted": (
        population(g_Na=MANY, g_K=MANY, g_leak=MANY, E_Na=MANY),
        lo.ArgumentError,
        "grid of g_Na, g_K, g_leak, E_Na has more members than can be counted",
    ),
    "no ranges": (sobol(None), lo.ArgumentError, r"ranges maps names to \(lowest, highest\); got None"),
    "ranges twice": (sobol({"g_Na": (1, 2)}, g_K=(1, 2)), lo.ArgumentError, "by name, .* or as one mapping"),
    "a range of one by name": (sobol(None, g_Na=3), lo.ArgumentError, "The range of g_Na is"),
    "empty ranges": (sobol({}), lo.ArgumentError, "ranges maps names"),
    "a range of one": (sobol({"g_Na": 3}), lo.ArgumentError, r"The range of g_Na is \(lowest, highest\); got 3"),
    "a range of three": (sobol({"g_Na": (1, 2, 3)}), lo.ArgumentError, "The range of g_Na is"),
    "a range of text": (sobol({"g_Na": "ab"}), lo.ArgumentError, "The range of g_Na is"),
    "a range of texts": (sobol({"g_Na": ("a", "b")}), lo.UnitError, "g_Na must be a number"),
    "a range without order": (sobol({"g_Na": {1, 2}}), lo.ArgumentError, "The range of g_Na is"),
    "a range of rows": (sobol({"g_Na": ((3, 4), 1)}), lo.UnitError, "g_Na must be a single number"),
    "a range upside down": (sobol({"g_Na": (3, 1)}), lo.ArgumentError, r"is \(lowest, highest\); got 3 and 1"),
    "a range to NaN": (sobol({"g_Na": (3, math.nan)}), lo.ArgumentError, "g_Na must be a finite number"),
    "a range without a width": (sobol({"g_Na": (-1e308, 1e308)}), lo.ArgumentError, "The range of g_Na is"),
    "no members": (sobol(BOX, 0), lo.ArgumentError, "size must be a whole number, 1 or more; got 0"),
    "half a member": (sobol(BOX, 2.5), lo.ArgumentError, "size must be a whole number, 1 or more; got 2.5"),
    "endless members": (sobol(BOX, math.inf), lo.ArgumentError, "size must be a finite number"),
    "a size of text": (sobol(BOX, "a"), lo.UnitError, "size must be a number; got 'a'"),
    "more than a sequence has": (
        sobol(BOX, 2**32 + 1),
        lo.ArgumentError,
        r"size must be 4,294,967,296 or less; got 4\.29497e\+09",
    ),
    "a negative seed": (sobol(BOX, seed=-1), lo.ArgumentError, "seed must be a whole number, 0 or more; got -1"),
    "half a seed": (sobol(BOX, seed=0.5), lo.ArgumentError, "seed must be a whole number"),
    "no table": (table(None), lo.ArgumentError, "A table of members is a DataFrame, or a mapping .* got None"),
    "a row for a table": (table([1, 2]), lo.ArgumentError, "A table of members is a DataFrame"),
    "an empty table": (table({}), lo.ArgumentError, "must all have the same length, of at least one member"),
    "a table without rows": (
        table(pd.DataFrame({"g_Na": []})),
        lo.ArgumentError,
        "the same length, of at least one member",
    ),
    "columns of two lengths": (table({"g_Na": [1, 2], "g_K": [1]}), lo.ArgumentError, "must all have the same length"),
    "a table of rows": (table({"g_Na": [[1.0]]}), lo.ArgumentError, "must all have the same length"),
    "a table of text": (table(pd.DataFrame({"g_Na": ["a"]})), lo.UnitError, "g_Na must be numbers"),
    "a column twice": (
        table(pd.DataFrame([[1.0, 2.0]], columns=["g_Na", "g_Na"])),
        lo.ArgumentError,
        "must have different names; g_Na occurs twice",
    ),
    "a member before the first": (lambda: TWO.member(-1), lo.ArgumentError, "Members are counted from 0 to 1; got -1"),
    "a member after the last": (lambda: TWO.member(2), lo.ArgumentError, "Members are counted from 0 to 1; got 2"),
    "a member of text": (lambda: TWO.member("a"), lo.ArgumentError, "Members are counted from 0 to 1; got 'a'"),
    "half of a member": (lambda: TWO.member(0.5), lo.ArgumentError, "Members are counted from 0"),
    # what is done with them
    "an unknown parameter": (
        run(of=lo.Population(SQUID, g_Nb=[1])),
        lo.UnknownNameError,
        "'g_Nb' is not a parameter of squid, number of Step, or initial value. Did you mean 'g_Na'",
    ),
    "an unknown start": (
        run(of=lo.Population(SQUID, initial_w=[1])),
        lo.UnknownNameError,
        "'initial_w' is not a param",
    ),
    "a number of another stimulus": (run(of=lo.Population(SQUID, width=[1])), lo.UnknownNameError, "'width' is not"),
    "a start that follows v": (
        run(of=lo.Population(lo.models.morris_lecar(), initial_m=[0.3])),
        lo.UnknownNameError,
        "'initial_m' is not a parameter",
    ),
    "a spike level": (
        run(of=lo.Population(SQUID, spike_level=[3])),
        lo.UnknownNameError,
        "'spike_level' is not a param",
    ),
    "a constant that is called like what comes out": (
        run(of=lo.Population(NAMED, reason=[3.0])),
        lo.ArgumentError,
        "reason is both a parameter that varies and a column of results: rename the parameter",
    ),
    "a constant that is called like a feature": (
        run(of=lo.Population(NAMED, spike_count=[3.0])),
        lo.ArgumentError,
        "spike_count is both a parameter that varies and a column",
    ),
    "one number twice": (
        run(STEP + STEP, 20, of=lo.Population(SQUID, factor=[1, 3], amplitude=[1])),
        lo.ArgumentError,
        "amplitude and factor scale this stimulus in the same way",
    ),
    "no stimulus": (run(None), lo.UnitError, "The stimulus must be a Step, Ramp, .* got None"),
    "a number for a stimulus": (run(7.0), lo.UnitError, "The stimulus must be a Step, Ramp, .* got 7.0"),
    "no end": (run(lo.Step(1.0)), lo.ArgumentError, "has no end, so duration= is needed"),
    "an empty duration": (run(STEP, 0), lo.ArgumentError, "duration must be greater than zero in ms; got 0"),
    "an endless duration": (run(STEP, math.inf), lo.ArgumentError, "duration must be a finite number in ms"),
    "an unknown feature": (run(features="spikes"), lo.UnknownNameError, "'spikes' is not a feature. .* spike_count"),
    "features of numbers": (run(features=[3]), lo.UnknownNameError, "3 is not a feature"),
    "features of rows": (run(features=[["spike_count"]]), lo.UnknownNameError, "is not a feature"),
    "no features": (run(features=None), lo.ArgumentError, "features is a name or several of them, .* got None"),
    "a feature twice": (run(features=["ISI_CV", "ISI_CV"]), lo.ArgumentError, "named twice"),
    "a tolerance too large": (run(tolerance=1.0), lo.ArgumentError, "between 1e-13 and 1e-2; got 1"),
    "a tolerance too fine": (
        run(tolerance=1e-12),
        lo.ArgumentError,
        "In double precision tolerance must be 1e-10 or more",
    ),
    "a tolerance too fine for single": (
        run(tolerance=1e-7, precision="single"),
        lo.ArgumentError,
        "In single precision tolerance must be 1e-05 or more; got 1e-07",
    ),
    "a precision": (run(precision="half"), lo.UnknownNameError, "'half' is not a precision. Known: double, single"),
    "a row of precisions": (run(precision=["double"]), lo.UnknownNameError, "is not a precision"),
    "a method": (run(method="euler"), lo.UnknownNameError, "'euler' is not a method of a population. Known: auto"),
    "no method": (run(method=None), lo.UnknownNameError, "None is not a method of a population"),
    "fewer spike times than none": (run(spike_times=-1), lo.ArgumentError, "spike_times must be a whole number, 0 or"),
    "half a spike time": (
        run(spike_times=0.5),
        lo.ArgumentError,
        "spike_times must be a whole number, 0 or more; got 0.5",
    ),
    "spike times of text": (run(spike_times="all"), lo.UnitError, "spike_times must be a number; got 'all'"),
    "no steps": (run(most_steps=0), lo.ArgumentError, "most_steps must be a whole number, 1 or more; got 0"),
    "endless steps": (run(most_steps=math.inf), lo.ArgumentError, "most_steps must be a finite number"),
    "more steps than are counted": (
        run(most_steps=10**19),
        lo.ArgumentError,
        r"most_steps must be 9,007,199,254,740,992 or less; got 1e\+19",
    ),
    "more threads than a machine has": (run(threads=10**9), lo.ArgumentError, "threads must be 4,096 or less"),
    "progress of text": (run(progress="x"), lo.ArgumentError, "progress= must be True, False, None .* got 'x'"),
    "no threads": (run(threads=0), lo.ArgumentError, "threads must be a whole number, 1 or more; got 0"),
    "half a thread": (run(threads=0.5), lo.ArgumentError, "threads must be a whole number"),
    "threads of text": (run(threads="all"), lo.UnitError, "threads must be a number; got 'all'"),
    "a replay after the last": (replay(2), lo.ArgumentError, "Members are counted from 0 to 1; got 2"),
    "a replay of text": (replay("a"), lo.ArgumentError, "Members are counted from 0 to 1; got 'a'"),
    "a replay of nothing": (replay(0, None), lo.UnitError, "The stimulus must be a Step"),
    "a replay of no duration": (replay(0, STEP, -1), lo.ArgumentError, "duration must be greater than zero"),
    "a replay of a tolerance": (replay(tolerance=9), lo.ArgumentError, "between 1e-13 and 1e-2; got 9"),
    "a replay from elsewhere": (
        replay(initial={"v": 3.0}),
        lo.ArgumentError,
        "columns such as initial_v give a member's initial values",
    ),
    "a replay of NaN": (replay(of=lo.Population(SQUID, g_Na=[math.nan])), lo.ArgumentError, "g_Na.* finite number"),
    "a replay of less than nothing": (
        replay(of=lo.Population(SQUID, g_K=[-3])),
        lo.ArgumentError,
        "g_K.* zero or more",
    ),
    "a replay that stops too soon": (replay(of=lo.Population(SQUID, stop=[0.5])), lo.StimulusError, "must stop after"),
    "a replay of a gate beyond 1": (
        replay(of=lo.Population(SQUID, initial_m=[3])),
        lo.ArgumentError,
        "between 0 and 1",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(what):
    make, error, message = REFUSED[what]
    with pytest.raises(error, match=message) as refusal:
        make()
    assert isinstance(refusal.value, lo.LoligoError)
    assert str(refusal.value).endswith((".", "?")) or "Known:" in str(refusal.value)

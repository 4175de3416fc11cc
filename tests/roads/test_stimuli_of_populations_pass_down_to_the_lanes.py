"""From `Population.run` to the compiled loop a stimulus passes few places, and each hands it to one below it."""

import functools
import sys
import threading
import types
from pathlib import Path

import pytest

import loligo as lo
from loligo.lanes import Stimuli
from loligo.stimulus import Pieces, Stimulus

SOURCE = Path(lo.__file__).parent
PLACES = (  # of population its files and rooms, of all else the rooms, from the top down
    "population.population",
    "population.plan",
    "population.store",
    "population.table",
    "population.workers.pieces",
    "population.workers.workers",
    "population.workers.threads",
    "population.blocks.block",
    "population.blocks.stimuli",
    "population.stimulus_numbers",
    "lanes",
    "stimulus",
)
MOST_STAYS = 15
END = "lanes.programs", "run"  # which calls the compiled loop


def carries(value, depth=3):
    """Tell whether a value is a stimulus, or what was made of one, or holds it."""
    if isinstance(value, Stimulus | Pieces | Stimuli):
        return True
    if depth == 0:
        return False
    if isinstance(value, functools.partial):
        inside = value.args
    elif isinstance(value, tuple | list):
        inside = value[:8]
    elif isinstance(value, types.GeneratorType):
        inside = list(value.gi_frame.f_locals.values()) if value.gi_frame else []
    elif isinstance(value, types.FunctionType):
        inside = [cell.cell_contents for cell in value.__closure__ or () if cell != types.CellType()]
    elif type(value).__module__.startswith("loligo."):
        inside = list(getattr(value, "__dict__", {}).values())
    else:
        return False
    return any(carries(each, depth - 1) for each in inside)


class Call:
    """A call of a function of loligo: who called it, whether it was given the stimulus, and whether it hands it on."""

    def __init__(self, frame, caller):
        self.module = ".".join(Path(frame.f_code.co_filename).relative_to(SOURCE).with_suffix("").parts)
        self.name, self.caller = frame.f_code.co_qualname, caller
        code = frame.f_code
        given = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        names = (*code.co_varnames[:given], *code.co_freevars)
        self.given = any(carries(frame.f_locals.get(name)) for name in names)
        self.passes = (self.module, self.name) == END

    @property
    def place(self):
        return next((place for place in PLACES if f"{self.module}.".startswith(f"{place}.")), self.module)


class Walk:
    """The calls of a run that are given the stimulus and hand it on, in the order in which they began.

    What a thread does it was told by the last call of ``Crew.share``.
    """

    def __init__(self):
        self.calls, self.ended, self.shared, self._own = [], False, None, threading.local()

    def __call__(self, frame, event, value):
        if self.ended or event not in ("call", "return") or not frame.f_code.co_filename.startswith(str(SOURCE)):
            return
        stack = self._own.__dict__.setdefault("stack", [])
        if event == "call":
            told = not stack or stack[-1].name == "Crew._work"
            call = Call(frame, self.shared if told else stack[-1])
            self.shared = call if call.name == "Crew.share" else self.shared
            stack.append(call)
            self.calls.append(call)
            self.ended = call.passes
        elif stack:
            call = stack.pop()
            call.passes |= call.given and carries(value)

    def steps(self):
        """Return the calls that hand the stimulus on, each function once."""
        for call in reversed(self.calls):
            if call.passes and call.caller and call.caller.given:
                call.caller.passes = True
        return list({(call.module, call.name): call for call in reversed(self.calls) if call.passes}.values())[::-1]


@pytest.fixture(scope="module", params=["memory", "store"])
def steps(request):
    axons = lo.Population(lo.models.squid(), g_Na=[100.0, 120.0], amplitude=[0.0, 10.0])
    run = functools.partial(axons.run, lo.Step(1.0, start=1, stop=11), 20, threads=1, progress=False)
    run()  # compiles
    walk = Walk()
    before = sys.getprofile()
    threading.setprofile(walk)
    sys.setprofile(walk)
    try:
        run(store=f"memory://walk-{id(walk)}" if request.param == "store" else None)
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
    return walk.steps()


def test_the_walk_is_seen_from_end_to_end(steps):
    assert (steps[0].module, steps[0].name) == ("population.population", "Population.run")
    assert (steps[-1].module, steps[-1].name) == END
    assert {"plan", "run_pieces", "Crew.share", "stages", "shapes_of"} <= {step.name for step in steps}


def test_every_call_goes_down(steps):
    assert {step.place for step in steps} <= set(PLACES)
    order = [(step.caller.place, step.place) for step in steps if step.caller]
    assert [(upper, lower) for upper, lower in order if PLACES.index(upper) > PLACES.index(lower)] == []


def test_there_are_few_stays(steps):
    places = [step.place for step in steps]
    stays = [place for place, before in zip(places, [None, *places], strict=False) if place != before]
    assert len(stays) <= MOST_STAYS, stays

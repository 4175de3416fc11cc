"""What a worker process says of each odd formula: it prints one line of JSON a formula; see `odd_formulas`."""

import json
import sys
import time

import loligo as lo
from loligo.kernel.equations import equations_of
from loligo.kernel.javascript import javascript
from loligo.kernel.printed import printed_modules
from loligo.kernel.structure import structure_of
from loligo.lanes.equations import lane_source

WRONG_WORDS = ("zoo", "Derivative", "1j", "DiracDelta", " inf", "(inf", "nan", "Not supported", "oo)")


def pace():
    """Return how long this processor takes now for what a quick quiet one does in 10 ms [s]."""
    begun = time.process_time()
    {str(k): k for k in range(50_000)}
    return time.process_time() - begun


def answer(text):
    """Return what each stage of a formula takes, in times of `pace`, and what came of it.

    A busy or slow processor takes longer for all, and it is the formula that is tried.
    """
    before = pace()
    seconds = {}
    begun = time.process_time()

    def stage(name):
        nonlocal begun
        now = time.process_time()
        seconds[name], begun = now - begun, now

    try:
        membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=-50.0), lo.Current("c", text))
        values = {name: parameter.value for name, parameter in membrane.parameters.items()}
        equations = equations_of(structure_of(membrane), values)
        printed = "".join(printed_modules(equations).values())
        stage("run")
        lanes = lane_source(equations, "double", jacobian=True)
        stage("population")
        script = javascript(membrane)
        stage("page")
        for source in (printed, lanes):
            compile(source, "printed", "exec")
        wrong = [word for word in WRONG_WORDS if word in printed or word in lanes]
        wrong += [word for word in ("Not supported", "zoo", "I*") if word in script]
        said = f"prints {wrong}" if wrong else "computed"
    except lo.LoligoError as error:
        stage("refusal")
        said = f"refused: {error}"
    except Exception as error:  # noqa: BLE001 - what must not happen is reported
        stage("error")
        said = f"{type(error).__name__}: {error}"
    around = (before + pace()) / 2
    return {name: each / around for name, each in seconds.items()}, said


if __name__ == "__main__":
    answer("exp(v) + tanh(v/3)*abs(v)")  # imports what is imported late
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()

"""A reader that stops early and a terminal without µ are no reason for a traceback."""

import os
import subprocess
import sys

LINE = [sys.executable, "-m", "loligo"]


def test_a_closed_pipe_is_quiet() -> None:
    process = subprocess.Popen(
        [*LINE, "simulate", "squid", "--step", "10", "--duration", "500", "--csv", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"t [ms],v [mV]")
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), errors) == (1, b"")


def test_ascii_gets_question_marks() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    line = [*LINE, "simulate", "squid", "--duration", "1", "--csv", "-"]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=environment)
    assert "I_Na [?A/cm?]" in done.stdout.splitlines()[0]

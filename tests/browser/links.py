"""Links of the lab that tests open, and what tests read from the page."""

import csv

SQUID = "model=squid&stimulus=step&I.amplitude=10&I.start=20&I.stop=180&duration=200"
FULL = f"{SQUID}&view=full"
FEW = f"{FULL}&panels=v,stimulus"  # less to draw


def table(data):
    """Return the comments and the rows of a saved table; the first row is its head."""
    lines = data.decode().splitlines()
    comments = [line.removeprefix("# ") for line in lines if line.startswith("#")]
    return comments, list(csv.reader(lines[len(comments) :]))


def spikes(page):
    """Return the spikes of the run on show."""
    return page.evaluate("[...loligoLab.run.spikes]")


def trace(page):
    """Return v of the run on show."""
    return page.evaluate("[...loligoLab.run.y[0]]")


def changed(page, act):
    """Do something to the page and wait until another run is shown."""
    page.evaluate("() => { window.before = loligoLab.run; }")
    act()
    page.wait_for_function("() => loligoLab.run !== window.before")

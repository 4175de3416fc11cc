"""README's bursting membrane bursts under README's own step: its code is read from there and run."""

import re
from pathlib import Path

import numpy as np

import loligo as lo

README = Path(__file__).parents[2] / "README.md"


def test_it_bursts():
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (text,) = [block for block in blocks if 'name="bursting"' in block]
    namespace = {"lo": lo}
    exec(compile(text, "README", "exec"), namespace)
    recording = namespace["rec"]
    assert recording.membrane is namespace["bursting"]
    spikes = recording.spikes
    assert recording.stimulus.start < spikes[0]
    assert spikes[-1] < recording.stimulus.stop
    intervals = np.diff(spikes)
    between = intervals > 2 * np.median(intervals)  # no other interval is longer than the silence between two bursts
    assert intervals[between].min() > 2.5 * intervals[~between].max()
    bursts = np.split(spikes, np.flatnonzero(between) + 1)
    assert [len(burst) for burst in bursts] == [5, 5, 5]  # the number that README says
    calcium = [recording["ca"][np.searchsorted(recording.t, burst[[0, -1]])] for burst in bursts]
    assert all(end > 1.5 * start for start, end in calcium)  # bursts end because calcium has come in

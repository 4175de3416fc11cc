"""Shards are read by the thread that asks: one of Arrow's that still holds their bytes aborts a process that ends."""

from pathlib import Path

import pytest

THREADS = "/proc/self/task"
SOURCE = f"""
import os
import numpy as np
from loligo.population.store.shards import decoded, encoded
columns = {{"g_Na": np.arange(4096.0), "spike_count": np.arange(4096), "status": np.array(["ok"] * 4096, object)}}
content = encoded(columns)
before = len(os.listdir({THREADS!r}))
found = decoded(content)
print(all((found[name] == columns[name]).all() for name in columns), len(os.listdir({THREADS!r})) - before)
"""


@pytest.mark.skipif(not Path(THREADS).is_dir(), reason=f"threads are counted in {THREADS}")
def test_none_is_started(fresh_process):
    assert fresh_process(SOURCE).split() == ["True", "0"]

"""Entries of the cache that compile in a fraction of a second, for processes that try what can go wrong with one."""

ROAD = '''
import json, logging, os, sys, tempfile
from pathlib import Path

lines = []
logging.getLogger("loligo").addHandler(handler := logging.Handler())
logging.getLogger("loligo").setLevel(logging.INFO)
handler.emit = lambda record: lines.append(record.getMessage())
from numba.core import event
from loligo.kernel import cache, folders

SOURCE = """
from numba import cfunc, types

@cfunc(types.float64(types.float64), cache=True)
def scaled(x):
    return {factor} * x
"""

def answer(key, factor):
    """Return 2 times the factor, by compiled code that the cache keeps under the key."""
    folder = cache.cached_modules(key, lambda: {"module": SOURCE.format(factor=factor)}, "a test")
    return folder.module("module").scaled.ctypes(2.0)

def both():
    """Return the answers of two entries of one shape, whether something was compiled, and the lines of the log."""
    lines.clear()
    with event.install_recorder("numba:run_pass") as passes:
        answers = [answer("one", 3.0), answer("other", 7.0)]
    return answers, bool(passes.buffer), list(lines)
'''
RIGHT = [6.0, 14.0]

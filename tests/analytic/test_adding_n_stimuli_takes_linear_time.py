"""Ten times as many stimuli need ten times as many calls to be added and to be played; counted, not timed."""

import copy
import pickle
import sys
from functools import partial, reduce
from operator import add

import pytest

import loligo as lo


def calls(work):
    """Return how many functions, of Python and of C, are entered or resumed."""
    count = 0

    def seen(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def steps(n):
    return [lo.Step(0.1 * k, start=k, stop=k + 5.5) for k in range(n)]


WAYS = {
    "sum": sum,
    "one by one": lambda terms: reduce(add, terms),
    "scaled on the way": lambda terms: reduce(lambda a, b: 0.999 * (a + b), terms),
    "from the right": lambda terms: reduce(lambda a, b: b + a, terms),
    "at once": lo.Sum,
    "played at once": lambda terms: lo.Sum(terms).joined(1e9),
    "added and played": lambda terms: sum(terms).joined(1e9),
    "waves": lambda terms: lo.Sum([lo.Sine(1.0, start=t.start, stop=t.stop) for t in terms]).joined(1e9),
    "pulses": lambda terms: lo.Pulses(1.0, onsets=[t.start for t in terms], width=0.5).joined(1e9),
}


@pytest.mark.parametrize("way", WAYS)
def test_calls_are_in_proportion(way):
    few, many = (calls(partial(WAYS[way], steps(n))) for n in (200, 2000))
    assert few > 0
    assert many < 11 * few


def test_terms_are_copied_once():
    terms = steps(3000)
    total = terms[0]
    for term in terms[1:]:
        total = total + term
        held = vars(total)["_given"]
        assert len(held) == 2  # the sum so far, and what is added
    assert total.terms == tuple(terms)
    assert total == lo.Sum(terms)
    assert hash(total) == hash(lo.Sum(terms))


def test_a_very_long_sum_can_be_deleted_and_pickled():
    total = sum([lo.Step(1.0, stop=k + 1.0) for k in range(20_000)])
    for other in (pickle.loads(pickle.dumps(total)), copy.copy(total)):
        assert other.terms == total.terms
    del total

"""A Sobol sample lies in its box, and has the same members with its ranges by name and as one mapping."""

from hypothesis import given, settings
from hypothesis import strategies as st

import loligo as lo

SQUID = lo.models.squid()
ENDS = st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)).map(sorted).map(tuple)
BOXES = st.dictionaries(st.sampled_from(["g_Na", "E_K", "amplitude", "initial_v", "C"]), ENDS, min_size=1)


@settings(deadline=None, max_examples=25)
@given(BOXES, st.integers(1, 40), st.integers(0, 2**20))
def test_names_and_mappings_are_one_sample(box, size, seed):
    by_name = lo.Population.sobol(SQUID, size=size, seed=seed, **box)
    mapped = lo.Population.sobol(SQUID, box, size=size, seed=seed)
    assert by_name.members.described() == mapped.members.described()
    for name, column in by_name.members.columns(0, size).items():
        assert column.tobytes() == mapped.members.columns(0, size)[name].tobytes()
        assert ((box[name][0] <= column) & (column <= box[name][1])).all()

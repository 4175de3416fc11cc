"""Members that peak on the same step, so that more is noted at once than has room, have the features of one alone."""

import numpy as np
import pandas as pd
import pytest

import loligo as lo
from loligo.population import FEATURES


@pytest.mark.parametrize("precision", ["double", "single"])
def test_two_hundred_of_a_kind(precision: str) -> None:
    def run(members: int) -> pd.DataFrame:
        population = lo.Population(lo.models.squid(), amplitude=np.full(members, 10.0))
        return population.run(lo.Step(1.0), duration=60, features=list(FEATURES), precision=precision, progress=False)

    alone = run(1)
    together = run(200)
    assert alone["spike_count"][0] >= 3
    pd.testing.assert_frame_equal(together, pd.concat([alone] * 200, ignore_index=True), check_exact=True)

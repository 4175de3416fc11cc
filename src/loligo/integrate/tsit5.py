"""The tableau of the explicit method of order 5(4), as numbers.

Tsitouras C (2011) Comput Math Appl 62:770-775, doi:10.1016/j.camwa.2011.06.002. The last row of A has the weights of
the new state; row p of DENSE the weights of theta**(p + 1) in the dense output.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loligo.integrate.tableau import Estimate, Tableau

A = np.array([
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.161, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [-0.008480655492356989, 0.335480655492357, 0.0, 0.0, 0.0, 0.0, 0.0],
    [2.8971530571054935, -6.359448489975075, 4.3622954328695815, 0.0, 0.0, 0.0, 0.0],
    [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525, 0.0, 0.0, 0.0],
    [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383, 0.0, 0.0],
    [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774, 0.0],
])  # fmt: skip
ERROR = np.array([
    [0.0017800110522257773, 0.0008164344596567463, -0.007880878010261994, 0.1447110071732629, -0.5823571654525552,
     0.45808210592918686, -0.015151515151515152],
])  # fmt: skip
TIMES = np.array([
    [0.0, 0.161, 0.327, 0.9, 0.9800255409045097, 1.0, 1.0],
])  # fmt: skip
DENSE = np.array([
    [0.9999999999999999, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [-2.763706197274826, 0.13169999999999998, 3.930296236894751, -12.411077166933676, 37.50931341651104,
     -27.896526289197286, 1.5],
    [2.9132554618219126, -0.2234, -5.941033872131505, 30.33818863028232, -88.1789048947664, 65.09189467479368, -4.0],
    [-1.0530884977290216, 0.1017, 2.490627285651253, -16.548102889244902, 47.37952196281928, -34.87065786149661, 2.5],
])  # fmt: skip
REAL_STABILITY = 3.5  # end of the stability region on the negative real axis: h times an eigenvalue, without its sign

TABLE = np.vstack([A, ERROR, TIMES, DENSE])


def _dense(theta: float) -> NDArray[np.float64]:
    """Return the weights of the dense output at a place in the step."""
    return np.asarray(theta ** np.arange(1.0, 5.0) @ DENSE)


TABLEAU = Tableau(
    order=5, stages=A, weights=A[-1], times=TIMES[0], estimates=(Estimate(ERROR[0], order=4),), dense=_dense,
    dense_order=4,
)  # fmt: skip

"""The tableau of the explicit method of order 8(5,3), as numbers.

Dormand JR, Prince PJ (1980) J Comput Appl Math 6:19-26, doi:10.1016/0771-050X(80)90013-3; with the error
estimators and the dense output of Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed.
1993, section II.10, doi:10.1007/978-3-540-78862-1. Rows 13 to 15 of A are the extra stages of the dense output.

Three of the estimates are new. On dy/dt = lambda y the blend of the two published error estimates nearly vanishes at
some h lambda (near -5.7) where the step itself is inaccurate, and the error of the dense output grows faster than
either. `DIFFERENCE`, the sixth divided difference of the slopes 1 and 6 to 11, is of order h^7 and does not vanish
for any eigenvalue: with it the error of the step is at most 5 times the estimate, for all h lambda in the left half
plane up to 7. `DENSE_ERROR` is a stage of the dense output minus the dense output at the same time: with it the error
of the dense output is at most 6 times the estimate. If a wave of the stimulus drives a slow membrane, both may vanish
by chance, but not together with `WAVE_ERROR`, the same difference for another stage: with it the error of the dense
output is at most 8 times the estimate.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from loligo.integrate.tableau import Estimate, Tableau


def _table(rows: list[dict[int, float]]) -> NDArray[np.float64]:
    table = np.zeros((len(rows), 16))
    for i, row in enumerate(rows):
        for j, value in row.items():
            table[i, j] = value
    return table


A = _table([
    {},
    {0: 0.05260015195876773},
    {0: 0.0197250569845379, 1: 0.0591751709536137},
    {0: 0.02958758547680685, 2: 0.08876275643042054},
    {0: 0.2413651341592667, 2: -0.8845494793282861, 3: 0.924834003261792},
    {0: 0.037037037037037035, 3: 0.17082860872947386, 4: 0.12546768756682242},
    {0: 0.037109375, 3: 0.17025221101954405, 4: 0.06021653898045596, 5: -0.017578125},
        {0: 0.03709200011850479, 3: 0.17038392571223998, 4: 0.10726203044637328, 5: -0.015319437748624402,
     6: 0.008273789163814023},
        {0: 0.6241109587160757, 3: -3.3608926294469414, 4: -0.868219346841726, 5: 27.59209969944671, 6:
     20.154067550477894, 7: -43.48988418106996},
        {0: 0.47766253643826434, 3: -2.4881146199716677, 4: -0.590290826836843, 5: 21.230051448181193, 6:
     15.279233632882423, 7: -33.28821096898486, 8: -0.020331201708508627},
        {0: -0.9371424300859873, 3: 5.186372428844064, 4: 1.0914373489967295, 5: -8.149787010746927, 6:
     -18.52006565999696, 7: 22.739487099350505, 8: 2.4936055526796523, 9: -3.0467644718982196},
        {0: 2.273310147516538, 3: -10.53449546673725, 4: -2.0008720582248625, 5: -17.9589318631188, 6:
     27.94888452941996, 7: -2.8589982771350235, 8: -8.87285693353063, 9: 12.360567175794303, 10:
     0.6433927460157636},
        {0: 0.054293734116568765, 5: 4.450312892752409, 6: 1.8915178993145003, 7: -5.801203960010585, 8:
     0.3111643669578199, 9: -0.1521609496625161, 10: 0.20136540080403034, 11: 0.04471061572777259},
        {0: 0.056167502283047954, 6: 0.25350021021662483, 7: -0.2462390374708025, 8: -0.12419142326381637,
     9: 0.15329179827876568, 10: 0.00820105229563469, 11: 0.007567897660545699, 12: -0.008298},
        {0: 0.03183464816350214, 5: 0.028300909672366776, 6: 0.053541988307438566, 7: -0.05492374857139099,
     10: -0.00010834732869724932, 11: 0.0003825710908356584, 12: -0.00034046500868740456, 13:
     0.1413124436746325},
        {0: -0.42889630158379194, 5: -4.697621415361164, 6: 7.683421196062599, 7: 4.06898981839711, 8:
     0.3567271874552811, 12: -0.0013990241651590145, 13: 2.9475147891527724, 14: -9.15095847217987},
])  # fmt: skip
B = np.array([
    0.054293734116568765, 0.0, 0.0, 0.0, 0.0, 4.450312892752409, 1.8915178993145003, -5.801203960010585,
    0.3111643669578199, -0.1521609496625161, 0.20136540080403034, 0.04471061572777259, 0.0, 0.0, 0.0, 0.0,
])  # fmt: skip
C = np.array([
    0.0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726,
    0.3333333333333333, 0.25, 0.3076923076923077, 0.6512820512820513, 0.6, 0.8571428571428571, 1.0, 1.0,
    0.1, 0.2, 0.7777777777777778,
])  # fmt: skip
ORDER_3 = np.zeros(16)  # weights of a method of order 3 that uses three of the stages
ORDER_3[[0, 8, 11]] = (
    0.244094488188976377952755905512,
    0.733846688281611857341361741547,
    0.0220588235294117647058823529412,
)
ERROR_5 = np.array([
    0.01312004499419488, 0.0, 0.0, 0.0, 0.0, -1.2251564463762044, -0.4957589496572502, 1.6643771824549864,
    -0.35032884874997366, 0.3341791187130175, 0.08192320648511571, -0.022355307863886294, 0.0, 0.0, 0.0, 0.0,
])  # fmt: skip
DENSE = _table([
        {0: -8.428938276109013, 5: 0.5667149535193777, 6: -3.0689499459498917, 7: 2.38466765651207, 8:
     2.117034582445028, 9: -0.871391583777973, 10: 2.2404374302607883, 11: 0.6315787787694688, 12:
     -0.08899033645133331, 13: 18.148505520854727, 14: -9.194632392478356, 15: -4.436036387594894},
        {0: 10.427508642579134, 5: 242.28349177525817, 6: 165.20045171727028, 7: -374.5467547226902, 8:
     -22.113666853125306, 9: 7.733432668472264, 10: -30.674084731089398, 11: -9.332130526430229, 12:
     15.697238121770845, 13: -31.139403219565178, 14: -9.35292435884448, 15: 35.81684148639408},
        {0: 19.985053242002433, 5: -387.0373087493518, 6: -189.17813819516758, 7: 527.8081592054236, 8:
     -11.57390253995963, 9: 6.8812326946963, 10: -1.0006050966910838, 11: 0.7777137798053443, 12:
     -2.778205752353508, 13: -60.19669523126412, 14: 84.32040550667716, 15: 11.99229113618279},
        {0: -25.69393346270375, 5: -154.18974869023643, 6: -231.5293791760455, 7: 357.6391179106141, 8:
     93.40532418362432, 9: -37.45832313645163, 10: 104.0996495089623, 11: 29.8402934266605, 12:
     -43.53345659001114, 13: 96.32455395918828, 14: -39.17726167561544, 15: -149.72683625798564},
])  # fmt: skip

COMPARED = (0, 5, 6, 7, 8, 9, 10)  # indices of the slopes whose stages are accurate to h^6
DIFFERENCE_SHARE = 7.7e-5


def _difference() -> NDArray[np.float64]:
    """Return the weights of the sixth divided difference of the compared slopes."""
    weights = np.zeros(16)
    for i in COMPARED:
        weights[i] = DIFFERENCE_SHARE / math.prod(C[i] - C[j] for j in COMPARED if j != i)
    return weights


def _dense(theta: float) -> NDArray[np.float64]:
    """Return the weights of the dense output at a place in the step."""
    slopes, value = np.eye(16), DENSE[-1]
    brackets = [*DENSE[-2::-1], 2 * B - slopes[12] - slopes[0], slopes[0] - B, B]
    for row, bracket in zip(range(5, -1, -1), brackets, strict=True):
        value = bracket + (theta if row % 2 else 1 - theta) * value
    return np.asarray(theta * value)


def _dense_error(stage: int) -> NDArray[np.float64]:
    """Return the weights of a stage of the dense output minus the dense output at the same time."""
    return np.asarray(A[stage] - _dense(C[stage]))


DIFFERENCE, DENSE_ERROR, WAVE_ERROR = _difference(), 11.0 * _dense_error(14), 0.1 * _dense_error(15)
TABLE = np.vstack([A, B, ERROR_5, ORDER_3, DIFFERENCE, DENSE_ERROR, WAVE_ERROR, C, DENSE])
TABLEAU = Tableau(
    order=8, stages=A, weights=B, times=C,
    estimates=(
        Estimate(ERROR_5, order=5), Estimate(B - ORDER_3, order=3), Estimate(DIFFERENCE, order=6),
        Estimate(DENSE_ERROR, order=6), Estimate(WAVE_ERROR, order=6),
    ),
    dense=_dense, dense_order=7,
)  # fmt: skip

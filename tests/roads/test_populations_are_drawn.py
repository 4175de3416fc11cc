"""A population's table is drawn as a map, as f-I curves and as pairs, with units, one key, and grey for what failed."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgba

import loligo as lo
from loligo.figures import grid_map, nearest_map, shades_of
from loligo.figures.maps import cell_edges
from loligo.figures.palette import CLASSES, FAILED, NO_VALUE
from loligo.population import FEATURES, feature_map, fi_family, pairs
from loligo.population.features.activity import ACTIVITIES
from loligo.population.pictures import label_of
from loligo.population.units import usual_unit

G_NA, G_K = np.array([80.0, 100.0, 140.0]), np.array([20.0, 36.0])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def table():
    """A grid as `Population.run` returns it, with one member that failed and two without a first spike."""
    g_Na, g_K = (a.ravel() for a in np.meshgrid(G_NA, G_K, indexing="ij"))
    return pd.DataFrame(
        {
            "g_Na": g_Na,
            "g_K": g_K,
            "spike_count": [5, 0, 6, 1, -1, 0],
            "activity": ["tonic", "silent", "tonic", "transient", "", "silent"],
            "time_to_first_spike": [2.0, np.nan, 1.5, 3.0, np.nan, np.nan],
            "status": ["ok", "ok", "ok", "ok", "diverged", "ok"],
            "reason": ["", "", "", "", "a variable became infinite or NaN", ""],
        }
    )


@pytest.fixture
def family():
    amplitude, g_K = (a.ravel() for a in np.meshgrid([0.0, 5.0, 10.0], [20.0, 36.0]))
    counts = [0, 4, 8, 0, 1, -1]
    status = ["ok"] * 5 + ["work limit"]
    return pd.DataFrame({"amplitude": amplitude, "g_K": g_K, "spike_count": counts, "status": status})


def cells(axes):
    """Return the colours of a grid map, (rows, columns, 4)."""
    (mesh,) = axes.collections
    return np.asarray(mesh.get_array())


def texts(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_cells_of_a_grid_surround_their_member(table):
    axes = feature_map(table, "g_Na", "g_K", "activity")
    (mesh,) = axes.collections
    corners = mesh.get_coordinates()
    np.testing.assert_array_equal(corners[0, :, 0], [70.0, 90.0, 120.0, 160.0])
    np.testing.assert_array_equal(corners[:, 0, 1], [12.0, 28.0, 44.0])
    for row in range(len(G_K)):
        for column in range(len(G_NA)):
            member = table[(table.g_Na == G_NA[column]) & (table.g_K == G_K[row])].iloc[0]
            wanted = FAILED if member.status != "ok" else CLASSES[member.activity]
            np.testing.assert_array_equal(cells(axes)[row, column], to_rgba(wanted))


def test_the_order_of_rows_does_not_matter(table):
    shuffled = table.sample(frac=1, random_state=3)
    for feature in ("activity", "spike_count", "time_to_first_spike"):
        one, other = (cells(feature_map(t, "g_Na", "g_K", feature)) for t in (table, shuffled))
        np.testing.assert_array_equal(one, other)


def test_classes_have_a_legend_in_their_own_order(table):
    axes = feature_map(table, "g_Na", "g_K", "activity")
    assert texts(axes) == ["silent", "transient", "tonic", "failed"]
    assert axes.get_legend().get_title().get_text() == "activity"
    assert len(axes.figure.axes) == 1  # no colour bar beside it


def test_a_table_from_a_file_looks_the_same(table, tmp_path):
    table.to_csv(tmp_path / "table.csv", index=False)
    read = pd.read_csv(tmp_path / "table.csv")  # no name of a class has become NaN
    one, other = (feature_map(t, "g_Na", "g_K", "activity") for t in (table, read))
    np.testing.assert_array_equal(cells(one), cells(other))
    assert texts(one) == texts(other)


def test_members_that_all_failed_are_all_grey(table):
    axes = feature_map(table.assign(status="diverged", activity=""), "g_Na", "g_K", "activity")
    assert texts(axes) == ["failed"]
    assert np.all(cells(axes) == to_rgba(FAILED))


def test_numbers_have_a_bar_with_their_unit_and_greys_are_named(table):
    axes = feature_map(table, "g_Na", "g_K", "time_to_first_spike")
    bar = axes.figure.axes[1]
    assert bar.get_ylabel() == "time to first spike [ms]"
    assert texts(axes) == ["no value", "failed"]
    np.testing.assert_array_equal(cells(axes)[0, 2], to_rgba(FAILED))
    np.testing.assert_array_equal(cells(axes)[1, 2], to_rgba(NO_VALUE))


def test_the_count_of_a_failed_member_is_not_a_number_of_the_scale(table):
    axes = feature_map(table, "g_Na", "g_K", "spike_count")
    assert axes.figure.axes[1].get_ylim() == (-0.5, 6.5)
    assert texts(axes) == ["failed"]


def test_a_member_without_a_place_is_left_out(table):
    odd = table.copy()
    odd.loc[len(odd)] = dict(odd.iloc[0]) | {"g_Na": float("nan")}
    np.testing.assert_array_equal(
        *(cells(feature_map(each, "g_Na", "g_K", "spike_count", plt.figure().subplots())) for each in (table, odd))
    )


def test_panels_of_a_row_share_their_scale():
    table = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [0.0, 1.0, 2.0], "c": [np.nan, 1.0, 2.0], "d": [0.0, 1.0, 3.0]})
    panels = [axes for axes in pairs(table, list("abcd")).axes if axes.get_subplotspec().rowspan.start == 3]
    limits = {axes.get_ylim() for axes in panels if axes.get_subplotspec().colspan.start < 3}
    assert len(limits) == 1


def test_missing_cells_show_the_paper(table):
    axes = feature_map(table.drop(index=0), "g_Na", "g_K", "activity")
    assert cells(axes)[0, 0, 3] == 0.0


def test_a_sample_takes_the_colour_of_its_nearest_member():
    sample = pd.DataFrame(
        {"g_Na": [100.0, 200.0, 150.0], "g_K": [10.0, 10.0, 80.0], "activity": ["silent", "tonic", ""]}
    )
    sample["status"] = ["ok", "ok", "diverged"]
    shades = shades_of(sample.activity, "activity", failed=sample.status != "ok")
    axes = nearest_map(plt.subplots()[1], sample.g_Na, sample.g_K, shades)
    picture = np.asarray(axes.images[0].get_array())
    assert axes.images[0].get_extent() == [100.0, 200.0, 10.0, 80.0]
    np.testing.assert_array_equal(picture[0, 0], to_rgba(CLASSES["silent"]))
    np.testing.assert_array_equal(picture[0, -1], to_rgba(CLASSES["tonic"]))
    np.testing.assert_array_equal(picture[-1, picture.shape[1] // 2], to_rgba(FAILED))


def test_a_sobol_sample_is_no_grid():
    members = lo.Population.sobol(lo.models.squid(), {"g_Na": (80, 160), "g_K": (20, 50)}, size=64, seed=2)
    sample = pd.DataFrame(members.members.columns(0, 64)).assign(spike_count=np.arange(64), status="ok")
    axes = feature_map(sample, "g_Na", "g_K", "spike_count")
    assert axes.images
    assert len(axes.lines[0].get_xdata()) == 64  # few members are marked


def test_axes_carry_units(table, family):
    assert feature_map(table, "g_Na", "g_K", "activity").get_ylabel() == r"$g_\mathrm{K}$ [mS/cm²]"
    assert fi_family(family, by="g_K").get_xlabel() == "amplitude [µA/cm²]"


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("g_Na", "mS/cm²"), ("E_K", "mV"), ("C", "µF/cm²"), ("celsius", "°C"), ("amplitude", "µA/cm²"), ("stop", "ms"),
        ("frequency", "kHz"), ("initial_v", "mV"), ("mean_frequency", "Hz"), ("q10", ""), ("spike_count", ""),
    ],
)  # fmt: skip
def test_units_of_columns(column, unit):
    assert usual_unit(column) == unit


def test_a_table_may_carry_units(table):
    table.attrs["units"] = {"ca_half": "µM"}
    assert label_of(table, "ca_half") == "ca half [µM]"


def test_units_of_parameters_are_those_of_the_membranes():
    for parameter, about in lo.models.squid().parameters.items():
        assert usual_unit(parameter) == about.unit


def test_curves_of_a_family_are_the_columns(family):
    axes = fi_family(family, by="g_K")
    low, high = axes.lines[:2]
    np.testing.assert_array_equal(low.get_xdata(), [0, 5, 10])
    np.testing.assert_array_equal(low.get_ydata(), [0, 4, 8])
    np.testing.assert_array_equal(high.get_ydata(), [0, 1, np.nan])  # a failed member breaks the line
    np.testing.assert_array_equal(axes.lines[2].get_xdata(), [10])  # and a grey cross says where
    assert axes.lines[2].get_color() == FAILED
    assert texts(axes) == ["20", "36", "failed"]
    assert axes.get_legend().get_title().get_text() == r"$g_\mathrm{K}$ [mS/cm²]"


def test_a_member_without_an_amplitude_has_no_cross(family):
    nowhere = family.assign(amplitude=family.amplitude.where(family.status == "ok"))
    axes = fi_family(nowhere, by="g_K")
    assert texts(axes) == ["20", "36"]
    assert all(np.isfinite(line.get_xdata()).any() for line in axes.lines)


def test_a_member_without_such_a_parameter_is_on_no_line(family):
    assert texts(fi_family(family.assign(g_K=family.g_K.where(family.g_K != 20)), by="g_K")) == ["36", "failed"]


def test_many_curves_have_a_bar(family):
    many = pd.concat([family.assign(g_K=family.g_K + k) for k in range(0, 12, 3)])
    axes = fi_family(many[many.status == "ok"], by="g_K")
    assert len(axes.lines) == 8
    more = pd.concat([family.assign(g_K=family.g_K + k) for k in range(9)])
    axes = fi_family(more[more.status == "ok"], by="g_K")
    assert axes.figure.axes[1].get_ylabel() == r"$g_\mathrm{K}$ [mS/cm²]"


def test_pairs_are_a_triangle_of_points_and_histograms(table):
    figure = pairs(table, ["g_Na", "g_K", "time_to_first_spike"], colour="activity")
    drawn = [axes for axes in figure.axes if axes.axison]
    assert len(drawn) == 6
    points = [axes for axes in drawn if axes.collections]
    assert len(points) == 3
    assert all(len(axes.collections[0].get_offsets()) == len(table) for axes in points)
    legend = next(axes.get_legend() for axes in figure.axes if axes.get_legend())
    assert [text.get_text() for text in legend.get_texts()] == ["silent", "transient", "tonic", "failed"]
    assert {axes.get_xlabel() for axes in drawn} >= {r"$g_\mathrm{Na}$ [mS/cm²]", "time to first spike [ms]"}


def test_a_selection_of_many_points_is_drawn_and_labelled():
    many = pd.DataFrame(np.random.default_rng(0).random((30_000, 2)), columns=["g_Na", "g_K"])
    figure = pairs(many, ["g_Na", "g_K"])
    (points,) = [axes.collections[0] for axes in figure.axes if axes.collections]
    assert len(points.get_offsets()) == 20_000
    assert any("20" in axes.get_title(loc="right") for axes in figure.axes)


def test_a_key_has_room_in_a_figure_of_ones_own(table):
    figure, axes = plt.subplots()
    key = feature_map(table, "g_Na", "g_K", "activity", axes).get_legend()
    figure.canvas.draw()
    assert key.get_window_extent().x1 <= figure.bbox.x1


def test_few_points_have_few_bins(table):
    few = pairs(table.iloc[:8], ["g_Na", "g_K"])
    assert {len(axes.patches) for axes in few.axes if axes.patches} == {4}


def test_pictures_are_drawn_on_given_axes(table, family):
    _, (left, right) = plt.subplots(1, 2)
    assert feature_map(table, "g_Na", "g_K", "activity", left) is left
    assert fi_family(family, by="g_K", ax=right) is right
    own = plt.figure()
    assert pairs(table, ["g_Na", "g_K"], figure=own) is own
    assert len(plt.get_fignums()) == 2


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda t: feature_map(t, "g_Na", "g_k", "activity"), "Did you mean 'g_K'"),
        (lambda t: feature_map(t, "g_Na", "activity", "g_K"), "activity contains no numbers"),
        (
            lambda t: feature_map(t.assign(spike_times=[np.zeros(2)] * len(t)), "g_Na", "g_K", "spike_times"),
            "spike_times contains rows of numbers",
        ),
        (lambda t: feature_map(pd.concat([t, t]), "g_Na", "g_K", "activity"), "more than once"),
        (lambda t: feature_map(t[t.g_K > 99], "g_Na", "g_K", "activity"), "no rows"),
        (lambda t: fi_family(t, x="g_Na"), r"g_K varies too. Draw some of the rows, e.g. table\[table.g_K == 20\]"),
        (lambda t: pairs(t, ["g_Na"]), "at least two"),
        (lambda t: fi_family(t.assign(g_K=np.nan), by="g_K", x="g_Na"), "no rows"),
        (lambda t: pairs("run", ["g_Na", "g_K"]), "needs a DataFrame, such as .* got 'run'"),
        (lambda t: pairs(t, ["g_Na", "activity"]), "activity contains no numbers"),
    ],
)
def test_impossible_drawings_are_refused_with_advice(table, draw, words):
    with pytest.raises(ValueError, match=words) as caught:
        draw(table)
    assert isinstance(caught.value, lo.LoligoError)


def test_every_activity_has_its_own_colour_that_is_not_grey():
    assert set(CLASSES) == set(ACTIVITIES)
    own = [to_rgba(colour) for colour in CLASSES.values()]
    assert len(set(own)) == len(own)
    for colour in own:
        assert max(colour[:3]) - min(colour[:3]) > 0.15
    assert "activity" in FEATURES


def test_limits_clip_the_scale_visibly(table):
    shades = shades_of(table.spike_count, "spike count", failed=table.status != "ok", limits=(1, 5))
    assert shades.extend == "both"
    axes = grid_map(plt.subplots()[1], [1.0, 2.0, 3.0], [1.0, 2.0], shades_of(np.ones((2, 3)), "one"))
    np.testing.assert_array_equal(cell_edges([1.0, 2.0, 4.0]), [0.5, 1.5, 3.0, 5.0])
    assert axes.figure.axes[1].get_yticks().tolist() == [1]

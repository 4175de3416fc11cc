"""Sessions of tests compile into a folder that is not the user's, show no figure and repeat themselves exactly."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.append(str(Path(__file__).parent))  # what several tests share: reference.squid_facts and its neighbours

SLOW = {  # files that together take longer than all others; further tests are marked one by one
    f"test_{name}.py"
    for name in (
        "a_clock_starts_at_its_initial_value", "a_damaged_cache_is_rebuilt",
        "a_membrane_pushed_over_the_spike_level_is_passive", "bifurcation_sets_report_what_was_found",
        "bifurcations_keep_their_invariances_of_units", "bits_of_members_do_not_depend_on_lanes_in_flight",
        "cache_survives_damage", "classroom_file_can_be_edited_and_reloaded", "classroom_runs_in_a_terminal",
        "classroom_runs_in_notebooks", "conserved_sums_are_kept", "conserved_sums_change_no_bifurcation",
        "conserved_sums_change_no_firing", "curves_of_bifurcations_pass_those_of_diagrams",
        "doubled_cycles_of_the_squid_are_cycles", "dynamics_page_runs", "every_analysis_finds_spontaneous_firing",
        "every_kind_of_part_agrees_with_scipy", "exercise_answers_a_students_edited_file",
        "exercise_explains_missing_answers", "fi_answers_do_not_depend_on_other_amplitudes",
        "fi_curves_distinguish_chaos_from_bursts", "fi_curves_keep_their_invariances",
        "firing_ends_or_continues_at_changes_of_stability", "folds_of_canards_are_neither_missed_nor_invented",
        "gradients_of_answers_equal_differences", "gradients_of_cycles_keep_the_scaling_laws",
        "measured_frequencies_stand_over_diagrams", "members_agree_with_simulate",
        "members_are_the_same_bits_anywhere", "members_end_steps_at_jumps_of_formulas", "members_keep_conserved_sums",
        "peaks_where_formulas_jump_are_seen", "populations_keep_their_tolerance",
        "published_models_fire_as_long_runs_do", "published_models_have_the_thresholds_of_scipy",
        "random_interventions_hold_and_set_and_nothing_else", "random_membranes_rest_where_nothing_changes",
        "rests_of_members_are_checked", "rests_of_states_steady_at_a_single_v_are_found",
        "runs_that_drift_onto_an_unstable_rest_leave_it", "schemes_page_runs", "second_process_starts_from_the_cache",
        "sensitivities_equal_differences", "sensitivities_jump_where_formulas_do", "sensitivities_page_runs",
        "single_precision_overflow_is_reported", "special_points_lie_within_their_errors",
        "spike_gradients_of_members_equal_those_of_one_neuron",
        "thousand_simulations_keep_memory_flat", "thresholds_keep_their_invariances", "two_parameter_page_runs",
        "two_squid_membranes_run_as_one_structure",
    )
}  # fmt: skip

pytest.register_assert_rewrite("roads", "reference")  # what tests share shows what differs, too

settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,  # the first example may compile
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled code away from the user's own; workers of pytest-xdist inherit the folder."""
    os.environ["MPLBACKEND"] = "Agg"
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if kept := os.environ.get("LOLIGO_TEST_CACHE_DIR"):  # to run a few tests again and again without compiling
        os.environ["LOLIGO_CACHE_DIR"] = kept
        return
    own = tempfile.mkdtemp(prefix="loligo-tests-")
    os.environ["LOLIGO_CACHE_DIR"] = own
    config.add_cleanup(lambda: shutil.rmtree(own, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is marked slow, unless all is asked for, as `.ci/run` does, and then begin with the slow files.

    Workers take whole files: a long one must not be the last. Tests in a browser are slow, too, unless they are asked
    for by LOLIGO_BROWSER_TESTS.
    """
    items.sort(key=lambda item: item.path.name not in SLOW)
    if os.environ.get("LOLIGO_SLOW_TESTS") == "all":
        return
    skip = pytest.mark.skip(reason="slow: LOLIGO_SLOW_TESTS=all, as .ci/run sets it")
    in_a_browser = pytest.mark.skip(reason="slow: LOLIGO_BROWSER_TESTS=required, or LOLIGO_SLOW_TESTS=all")
    browser_asked = bool(os.environ.get("LOLIGO_BROWSER_TESTS"))
    for item in items:
        if item.path.name in SLOW or item.get_closest_marker("slow"):
            item.add_marker(skip)
        elif item.path.parent.name == "browser" and not browser_asked:
            item.add_marker(in_a_browser)


@pytest.fixture(autouse=True)
def _no_figure_is_left_open() -> Iterator[None]:
    """Close what a test has drawn, so that none counts the figures of another."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session")
def fresh_process() -> Callable[..., str]:
    """Return a function that runs Python source in a new process and returns what it printed."""

    def run(source: str, *arguments: object, **environment: object) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", source, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {name: str(value) for name, value in environment.items()},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def members_run(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of members of every block of a population that is run."""
    from loligo.population.workers import workers

    sizes, original = [], workers.stages

    def counted(plan, columns, members, *rest):
        sizes.append(members)
        return original(plan, columns, members, *rest)

    monkeypatch.setattr(workers, "stages", counted)
    return sizes

"""Every session of tests compiles into a folder of its own, shows no figure on a screen, and repeats itself exactly."""

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

SLOW = {  # files that together take as long as all others; further tests are marked one by one
    f"test_{name}.py"
    for name in (
        "a_clock_starts_at_its_initial_value", "bits_of_members_do_not_depend_on_lanes_in_flight",
        "cache_survives_damage", "conserved_sums_change_no_bifurcation",
        "conserved_sums_change_no_firing", "curves_of_bifurcations_pass_those_of_diagrams",
        "doubled_cycles_of_the_squid_are_cycles", "dynamics_page_runs",
        "fi_answers_do_not_depend_on_other_amplitudes", "runs_that_drift_onto_an_unstable_rest_leave_it",
        "fi_curves_keep_their_invariances", "folds_of_canards_are_neither_missed_nor_invented",
        "members_agree_with_simulate", "members_are_the_same_bits_anywhere", "members_end_steps_at_jumps_of_formulas",
        "members_keep_conserved_sums", "populations_keep_their_tolerance", "published_models_fire_as_long_runs_do",
        "random_interventions_hold_and_set_and_nothing_else", "random_membranes_rest_where_nothing_changes",
        "rests_of_members_are_checked", "rests_of_states_steady_at_a_single_v_are_found",
        "sensitivities_equal_differences", "sensitivities_jump_where_formulas_do",
        "single_precision_overflow_is_reported", "special_points_lie_within_their_errors",
        "thousand_simulations_keep_memory_flat", "thresholds_keep_their_invariances",
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

    Workers take whole files: a long one must not be the last.
    """
    items.sort(key=lambda item: item.path.name not in SLOW)
    if os.environ.get("LOLIGO_SLOW_TESTS") == "all":
        return
    skip = pytest.mark.skip(reason="slow: LOLIGO_SLOW_TESTS=all, as .ci/run sets it")
    for item in items:
        if item.path.name in SLOW or item.get_closest_marker("slow"):
            item.add_marker(skip)


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

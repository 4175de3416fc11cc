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
    """Leave out what is marked slow, unless all is asked for, as `.ci/run` does."""
    if os.environ.get("LOLIGO_SLOW_TESTS") == "all":
        return
    skip = pytest.mark.skip(reason="slow: LOLIGO_SLOW_TESTS=all, as .ci/run sets it")
    for item in items:
        if item.get_closest_marker("slow"):
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
    from loligo.population import cluster

    sizes, original = [], cluster.stages

    def counted(plan, columns, members, *rest):
        sizes.append(members)
        return original(plan, columns, members, *rest)

    monkeypatch.setattr(cluster, "stages", counted)
    return sizes

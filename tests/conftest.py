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

SLOW = frozenset((Path(__file__).parent / "slow.txt").read_text(encoding="utf-8").split())
"""Files that together take much longer than all others; further tests are marked one by one."""

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


def is_slow(item: pytest.Item) -> bool:
    """Return whether a test stands in one of the slow files."""
    return f"{item.path.parent.name}/{item.path.name}" in SLOW


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is marked slow, unless all is asked for, as `.ci/run` does, and then begin with the slow files.

    Workers take whole files: a long one must not be the last. Tests in a browser are slow, too, unless they are asked
    for by LOLIGO_BROWSER_TESTS.
    """
    items.sort(key=lambda item: not is_slow(item))
    if os.environ.get("LOLIGO_SLOW_TESTS") == "all":
        return
    skip = pytest.mark.skip(reason="slow: LOLIGO_SLOW_TESTS=all, as .ci/run sets it")
    in_a_browser = pytest.mark.skip(reason="slow: LOLIGO_BROWSER_TESTS=required, or LOLIGO_SLOW_TESTS=all")
    browser_asked = bool(os.environ.get("LOLIGO_BROWSER_TESTS"))
    for item in items:
        if is_slow(item) or item.get_closest_marker("slow"):
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

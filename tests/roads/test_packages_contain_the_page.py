"""What pip builds contains the page of the lab where Node is there; where it is not, a sentence says why."""

import importlib.util
import os
import sys
import types
from pathlib import Path

import pytest

HOOK = Path(__file__).parents[2] / "hatch_build.py"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Node is a shell script here")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project with sources of a page, and no program to be found."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "main.tsx").write_text("page")
    (tmp_path / "programs").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    return tmp_path


def built(root, version="standard"):
    """Run the hook as hatch does; return its warnings."""
    interface = types.ModuleType("interface")
    interface.BuildHookInterface = object
    name = "hatchling.builders.hooks.plugin.interface"
    sys.modules[name] = interface
    try:
        spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    warnings, hook = [], module.Page()
    hook.root, hook.app = str(root), types.SimpleNamespace(display_warning=warnings.append)
    hook.initialize(version, {})
    return warnings


def program(root, name, line):
    path = root / "programs" / name
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def test_it_is_built_where_node_is_there_and_only_when_it_is_old(root):
    page = root / "src" / "loligo" / "lab" / "static" / "index.html"
    page.parent.mkdir(parents=True)
    program(root, "node", "echo v22.1.0")
    program(root, "npm", f"echo $1 >> {root}/calls; echo built > {page}")
    page.with_name("diagrams.json").write_text("{}")
    assert built(root) == []
    assert built(root) == []
    assert (root / "calls").read_text().split() == ["ci", "run"]
    os.utime(page, (1, 1))
    assert built(root, "editable") == []
    assert (root / "calls").read_text().split() == ["ci", "run"]
    assert built(root) == []
    assert (root / "calls").read_text().split() == ["ci", "run"] * 2


def test_a_page_without_diagrams_is_reported(root):
    page = root / "src" / "loligo" / "lab" / "static" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("page")
    os.utime(root / "web" / "main.tsx", (1, 1))
    (warning,) = built(root)
    assert "`make dist`" in warning
    page.with_name("diagrams.json").write_text("{}")
    assert built(root) == []


@pytest.mark.parametrize(
    ("node", "npm", "reason"),
    [
        (None, None, "there is no Node here"),
        ("echo v18.3.0", "exit 0", "Node is v18.3.0 and must be at least 20.19"),
        ("echo v22.1.0", "exit 3", "Node could not build it"),
        ("exit 1", "exit 0", "Node could not build it"),
    ],
)
def test_the_reason_for_leaving_it_out_is_one_sentence(root, node, npm, reason):
    for name, line in (("node", node), ("npm", npm)):
        if line is not None:
            program(root, name, line)
    (warning,) = built(root)
    assert f"the lab's page is left out, since {reason}" in warning
    assert "\n" not in warning

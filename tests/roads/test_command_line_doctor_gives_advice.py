"""`loligo doctor` prints each finding, advice where something is wrong, and a status that scripts can use."""

import pytest
from typer.testing import CliRunner

import loligo.course
from loligo.cli.app import app
from loligo.course import Finding

GOOD = Finding(ok=True, message="compiled code is kept", advice="only for the sick")
BAD = Finding(ok=False, message="another neurodynex is installed", advice="pip uninstall neurodynex")


@pytest.mark.parametrize(("findings", "status"), [([GOOD], 0), ([GOOD, BAD], 1)])
def test_findings_advice_and_status(findings: list[Finding], status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loligo.course, "doctor", lambda: findings)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == status
    for finding in findings:
        assert finding.message in done.stdout
        assert (finding.advice in done.stdout) is not finding.ok


def test_of_this_installation() -> None:
    done = CliRunner().invoke(app, ["doctor"])
    found = loligo.course.doctor()
    assert [finding.message for finding in found if finding.message not in done.stdout] == []
    assert done.exit_code == (not all(finding.ok for finding in found))

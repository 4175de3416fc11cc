"""Names and units can be printed, are short, are drawn letter by letter, and are safe in exported Python."""

import io
import sys
import warnings

import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app
from loligo.figures.lettering import literal
from loligo.membrane.names import LONGEST_NAME, LONGEST_TITLE, LONGEST_UNIT

LEAK = lo.Channel("leak", g=0.3, E=-54.0)
UNPRINTABLE = {
    "escape sequence": "a\x1b]0;title\x07b",
    "colour": "\x1b[31mred",
    "bell": "\a",
    "NUL": "a\0b",
    "two lines": "a\nb",
    "return": "a\rb",
    "tab": "a\tb",
    "half a surrogate": "\ud800",
    "turned writing": "a\u202eb",
    "zero width": "a\u200bb",
    "line separator": "\u2028",
    "C1": "\x9b31m",
    "delete": "\x7f",
    "private": "\ue000",
    "tag": "\U000e0041",
    "no-break space": "a\u00a0b",
}
DRAWN = [
    r"cost $x^{$",
    "$$",
    "$",
    r"\$",
    r"$\frac{",
    "a$b$c",
    "µ$",
    "$\\",
    "x_{",
    "%",
    "#",
    "&",
    "^",
    "<b>",
    "𝒙",
    "神経",
]


def with_name(text):
    return lo.Membrane(LEAK, name=text)


def with_unit(text):
    return lo.Membrane(LEAK, lo.State("x", "-x", initial=1.0, unit=text))


def with_constant(text):
    return lo.Membrane(LEAK, constants={"k": (1.0, text)})


@pytest.mark.parametrize("make", [with_name, with_unit, with_constant])
@pytest.mark.parametrize("kind", UNPRINTABLE)
def test_terminal_escape_sequences_are_refused(kind, make):
    with pytest.raises(lo.ModelError, match="not contain control characters") as caught:
        make(UNPRINTABLE[kind])
    assert str(caught.value).isascii()


@pytest.mark.parametrize(
    ("make", "most"), [(with_name, LONGEST_TITLE), (with_unit, LONGEST_UNIT), (with_constant, LONGEST_UNIT)]
)
def test_lengths_are_bounded(make, most):
    make("x" * most)
    with pytest.raises(lo.ModelError, match="characters"):
        make("x" * 100_000)


def test_names_in_formulas_are_bounded():
    lo.State("x" * LONGEST_NAME, "1", initial=0)
    with pytest.raises(lo.ModelError, match="characters") as caught:
        lo.State("x" * 100_000, "1", initial=0)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", DRAWN)
@pytest.mark.filterwarnings("ignore:Glyph")
def test_they_are_drawn_letter_by_letter(text):
    membrane = lo.Membrane(LEAK, lo.State("x", "-x", initial=1.0, unit=text), name=text)
    figure = lo.simulate(membrane, lo.Step(1.0, stop=1), duration=1).plot(Figure())
    figure.savefig(io.BytesIO(), format="png", dpi=30)


def test_dollars_are_seen():
    drawn = Figure().text(0, 0, literal("a $x$ b $"))
    assert drawn._preprocess_math(drawn.get_text()) == ("a $x$ b $", False)


def test_messages_of_the_command_line_are_printable(tmp_path):
    (tmp_path / "s.txt").write_text("1\n\x1b]0;title\x07\n")
    done = CliRunner().invoke(app, ["simulate", "squid", "--dt", "1", "--samples", str(tmp_path / "s.txt")])
    assert done.exit_code == 1
    assert done.stderr.strip().isprintable()
    assert r"\x1b" in done.stderr


def test_outputs_and_warnings_are_printable(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    odd = r"a\u001b]0;title\u0007\u000ab"
    text = 'membrane={model="squid"}\ngrid.g_Na=[120]\nstimulus={kind="step",amplitude=1,stop=1}\nrun={duration=2}\n'
    (tmp_path / "plan.toml").write_text(f'{text}output={{store="{odd}",csv="{odd}.csv"}}')
    done = CliRunner().invoke(app, ["population", "plan.toml"])
    assert done.exit_code == 0
    assert [line.isprintable() for line in done.stderr.splitlines()[-2:]] == [True, True]
    assert r"wrote a\x1b]0;title\x07\nb.csv" in done.stderr
    (tmp_path / "a\x1b]0;title\a\nb" / "manifest.json").unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda *words, **_: sys.stderr.write(warnings.formatwarning(*words[:4]))
        done = CliRunner().invoke(app, ["population", "plan.toml", "--resume"])
    assert "StoreWarning" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "name", ["self", "cls", "membrane", "valueOf", "constructor", "toString", "prototype", "hasOwnProperty"]
)
def test_any_name_of_a_parameter_can_be_changed(name):
    membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=f"-54*{name}"), constants={name: 1.0})
    assert membrane.replace(**{name: 2.0})[name] == 2.0
    assert lo.Population(membrane, **{name: [1.0, 2.0]}).size == 2


@pytest.mark.parametrize("name", ["__proto__", "__class__", "_", "a b", "ä", "ｖ", "a\u200b", "class", "lambda"])
def test_other_names_are_refused(name):
    with pytest.raises(lo.ModelError):
        lo.Membrane(LEAK, constants={name: 1.0})

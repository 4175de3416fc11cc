"""How a command ends: successfully, or with one line on stderr and a status for the kind of error."""

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import typer
from typer.core import TyperGroup

from loligo._errors import LoligoError
from loligo.cli.interrupts import INTERRUPTED, leave_interrupted

FAILED: Final = 1
WRONG_USAGE: Final = 2
LONGEST_LINE: Final = 2000  # largest number of characters of a line on stderr

_UsageError: Any = typer.BadParameter.__base__  # it moved between versions of typer


class Commands(TyperGroup):
    """The group of all commands; the one place where errors become lines."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command and exit the process with its status."""
        try:
            with _shown_warnings():
                status = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except _UsageError as error:
            if message := error.format_message():  # bare `loligo` has printed its help and has no message
                message = _as_intervention(error) or message
                say(f"{message.rstrip('.')}{'' if message.endswith('?') else '.'} {_where_to_look(error)}")
            status = WRONG_USAGE
        except LoligoError as error:
            say(str(error))
            status = FAILED
        except MemoryError:
            say("There is not enough memory: try a shorter duration, a coarser sampling, or a store.")
            status = FAILED
        except OSError as error:
            say(": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error))
            status = FAILED
        if status == INTERRUPTED:
            leave_interrupted()
        sys.exit(status or 0)


def say(message: str) -> None:
    """Print a message as one line on stderr, without line breaks and control characters, and of limited length."""
    line = " ".join(message.split())
    line = line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..."
    typer.echo(f"loligo: {shown(line)}", err=True)


def wrote(target: object, *, err: bool = True) -> None:
    """Print the name of an output that was written, which may come from a file and contain any characters."""
    typer.echo(f"wrote {shown(str(target))}", err=err)


def shown(text: str) -> str:
    """Return a string in which characters that a terminal would interpret are escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@contextmanager
def _shown_warnings() -> Iterator[None]:
    """Print warnings with the same characters escaped."""
    plain = warnings.formatwarning

    def spelled_out(*args: Any, **more: Any) -> str:
        return "\n".join(map(shown, plain(*args, **more).split("\n")))

    warnings.formatwarning = spelled_out
    try:
        yield
    finally:
        warnings.formatwarning = plain


def _as_intervention(error: Any) -> str:
    """Return the replacement for an option such as ``--freeze``, for commands that hold and set variables."""
    from loligo.intervention import intervention_of

    wanted = str(getattr(error, "option_name", ""))
    word = intervention_of(wanted.lstrip("-"))
    option = {"Hold": ("--hold", "hold", "n=rest@20:180"), "Reset": ("--reset", "set", "v=-60@200")}.get(word)
    if option is None or not error.ctx or not any(option[0] in one.opts for one in error.ctx.command.params):
        return ""
    return f"No such option: {wanted}. To {option[1]} a variable write {option[0]} {option[2]}"


def _where_to_look(error: Any) -> str:
    path = error.ctx.command_path if error.ctx else "loligo"
    return f"See: {path} --help"

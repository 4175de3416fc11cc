"""Groups of options: a command that takes a dataclass takes each of its fields as an option."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command in whose signature every dataclass has been replaced by the dataclass's fields.

    A parameter of the command itself replaces a field of the same name, which keeps its default.

    Parameters
    ----------
    command : callable
        A function of which some parameters are annotated with dataclasses, whose fields are annotated for typer.

    Returns
    -------
    callable
        For typer: takes the fields, builds the dataclasses, and calls ``command`` with them.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if dataclasses.is_dataclass(hint)}
    taken = {name for name in hints if name not in groups}
    parameters = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name in groups:
            parameters += [one for one in _fields(groups[parameter.name]) if one.name not in taken]
        else:
            own = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name])
            parameters.append(own)

    def flat(**given: Any) -> None:
        values = {
            name: group(**{one.name: given.pop(one.name) for one in dataclasses.fields(group) if one.name not in taken})
            for name, group in groups.items()
        }
        command(**values, **given)

    flat.__name__, flat.__doc__ = command.__name__, command.__doc__
    flat.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return flat


def _fields(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in dataclasses.fields(group)
    ]

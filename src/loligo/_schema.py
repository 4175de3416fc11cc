"""Ground: schemas of JSON files, which have the shape of the file; an error names the invalid value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from loligo._errors import FileFormatError

MAX_DEPTH: Final = 64  # largest depth of nested lists and tables
MAX_TEXT: Final = 10_000  # length of the longest string [characters]
MAX_NAME: Final = 200  # length of the longest name [characters]
_NOUNS: Final = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", type(None): "nothing"}


@dataclass(frozen=True)
class Each:
    """A table with arbitrary names, whose values all have the same shape."""

    shape: Any


@dataclass(frozen=True)
class Kinds:
    """A table in which the value of one name determines the other names.

    Attributes
    ----------
    key : str
        The name whose value is the kind.
    shapes : dict of str to dict
        The other names of each kind.
    """

    key: str
    shapes: dict[str, Any]


def check(value: Any, shape: Any, where: str, depth: int = 0) -> None:
    """Reject JSON data that do not have the expected shape.

    Parameters
    ----------
    value : object
        Value as `json.loads` returns it.
    shape : object
        A type (float also takes whole numbers); ``[shape]`` for a list of any length; ``[a, b]`` for a list of two; a
        tuple of alternative shapes; ``{"name": shape}`` for a table of exactly these names, where a name that ends
        with ``?`` is optional; an `Each` or `Kinds`; or a function that is called with ``value``, ``where`` and
        ``depth``.
    where : str
        What is checked, for the message.

    Raises
    ------
    FileFormatError
        The data have another shape; the message says where.
    """
    if depth > MAX_DEPTH:
        raise FileFormatError(f"{where} is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(shape, type):
        _check_type(value, shape, where)
    elif isinstance(shape, tuple):
        _check_any(value, shape, where, depth)
    elif isinstance(shape, list):
        _check_list(value, shape, where, depth)
    elif isinstance(shape, Each):
        for name, each in _table(value, where).items():
            check(each, shape.shape, f"{where}.{name}", depth + 1)
    elif isinstance(shape, Kinds):
        own = dict(_table(value, where))
        kind = own.pop(shape.key, None)
        if not isinstance(kind, str) or kind not in shape.shapes:
            raise _refusal(kind, f"one of {', '.join(shape.shapes)}", f"{where}.{shape.key}")
        check(own, shape.shapes[kind], where, depth)
    elif isinstance(shape, dict):
        _check_names(_table(value, where), shape, where, depth)
    else:
        shape(value, where, depth)


def _check_type(value: Any, kind: type, where: str) -> None:
    sort = type(value)
    if not (sort is kind or (kind is float and sort is int)):
        raise _refusal(value, _NOUNS[kind], where)
    if sort is str and len(value) > MAX_TEXT:
        raise FileFormatError(f"{where} is a text of more than {MAX_TEXT:,} characters.")
    if sort is int and abs(value) >= 2**1023:
        raise FileFormatError(f"{where} is a number beyond 1e308.")


def _check_any(value: Any, shapes: tuple[Any, ...], where: str, depth: int) -> None:
    refusals = []
    for shape in shapes:
        try:
            check(value, shape, where, depth + 1)
        except FileFormatError as error:
            refusals.append(error)
        else:
            return
    raise refusals[0]


def _check_list(value: Any, shapes: list[Any], where: str, depth: int) -> None:
    if not isinstance(value, (list, tuple)):
        raise _refusal(value, "a list", where)
    if len(shapes) > 1:
        if len(value) != len(shapes):
            raise FileFormatError(f"{where} must be a list of {len(shapes)}; it has {len(value)}.")
        for place, (each, shape) in enumerate(zip(value, shapes, strict=True)):
            check(each, shape, f"{where}[{place}]", depth + 1)
    elif not (shapes[0] is float and {*map(type, value)} <= {float}):  # long lists of numbers are checked at once
        for place, each in enumerate(value):
            check(each, shapes[0], f"{where}[{place}]", depth + 1)


def _check_names(table: dict[str, Any], shape: dict[str, Any], where: str, depth: int) -> None:
    known = {name.removesuffix("?"): part for name, part in shape.items()}
    for name in table:
        if name not in known:
            raise FileFormatError(f"{where} has {name[:60]!r}, which is not one of {', '.join(known)}.")
    for name, part in known.items():
        if name in table:
            check(table[name], part, f"{where}.{name}", depth + 1)
        elif name in shape:
            raise FileFormatError(f"{where} lacks {name!r}.")


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refusal(value, "a table of names", where)
    if any(len(name) > MAX_NAME for name in value):
        raise FileFormatError(f"{where} has a name of more than {MAX_NAME} characters.")
    return value


def _refusal(value: Any, wanted: str, where: str) -> FileFormatError:
    sort = type(value)
    got = _NOUNS.get(sort, "a list" if sort is list else "a table")
    text = repr(value)[:60] if sort in (str, bool, float) else got
    return FileFormatError(f"{where} must be {wanted}; got {text}.")

"""Progress of what takes long: told to a callable of the user's, or to `quiet`."""


def quiet(*_: object) -> None:
    """Show no progress, whatever is told."""

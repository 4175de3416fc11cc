"""Windows of a browser that are closed at the end."""

from contextlib import contextmanager


@contextmanager
def contexts_of(browser):
    """Give a function that makes contexts of a browser, which are closed at the end."""
    made = []

    def new(**settings):
        made.append(browser.new_context(**settings))
        return made[-1]

    try:
        yield new
    finally:
        for context in made:
            context.close()

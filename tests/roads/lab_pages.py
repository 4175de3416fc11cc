"""A page as Vite builds it, only smaller, for tests of what Python does with it."""

BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8" /><title>Loligo lab</title>
<script type="module">if (1 < 2) document.title = LOLIGO.models.length;</script></head>
<body><div id="lab"></div><script>/* loligo:models */</script></body></html>
"""


def put_built_page(folder, monkeypatch, text=BUILT):
    """Let the lab find this page as the built one."""
    from loligo.lab import document

    built = folder / "built.html"
    built.write_text(text, encoding="utf-8")
    monkeypatch.setattr(document, "BUILT", built)

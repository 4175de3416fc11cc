"""The lab: membranes in a browser, as one page that needs no server, no network and nothing installed."""

from loligo.lab.gathered import export, page, script
from loligo.lab.own import membranes_in
from loligo.lab.served import serve, serve_page
from loligo.lab.shelf import OFFERS

__all__ = ["OFFERS", "export", "membranes_in", "page", "script", "serve", "serve_page"]

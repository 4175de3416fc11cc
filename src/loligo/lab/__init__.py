"""The lab: membranes in a browser, as one page that needs no server, no network and nothing installed."""

from loligo.lab.assembly import export, page, script
from loligo.lab.offers import OFFERS
from loligo.lab.server import serve, serve_page
from loligo.lab.user_membranes import membranes_in

__all__ = ["OFFERS", "export", "membranes_in", "page", "script", "serve", "serve_page"]

"""A server of the page for this machine only: one address and one page; nothing else can be reached."""

from __future__ import annotations

import contextlib
import http.server
import socket
import webbrowser
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from loligo._errors import LabError
from loligo._progress import Progress
from loligo.lab.assembly import Models
from loligo.lab.assembly import page as whole_page
from loligo.lab.document import policy

HOST: Final = "127.0.0.1"
SILENCE_LIMIT_S: Final = 10.0  # s: an idle connection is closed after this time


class Server(http.server.ThreadingHTTPServer):
    """A server of one page, at ``/``, for browsers of this machine; close it, or use it as a context manager.

    Parameters
    ----------
    page : str
        HTML.
    port : int
        0 for any free port.

    Raises
    ------
    LabError
        The port is taken.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, page: str, port: int = 0) -> None:
        self.page = page.encode()
        self.policy = f"{policy(page)}; frame-ancestors 'none'"
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise LabError(
                f"Port {port} of {HOST} cannot be used ({error}): choose another port, or leave it out."
            ) from error

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.server_port}/"

    def server_bind(self) -> None:
        """Bind without asking the network for this machine's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a browser that closed the connection."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server
    timeout = SILENCE_LIMIT_S
    protocol_version = "HTTP/1.1"
    server_version = "loligo"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        if self.headers.get("Host") not in self._own_names():
            self._refuse(HTTPStatus.FORBIDDEN, "This server does not use that host name.\n", body=body)
        elif self.path.partition("?")[0] != "/":
            self._refuse(HTTPStatus.NOT_FOUND, "There is only one page here, at /.\n", body=body)
        else:
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", self.server.page, body=body)

    def _own_names(self) -> set[str]:
        """Return the host names that browsers may use; a foreign name that resolves to this machine is refused."""
        return {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}

    def _refuse(self, status: HTTPStatus, sentence: str, *, body: bool) -> None:
        self._send(status, "text/plain; charset=utf-8", sentence.encode(), body=body)

    def _send(self, status: HTTPStatus, kind: str, content: bytes, *, body: bool) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            "Content-Security-Policy": self.server.policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Keep no log."""


def serve(
    models: Models = None,
    *,
    port: int = 0,
    open_browser: bool = True,
    diagrams: bool = True,
    progress: Progress = None,
    ready: Callable[[str], object] | None = None,
) -> None:
    """Show the lab in the browser until it is interrupted (Ctrl-C).

    The page can be reached only from this machine, at 127.0.0.1, and makes no requests.

    Parameters
    ----------
    models, diagrams, progress
        As for `loligo.lab.page`.
    port : int
        0 for any free port.
    open_browser : bool
        Whether to open a browser.
    ready : callable, optional
        Called with the address when the page can be loaded.

    Raises
    ------
    LabError, UnknownNameError
        As `loligo.lab.page`, or the port is taken.
    """
    serve_page(
        whole_page(models, diagrams=diagrams, progress=progress), port=port, open_browser=open_browser, ready=ready
    )


def serve_page(
    text: str, *, port: int = 0, open_browser: bool = True, ready: Callable[[str], object] | None = None
) -> None:
    """Show a page that already exists; see `serve`."""
    with Server(text, port) as server, contextlib.suppress(KeyboardInterrupt):
        if ready is not None:
            ready(server.url)
        if open_browser:
            webbrowser.open(server.url)
        server.serve_forever(poll_interval=0.2)

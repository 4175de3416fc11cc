"""The lab's server listens on 127.0.0.1, answers for one page under its own name, and forbids that page the network."""

import http.client
import signal
import socket
import subprocess
import sys
import threading

import pytest

from loligo._errors import LabError
from loligo.lab import page
from loligo.lab.server import Server
from roads.lab_pages import BUILT, put_built_page


@pytest.fixture
def server(tmp_path, monkeypatch):
    put_built_page(tmp_path, monkeypatch)
    with Server(page("squid", diagrams=False)) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server, path="/", method="GET", host=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, headers={"Host": host or f"127.0.0.1:{server.server_port}"})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_the_page_is_there(server):
    status, headers, body = ask(server)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body == server.page
    assert ask(server, host=f"localhost:{server.server_port}")[0] == 200
    assert ask(server, path="/?a=b")[0] == 200
    assert ask(server, method="HEAD")[2] == b""


def test_nothing_else_is(server):
    for path in ("/index.html", "/../../etc/passwd", "/static/", "/%2e%2e/", "http://127.0.0.1/"):
        assert ask(server, path=path)[0] == 404, path
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert ask(server, method=method)[0] == 501, method


def test_foreign_names_are_refused(server):
    port = server.server_port
    for host in (
        "evil.example",
        f"evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1:{port}.evil.example",
        "*",
    ):
        status, _, body = ask(server, host=host)
        assert status == 403, host
        assert b"LOLIGO" not in body


def test_it_listens_on_one_address(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}/"
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", server.server_port))


def test_every_answer_forbids_the_network(server):
    for path in ("/", "/other"):
        _, headers, _ = ask(server, path=path)
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert not {"connect-src", "unsafe-eval", "http:", "https:", "*"} & set(policy.replace(";", "").split())
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_a_port_in_use_is_reported(server):
    with pytest.raises(LabError, match=f"Port {server.server_port} of 127.0.0.1 cannot be used"):
        Server("", server.server_port)


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise")
def test_an_interrupt_ends_it_cleanly(tmp_path):
    (tmp_path / "built.html").write_text(BUILT)
    source = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "  # as in a terminal
        "from pathlib import Path; from loligo.lab import document; document.BUILT = "
        f"Path({str(tmp_path / 'built.html')!r}); from loligo.cli import main; "
        "sys.argv[1:] = ['lab', '--models', 'squid', '--no-diagrams', '--no-open']; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", source], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as lab:
        line = lab.stdout.readline()
        lab.send_signal(signal.SIGINT)
        _, errors = lab.communicate(timeout=60)
    assert line.startswith("The lab is at http://127.0.0.1:")
    assert lab.returncode == 0, errors
    assert "Traceback" not in errors

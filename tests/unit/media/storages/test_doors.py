"""Where a storage's endpoint may be, whatever its name, its redirects and its DNS say."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.media.sources.places import Unreachable
from chalicelib.media.storages import connecting, doors
from chalicelib.media.storages.doors import Refused, Target, read_target
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.opened import OpenStorage
from chalicelib.media.storages.problems import Unusable
from chalicelib.media.storages.providers.options import QUICK, Patience
from chalicelib.platform.config import settings

Answer = tuple[int, dict[str, str], bytes]
Serve = Callable[..., "Site"]


class Site:
    """A web server on an address of loopback. `asked` are (path, headers) of its requests."""

    def __init__(self, host: str, answer: Callable[[str], Answer], context: Any = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append((self.path, headers))
                status, more, body = answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.url = f"{'http' if context is None else 'https'}://{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    sites: list[Site] = []

    def start(*arguments: Any) -> Site:
        sites.append(Site(*arguments))
        return sites[-1]

    yield start
    for site in sites:
        site.stop()


@pytest.fixture
def one_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The operator allows 127.0.0.1, and no other address of loopback."""
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "127.0.0.1/32")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,127.0.0.2,localhost")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def open_at(endpoint: str, patience: Patience = QUICK) -> OpenStorage:
    storage = CloudStorage(
        id=1,
        provider_type="AWS_S3_BUCKET",
        resource="bucket",
        display_name="bucket",
        credentials_type="KEY_SECRET_KEY_PAIR",
        specific_attributes=f"endpoint_url={endpoint}",
        secret="",
        created_date="",
        updated_date="",
    )
    return connecting.open_with(storage, Credentials(key="k", secret_key="s"), patience)


def answer(path: str) -> Answer:
    headers = {
        "Last-Modified": "Mon, 02 Jan 2023 00:00:00 GMT",
        "ETag": '"e"',
        "Content-Range": "bytes 0-4/5",
    }
    return 206, headers, b"hello"


@pytest.mark.usefixtures("one_address")
def test_an_allowed_endpoint_is_read_and_learns_no_password(serve: Serve) -> None:
    site = serve("127.0.0.1", answer)
    assert open_at(site.url).read("a.jpg", 0, 5) == b"hello"
    assert open_at(site.url).read("a.jpg", 0, 5) == b"hello"
    assert len(site.asked) == 2
    for path, headers in site.asked:
        assert path == "/bucket/a.jpg"
        assert not any(name.startswith("proxy") for name in headers)
        assert headers["host"] == f"127.0.0.1:{site.port}"


@pytest.mark.usefixtures("one_address")
@pytest.mark.parametrize("patience", [Patience(1, 0.2, 9, 0, 0.2), Patience(1, 9, 0.2, 0, 0.2)])
def test_an_endpoint_that_says_nothing_is_given_up(patience: Patience) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        opened = open_at(f"http://127.0.0.1:{silent.getsockname()[1]}", patience)
        began = time.monotonic()
        with pytest.raises(Unreachable, match="did not answer"):
            opened.status()
        assert time.monotonic() - began < 5


@pytest.mark.usefixtures("one_address")
def test_a_redirect_leads_nowhere_that_the_endpoint_may_not_be(serve: Serve) -> None:
    inner = serve("127.0.0.2", answer)

    def redirect(path: str) -> Answer:
        return 302, {"Location": f"{inner.url}/latest/meta-data"}, b""

    site = serve("127.0.0.1", redirect)
    with pytest.raises(Unreachable) as caught:
        open_at(site.url).read("a.jpg", 0, 5)
    assert inner.asked == []
    assert str(inner.port) not in str(caught.value)
    with pytest.raises(Unusable):
        open_at(inner.url)


@pytest.mark.usefixtures("one_address")
def test_a_name_that_changes_its_address_leads_nowhere(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = serve("127.0.0.2", answer)
    answers = ["127.0.0.1", "127.0.0.2", "127.0.0.2", "127.0.0.2"]
    asked = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if host != "rebinding.example.com":
            return asked(host, port, *arguments, **options)
        return asked(answers.pop(0), port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    opened = open_at(f"http://rebinding.example.com:{inner.port}")
    with pytest.raises(Unreachable):
        opened.read("a.jpg", 0, 5)
    assert len(answers) < 3
    assert inner.asked == []


@pytest.mark.usefixtures("public_networks")
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1", "https://127.0.0.1:1", "https://localhost:1", "https://[::1]:1",
        "https://[::ffff:127.0.0.1]:1", "https://10.0.0.1", "https://169.254.169.254",
        "https://2130706433", "https://0x7f000001", "http://93.184.216.34", "https://nobody.invalid",
    ],
)  # fmt: skip
def test_private_addresses_and_plain_connections_are_refused_beforehand(endpoint: str) -> None:
    with pytest.raises(Unusable, match="public internet"):
        open_at(endpoint)


@pytest.mark.usefixtures("public_networks")
def test_addresses_decide_for_plain_and_encrypted() -> None:
    assert doors.allowed("93.184.216.34", 443, plain=False) == ["93.184.216.34"]
    with pytest.raises(Refused):
        doors.allowed("93.184.216.34", 80, plain=True)


def _through(password: str | None, request: str) -> bytes:
    """What the proxy answers to raw words."""
    door = urlsplit(doors.url())
    said = door.password if password is None else password
    basic = base64.b64encode(f"door:{said}".encode()).decode()
    with socket.create_connection((str(door.hostname), door.port or 0), timeout=5) as connection:
        connection.sendall(f"{request}\r\nProxy-Authorization: Basic {basic}\r\n\r\n".encode())
        connection.settimeout(5)
        return connection.recv(65536)


@pytest.mark.usefixtures("one_address")
def test_the_proxy_serves_this_process_only(serve: Serve) -> None:
    site = serve("127.0.0.1", answer)
    assert b" 421 " in _through("guess", f"CONNECT 127.0.0.1:{site.port} HTTP/1.1")
    assert b" 421 " in _through("guess", f"GET {site.url}/ HTTP/1.1")
    assert b" 421 " in _through(None, "CONNECT 127.0.0.2:80 HTTP/1.1")
    for broken in ("NONSENSE", "CONNECT nowhere HTTP/1.1", "GET /here HTTP/1.1",
                   "GET https://127.0.0.1/ HTTP/1.1", "CONNECT [::1 HTTP/1.1"):  # fmt: skip
        assert b" 400 " in _through(None, broken)
    assert site.asked == []
    assert b" 200 " in _through(None, f"CONNECT 127.0.0.1:{site.port} HTTP/1.1")


@pytest.mark.usefixtures("one_address")
def test_encrypted_connections_pass_untouched(serve: Serve, tmp_path: Path) -> None:
    certificate, context = _certificate(tmp_path)
    site = serve("127.0.0.1", answer, context)
    door = urlsplit(doors.url())
    trusting = ssl.create_default_context(cafile=str(certificate))
    client = http.client.HTTPSConnection(str(door.hostname), door.port, context=trusting, timeout=5)
    basic = base64.b64encode(f"door:{door.password}".encode()).decode()
    client.set_tunnel("127.0.0.1", site.port, {"Proxy-Authorization": f"Basic {basic}"})
    client.request("GET", "/bucket/a.jpg")
    assert client.getresponse().read() == b"hello"
    client.close()
    assert [path for path, _ in site.asked] == ["/bucket/a.jpg"]


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return path, context


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("CONNECT a.example:443 HTTP/1.1", Target("a.example", 443)),
        ("CONNECT [2001:db8::1]:443 HTTP/1.1", Target("2001:db8::1", 443)),
        ("GET http://a.example/b/c?d=e HTTP/1.1", Target("a.example", 80, "/b/c?d=e")),
        ("GET http://a.example:9000 HTTP/1.1", Target("a.example", 9000, "/")),
    ],
)
def test_where_a_request_leads(line: str, target: Target) -> None:
    assert read_target(line) == target

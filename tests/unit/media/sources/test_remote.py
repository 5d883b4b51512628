"""Files of other servers: fetched whole, or refused with a reason."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.media import files
from chalicelib.media.sources import landing, remote, web_connection
from chalicelib.media.sources.remote import BadRemote, Cancelled
from chalicelib.platform import bucket as bucket_module
from chalicelib.platform import config
from tests.support.clips import package_file
from tests.support.remote_server import Behaviour, Handler, RemoteServer

PHOTO = package_file("skimage", "data", "astronaut.png").read_bytes()
LARGE = bytes(range(256)) * 80_000  # three parts, the last one small


@pytest.fixture(autouse=True)
def _loopback_is_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "127.0.0.0/8")
    config.settings.cache_clear()
    monkeypatch.setattr(remote, "PAUSE", 0.0)
    yield
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def web(bucket: None) -> Iterator[RemoteServer]:
    with RemoteServer().running() as server:
        server.files = {"/photo.png": PHOTO, "/large.bin": LARGE}
        yield server


def on(_: float) -> bool:
    return True


def refusal(url: str) -> str:
    """Why a URL cannot be fetched. Nothing is kept of it."""
    with pytest.raises(BadRemote) as caught:
        remote.fetch(url, 8, on)
    nothing_is_kept(8)
    return str(caught.value)


def nothing_is_kept(task_id: int) -> None:
    assert list(bucket_module.listing(f"tasks/{task_id}/")) == []
    where = {"Bucket": config.settings().bucket}
    assert "Uploads" not in bucket_module.client().list_multipart_uploads(**where)  # type: ignore[arg-type]  # a dict of the one key


def test_a_file_becomes_one_of_the_task(web: RemoteServer) -> None:
    file = remote.fetch(web.url("/photo.png?signature=x"), 7, on)
    assert (file.name, file.key) == ("photo.png", "tasks/7/raw/photo.png")
    assert (file.family, file.format, file.width, file.height) == ("image", "png", 512, 512)
    assert files.read(file) == PHOTO
    assert web.headers[0]["Host"] == f"127.0.0.1:{web.server_address[1]}"
    assert web.headers[0]["Accept-Encoding"] == "identity"


def test_large_files_arrive_in_parts(web: RemoteServer) -> None:
    sent: list[int] = []
    client = bucket_module.client()

    def note(params: Any, **_: Any) -> None:
        sent.append(len(params["Body"]))

    client.meta.events.register("provide-client-params.s3.UploadPart", note)
    try:
        file = remote.fetch(web.url("/large.bin"), 7, on)
    finally:
        client.meta.events.unregister("provide-client-params.s3.UploadPart", note)
    assert files.read(file) == LARGE
    assert sorted(sent) == [len(LARGE) - 2 * landing.PART, landing.PART, landing.PART]


def test_names_are_looked_up_once_and_the_answer_is_called(
    web: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: Any, *rest: Any, **options: Any) -> Any:
        if host == "files.example":
            lookups.append(host)
            host = "127.0.0.1" if len(lookups) == 1 else "10.0.0.1"
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    remote.fetch(web.url("/photo.png", host="files.example"), 7, on)
    assert lookups == ["files.example"]
    assert web.headers[0]["Host"].startswith("files.example:")


def to(location: str, status: int = 302) -> Behaviour:
    """A redirect."""
    return lambda handler: handler.answer(status, Location=location)


def test_redirects_are_followed(web: RemoteServer) -> None:
    hops = [f"/hop{number}" for number in range(5)]
    for here, there in zip(hops, [*hops[1:], web.url("/photo.png")], strict=True):
        web.behaviours[here] = to(there)
    file = remote.fetch(web.url("/hop0"), 7, on)
    assert file.name == "hop0"
    assert files.read(file) == PHOTO
    web.behaviours["/one-more"] = to("/hop0", 307)
    assert "redirects more than 5 times" in refusal(web.url("/one-more"))


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data/", "http://[::1]/a.jpg", "http://10.0.0.1/a.jpg",
     "http://localhost.localdomain:1/", "http://[::ffff:10.0.0.1]/a.jpg", "file:///etc/passwd",
     "gopher://127.0.0.1:70/", "http://me:secret@127.0.0.1/a", "http://127.0.0.1:22/", "http://["],
)  # fmt: skip
def test_a_redirect_leads_nowhere_else(web: RemoteServer, location: str) -> None:
    web.behaviours["/a.jpg"] = to(location, 301)
    said = refusal(web.url("/a.jpg"))
    assert said.startswith(f"{web.url('/a.jpg')} redirects to ")
    for inner in ("169.254", "10.0.0.1", "::1", "passwd", "secret", "localhost"):
        assert inner not in said


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest/meta-data/iam", "http://[::1]/a.jpg", "http://10.0.0.1/a.jpg",
     "http://192.168.0.1/a.jpg", "http://[fd00:ec2::254]/latest", "http://0.0.0.0/a",
     "http://no-such-host.invalid/a.jpg"],
)  # fmt: skip
def test_private_addresses_are_not_called(bucket: None, url: str) -> None:
    assert "was not found on the public internet" in refusal(url)


def test_loopback_is_closed_unless_it_was_opened(
    web: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "")
    config.settings.cache_clear()
    assert "was not found on the public internet" in refusal(web.url("/photo.png"))
    assert not web.asked


def a_page(handler: Handler) -> None:
    handler.answer(200, b"<html>", Content_Type="text/html; charset=utf-8")


def packed(handler: Handler) -> None:
    handler.answer(200, b"\x1f\x8b", Content_Encoding="gzip")


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (lambda h: h.answer(404), "there is no such file (404)."),
        (lambda h: h.answer(410), "the file is gone (410)."),
        (lambda h: h.answer(401), "the server wants a sign-in (401): give a URL that"),
        (lambda h: h.answer(403), "the server refuses (403): give a URL that anybody may open."),
        (lambda h: h.answer(418), "the server answers 418."),
        (lambda h: h.answer(204), "the server answers 204."),
        (lambda h: h.answer(300), "the server answers 300."),
        (lambda h: h.answer(304), "the server answers 304."),
        (lambda h: h.answer(302), "redirects without saying where to."),
        (lambda h: h.answer(200), "is empty."),
        (a_page, "is a web page, not a file"),
        (packed, "the server compresses what it sends ('gzip')"),
        (lambda h: h.answer(206, b"x", Content_Range="bytes 5-5/6"), "the server answers 206."),
    ],
)
def test_what_the_server_says_is_passed_on(
    web: RemoteServer, behaviour: Behaviour, says: str
) -> None:
    web.behaviours["/a.jpg"] = behaviour
    said = refusal(web.url("/a.jpg?key=hidden"))
    assert said.startswith(web.url("/a.jpg"))
    assert says in said
    assert "hidden" not in said
    assert web.asked["/a.jpg"] == 1


def test_compressed_archives_are_kept_as_they_are(web: RemoteServer) -> None:
    web.behaviours["/a.tar.gz"] = packed
    assert files.read(remote.fetch(web.url("/a.tar.gz"), 7, on)) == b"\x1f\x8b"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(web: RemoteServer, status: int) -> None:
    def recover(handler: Handler) -> None:
        if web.asked["/a.png"] < 3:
            handler.answer(status, Retry_After="0")
        else:
            handler.serve(PHOTO)

    web.behaviours["/a.png"] = recover
    assert files.read(remote.fetch(web.url("/a.png"), 7, on)) == PHOTO
    web.behaviours["/b.png"] = lambda handler: handler.answer(status)
    said = refusal(web.url("/b.png"))
    assert f"the server answers {status}. Try again later." in said
    assert web.asked["/b.png"] == remote.ATTEMPTS


def test_a_file_is_continued_where_it_broke_off(web: RemoteServer) -> None:
    def break_off(handler: Handler) -> None:
        stops = {1: 9_000_000, 2: 1_000_000, 3: 3}
        handler.serve(LARGE, stop=None if web.asked["/l"] > 3 else stops[web.asked["/l"]])

    web.behaviours["/l"] = break_off
    assert files.read(remote.fetch(web.url("/l"), 7, on)) == LARGE
    ranges = [headers.get("Range") for headers in web.headers]
    assert ranges == [None, "bytes=9000000-", "bytes=10000000-", "bytes=10000003-"]
    assert web.headers[1]["If-Range"] == '"1"'


def test_a_file_that_changed_meanwhile_is_begun_again(web: RemoteServer) -> None:
    other = LARGE[::-1]

    def change(handler: Handler) -> None:
        if web.asked["/l"] == 1:
            handler.serve(LARGE, stop=9_000_000)
        else:
            handler.serve(other, tag='"2"')

    web.behaviours["/l"] = change
    assert files.read(remote.fetch(web.url("/l"), 7, on)) == other


@pytest.mark.parametrize(
    "again",
    [
        lambda h: h.answer(206, LARGE[5:], Content_Range=f"bytes 5-{len(LARGE) - 1}/{len(LARGE)}"),
        lambda h: h.answer(416),
    ],
)
def test_a_server_that_cannot_continue_begins_again(web: RemoteServer, again: Behaviour) -> None:
    def behave(handler: Handler) -> None:
        if web.asked["/l"] == 1:
            handler.serve(LARGE, stop=9_000_000)
        elif "Range" in handler.headers:
            again(handler)
        else:
            handler.serve(LARGE)

    web.behaviours["/l"] = behave
    assert files.read(remote.fetch(web.url("/l"), 7, on)) == LARGE


def test_a_length_that_is_a_lie_is_noticed(web: RemoteServer) -> None:
    def lie(handler: Handler) -> None:
        handler.begin(200, Content_Length="1000")
        handler.wfile.write(b"short")
        handler.close_connection = True

    web.behaviours["/a.jpg"] = lie
    assert "the connection broke off. Try again later." in refusal(web.url("/a.jpg"))


def test_bodies_without_length_are_taken(web: RemoteServer) -> None:
    def chunked(handler: Handler) -> None:
        handler.begin(200, Transfer_Encoding="chunked")
        for start in range(0, len(PHOTO), 100_000):
            piece = PHOTO[start : start + 100_000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if handler.path == "/whole.png":
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    def until_the_end(handler: Handler) -> None:
        handler.begin(200, Connection="close")
        handler.wfile.write(PHOTO)
        handler.close_connection = True

    web.behaviours = {"/whole.png": chunked, "/end.png": until_the_end, "/cut.png": chunked}
    assert files.read(remote.fetch(web.url("/whole.png"), 7, on)) == PHOTO
    assert files.read(remote.fetch(web.url("/end.png"), 7, on)) == PHOTO
    assert "broke off" in refusal(web.url("/cut.png"))


def test_files_that_are_too_large_are_refused(
    web: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "LARGEST", 10 << 20)

    def endless(handler: Handler) -> None:
        handler.begin(200)
        while True:
            handler.wfile.write(b"x" * 65536)

    web.behaviours["/endless"] = endless
    assert "has more than" in refusal(web.url("/endless"))
    assert "has more than" in refusal(web.url("/large.bin"))


def never(handler: Handler) -> None:
    handler.server.stopping.wait(20)


def slow_body(handler: Handler) -> None:
    handler.begin(200, Content_Length="100000")
    handler.drip(0.05)


def slow_end(handler: Handler) -> None:
    handler.begin(200)
    handler.drip(0.05)


def slow_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    handler.drip(0.05)


@pytest.mark.parametrize("behaviour", [never, slow_body, slow_end, slow_headers])
def test_a_file_has_limited_time(
    web: RemoteServer, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "TIME_LIMIT", 0.4)
    web.behaviours["/a.jpg"] = behaviour
    started = time.monotonic()
    assert "takes longer than" in refusal(web.url("/a.jpg"))
    assert time.monotonic() - started < 5


def test_silence_is_not_waited_for(web: RemoteServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_connection, "SILENCE", 0.1)
    web.behaviours["/a.jpg"] = never
    assert "the server does not answer in time. Try again later." in refusal(web.url("/a.jpg"))
    assert web.asked["/a.jpg"] == remote.ATTEMPTS


def test_nobody_listens(bucket: None) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "the server cannot be reached" in refusal(f"http://127.0.0.1:{port}/a.jpg")


@pytest.mark.parametrize(
    "said",
    [b"", b"\0\xff\r\n\r\n", b"HTTP/9.9 hello\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500,
     b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000],
)  # fmt: skip
def test_what_is_no_http_is_refused(bucket: None, said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            for _ in range(remote.ATTEMPTS):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(said)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        said_to_user = refusal(f"http://127.0.0.1:{listener.getsockname()[1]}/a.jpg")
        thread.join()
    assert "cannot be fetched" in said_to_user


def test_progress_is_told_and_may_end_it(
    web: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "REPORT_EVERY", 0.0)
    told: list[float] = []

    def tell(part: float) -> bool:
        told.append(part)
        return True

    remote.fetch(web.url("/large.bin"), 7, tell)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 10
    with pytest.raises(Cancelled):
        remote.fetch(web.url("/large.bin"), 8, lambda part: part < 0.6)
    nothing_is_kept(8)


def certificate(folder: Path, name: x509.GeneralName) -> tuple[Path, Path]:
    """A certificate that stands for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


@pytest.fixture
def secured(tmp_path: Path, bucket: None) -> Callable[[x509.GeneralName], RemoteServer]:
    def make(name: x509.GeneralName) -> RemoteServer:
        public, private = certificate(tmp_path, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(public, private)
        server = RemoteServer(context)
        server.files["/photo.png"] = PHOTO
        return server

    return make


def test_certificates_must_be_for_the_host_that_was_named(
    secured: Callable[[x509.GeneralName], RemoteServer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **options: Any) -> Any:
        known = {"files.example", "other.example"}
        return real("127.0.0.1" if host in known else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with secured(x509.DNSName("files.example")).running() as server:
        url = server.url("/photo.png", host="files.example")
        assert "the certificate of 'files.example' is not trusted" in refusal(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert "the certificate of 'other.example' is not trusted" in refusal(
            server.url("/photo.png", host="other.example")
        )
        assert "is not trusted" in refusal(server.url("/photo.png"))
        assert not server.asked
        assert files.read(remote.fetch(url, 7, on)) == PHOTO


def test_certificates_may_be_for_addresses(
    secured: Callable[[x509.GeneralName], RemoteServer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with secured(x509.IPAddress(ip_address("127.0.0.1"))).running() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert files.read(remote.fetch(server.url("/photo.png"), 7, on)) == PHOTO

"""Which URLs are taken, and what the files are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.sources.web_urls import LONGEST_NAME, MOST_FILES, BadRemote, names, parse


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.com/a/b/photo.jpg", "photo.jpg"),
        ("http://example.com:8080/photo.jpg?X-Signature=abc/def.png#top", "photo.jpg"),
        ("https://example.com/my%20photo%2B1.jpg", "my photo+1.jpg"),
        ("https://example.com/caf%C3%A9.jpg", "caf\u00e9.jpg"),
        ("https://example.com/caf%E9.jpg", "caf%E9.jpg"),
        ("https://example.com/\u043a\u043e\u0442.png", "\u043a\u043e\u0442.png"),
        ("https://example.com/a%2Fb.jpg", "b.jpg"),
        ("https://example.com/a%5Cb.jpg", "b.jpg"),
        ("https://example.com/photos/", "photos"),
        ("https://example.com", "example.com"),
        ("https://b\u00fccher.example/?id=7", "xn--bcher-kva.example"),
        ("https://93.184.216.34/x.zip", "x.zip"),
        ("https://[2606:4700::1]/x.zip", "x.zip"),
        ("HTTPS://EXAMPLE.com/x.zip", "x.zip"),
    ],
)
def test_files_are_called_by_the_last_step(url: str, name: str) -> None:
    assert names([url]) == [name]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("file:///etc/passwd", "begins with https:// or http://"),
        ("ftp://example.com/a.jpg", "begins with https:// or http://"),
        ("gopher://example.com:70/_x", "begins with https:// or http://"),
        ("data:image/png;base64,AAAA", "begins with https:// or http://"),
        ("s3://bucket/a.jpg", "begins with https:// or http://"),
        ("a.jpg", "begins with https:// or http://"),
        ("", "begins with https:// or http://"),
        ("http:///a.jpg", "names no host"),
        ("http://[::1", "is no URL"),
        ("http://[fe80::1%25eth0]/a.jpg", "n"),
        ("http://example.com:99999/a.jpg", "is no URL"),
        ("http://example.com:x/a.jpg", "is no URL"),
        ("http://example.com:22/a.jpg", "port"),
        ("http://example.com:0/a.jpg", "port"),
        ("http://example.com/a b.jpg", "blanks"),
        ("http://example.com/a\r\nHost: x", "blanks"),
        ("http://example.com\\@127.0.0.1/a.jpg", "blanks or backslashes"),
        ("http://example.com/..", "does not end in the name of a file"),
        ("http://example.com/%2e%2e", "does not end in the name of a file"),
        ("http://example.com/%2F", "does not end in the name of a file"),
        ("http://example.com/a%00.jpg", "does not end in the name of a file"),
        ("http://example.com/" + "a" * (LONGEST_NAME + 1), "too long"),
        ("http://example.com/" + "a" * 3000, "more than 2048 characters"),
        ("http://" + "a" * 64 + ".\u00e9/", "is no URL"),
    ],
)
def test_others_are_refused(url: str, says: str) -> None:
    with pytest.raises(BadRemote, match=says):
        names([url])


@pytest.mark.parametrize("url", ["https://me:pa55word@example.com/a.jpg",
                                 "ftp://me:pa55word@example.com/a.jpg?key=hidden",
                                 "https://me:pa55word@example.com:x/a.jpg",
                                 "https://example.com/a b?key=hidden",
                                 "https://example.com:22/a?key=hidden"])  # fmt: skip
def test_messages_hold_no_secrets(url: str) -> None:
    with pytest.raises(BadRemote) as caught:
        parse(url)
    assert "example.com" in str(caught.value)
    assert "pa55word" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(BadRemote, match=r"Several URLs end in 'a\.jpg'"):
        names(["https://one.example/a.jpg", "https://two.example/b.jpg", "https://x.example/a.jpg"])


def test_too_many_are_refused() -> None:
    many = [f"https://example.com/{number}.jpg" for number in range(MOST_FILES + 1)]
    assert len(names(many[:MOST_FILES])) == MOST_FILES
    with pytest.raises(BadRemote, match="at most 1,000 remote files"):
        names(many)
    with pytest.raises(BadRemote, match="at most 200,000 characters"):
        names([f"https://example.com/{number}.jpg?{'x' * 1000}" for number in range(200)])


def test_targets_are_encoded_once() -> None:
    assert parse("https://example.com/a%20b/\u043a.png?x=1&y=%2F#z").target == (
        "/a%20b/%D0%BA.png?x=1&y=%2F"
    )
    assert parse("https://example.com?x=1").target == "/?x=1"
    assert parse("https://example.com").authority == "example.com"
    assert parse("http://[2606:4700::1]:8080/").authority == "[2606:4700::1]:8080"


@given(st.text(max_size=200))
def test_whatever_is_given_is_taken_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            [name] = names([url])
        except BadRemote:
            continue
        assert "/" not in name
        assert name not in {"", ".", ".."}
        assert parse(url).target.isascii()
        assert parse(url).host.isascii()

"""PDF files written object by object."""

from __future__ import annotations

from collections.abc import Sequence


def pdf(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """A file of numbered objects, the first of which is the catalogue."""
    body = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (len(places) + 1, trailer)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, keys: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), keys, content)


def document(
    *sizes: tuple[float, float], content: bytes = b"", keys: bytes = b"", more: Sequence[bytes] = ()
) -> bytes:
    """Pages of sizes in points, all with the same content.

    Args:
        keys: of each page.
        more: objects beside them, numbered from 4 + the number of pages.
    """
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(len(sizes)))
    pages = [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %f %f] /Contents 3 0 R %b >>"
        % (width, height, keys)
        for width, height in sizes
    ]
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(sizes), kids),
            stream(content),
            *pages,
            *more,
        ]
    )


def encrypted() -> bytes:
    """A document whose password nobody knows."""
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%b> /U <%b> >>" % (b"4e" * 32, b"5f" * 32)
    plain = document((200, 100), more=[lock])
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R /ID [<00> <00>]")

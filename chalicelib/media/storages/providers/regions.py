"""Which region of AWS a bucket is in, for those who do not say."""

from __future__ import annotations

import http.client
from functools import lru_cache
from urllib.parse import quote, urlsplit

from chalicelib.media.storages.attributes import is_region

DEFAULT = "us-east-1"
#: Knows every bucket outside of China, and says its region to everybody, even where it denies.
_DIRECTORY = "https://s3.us-east-1.amazonaws.com"
_SECONDS = 4.0


@lru_cache(maxsize=256)
def region_of(bucket: str, directory: str = _DIRECTORY) -> str:
    """The region of a bucket; the default one if nobody knows or answers."""
    parts = urlsplit(directory)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_SECONDS)
    try:
        connection.request("HEAD", f"/{quote(bucket, safe='')}")
        said = connection.getresponse().getheader("x-amz-bucket-region") or ""
    except (OSError, http.client.HTTPException):
        return DEFAULT
    finally:
        connection.close()
    return said if is_region(said) else DEFAULT

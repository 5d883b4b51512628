"""How much one request and one object may hold. Every limit of the annotation document is here."""

from __future__ import annotations

#: Tags, shapes and tracks of one request, together.
OBJECTS = 500_000
#: Numbers of one shape: two a point, or the runs of a mask with its box.
NUMBERS = 500_000
#: Pixels (or metres, in point clouds) that a coordinate may be away from the origin.
COORDINATE = 1e9
#: Pixels of the box of a mask, which has a byte for each when it is exported.
MASK_PIXELS = 1 << 28
#: Frame numbers, groups; what fits the integer columns of every client.
INTEGER = 2**31 - 1
#: Ids, as far as every client can count.
IDENTIFIER = 2**53 - 1
#: Characters of where an object comes from, and of one attribute's value.
SOURCE = 64
VALUE = 4096

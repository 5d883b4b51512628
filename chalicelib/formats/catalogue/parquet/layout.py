"""Numbers of Parquet's own: types, encodings, codecs, pages. Source: parquet.thrift."""

from __future__ import annotations

MAGIC = b"PAR1"

BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY = range(7)
REQUIRED, OPTIONAL, REPEATED = range(3)
UTF8, LIST, DECIMAL = 0, 3, 5
#: The member of the union of logical types that says the same.
LOGICAL_DECIMAL = 5

PLAIN, PLAIN_DICTIONARY, RLE, BIT_PACKED, RLE_DICTIONARY = 0, 2, 3, 4, 8
NO_CODEC, SNAPPY, GZIP, ZSTD = 0, 1, 2, 6
DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_2 = 0, 2, 3

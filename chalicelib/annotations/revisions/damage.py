"""What is missing of a job's annotations."""

from __future__ import annotations


class Damaged(Exception):
    """Something that the log names is not there, or is not what was written.

    Attributes:
        what: the frames or revisions that cannot be read, and the key that is missing.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

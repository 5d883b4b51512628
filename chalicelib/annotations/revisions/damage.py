"""What is missing of a job's annotations."""

from __future__ import annotations

from chalicelib.platform.errors import DetailError


class Damaged(DetailError):
    """Something that the log names is not there, or is not what was written.

    Who asks for what needs it is told so with 409; everything else goes on.

    Attributes:
        what: the frames or revisions that cannot be read, and the key that is missing.
    """

    status = 409

    def __init__(self, what: str) -> None:
        super().__init__(f"Part of these annotations is missing: {what}. They can be repaired.")
        self.what = what

    def __str__(self) -> str:
        return self.what

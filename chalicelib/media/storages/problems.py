"""What may go wrong between us and a provider, in words for the user.

No text here repeats what a provider or a library said: that may hold addresses and credentials.
"""

from __future__ import annotations

from chalicelib.media.sources.places import Unreachable


class Denied(Unreachable):
    """The provider refuses the credentials, or what they may do is not enough."""


class Missing(Unreachable):
    """There is no such bucket or container."""


class CredentialsLost(Unreachable):
    """What was kept is there no more, or cannot be read."""


class Unusable(Unreachable):
    """What the user gave cannot be used, whatever the provider says.

    Attributes:
        field: of the request.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

"""What an action used of AWS, and what that costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bench.costs import prices


@dataclass
class Usage:
    """Everything that is paid for by the request.

    Attributes:
        requests: of the API.
        table_calls: requests to DynamoDB; `reads` and `writes` are the units they take.
        puts, gets: requests to S3 by price class, whoever sends them.
        events: objects that came or went.
        calls, seconds: of Lambda functions by name.
        transitions: of state machines.
    """

    requests: int = 0
    table_calls: int = 0
    reads: float = 0.0
    writes: float = 0.0
    puts: int = 0
    gets: int = 0
    events: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    transitions: int = 0

    @property
    def gb_seconds(self) -> float:
        """Memory times time of the functions."""
        return sum(
            seconds * prices.MEMORY_MB[name] / 1024 for name, seconds in self.seconds.items()
        )

    @property
    def dollars(self) -> float:
        """Without storage and without what is downloaded."""
        calls = self.calls.total()
        per_request = (
            prices.API_GATEWAY_REQUEST + prices.CLOUDFRONT_REQUEST + prices.EDGE_FUNCTION_CALL
        )
        return (
            self.requests * per_request
            + self.reads * prices.READ_UNIT
            + self.writes * prices.WRITE_UNIT
            + self.puts * prices.S3_PUT
            + self.gets * prices.S3_GET
            + self.events * prices.S3_EVENT
            + calls * (prices.LAMBDA_CALL + prices.LOG_BYTES / 1e9 * prices.LOG_GB)
            + self.gb_seconds * prices.LAMBDA_GB_SECOND
            + self.transitions * prices.STATE_TRANSITION
        )

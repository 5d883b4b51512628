"""Telling a table or bucket that asks to slow down from one that fails."""

from __future__ import annotations

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

#: What DynamoDB and S3 answer to too many requests.
_CODES = {
    "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded",
    "RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingError", "ThrottlingException",
    "TooManyRequestsException", "TransactionInProgressException",
}  # fmt: skip


def is_throttling(error: Exception) -> bool:
    """Whether the same call may succeed a little later."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") in _CODES
    return isinstance(error, PynamoDBException) and error.cause_response_code in _CODES

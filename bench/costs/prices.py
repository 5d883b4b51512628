"""List prices of us-east-1 in dollars, without any free tier.

They are public list prices as of 2025; check them against AWS's pages before relying on a total.
What is assumed because it cannot be counted on one machine stands at the end.
"""

from __future__ import annotations

AS_OF = "2025"
REGION = "us-east-1"

MILLION = 1e6

#: DynamoDB on demand, Standard class.
READ_UNIT = 0.125 / MILLION
WRITE_UNIT = 0.625 / MILLION
#: Per GB and month; the second is point-in-time recovery, which the stack switches on.
TABLE_STORAGE = 0.25
TABLE_RECOVERY = 0.20

#: S3 Standard. Deleting, and giving up a multipart upload, are free.
S3_PUT = 0.005 / 1000
S3_GET = 0.0004 / 1000
S3_STORAGE = 0.023
#: S3 tells EventBridge of every object that comes or goes, because of the inbox; an opt-in event.
S3_EVENT = 1.00 / MILLION

#: Lambda, x86, first tier.
LAMBDA_CALL = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000166667

#: Standard workflows.
STATE_TRANSITION = 0.025 / 1000

#: One request of the API: REST API of API Gateway, CloudFront (HTTPS), its viewer function.
API_GATEWAY_REQUEST = 3.50 / MILLION
CLOUDFRONT_REQUEST = 0.01 / 10_000
EDGE_FUNCTION_CALL = 0.10 / MILLION

#: Bytes to the internet, per GB: media leave S3 by presigned URL.
S3_OUT = 0.09

LOG_GB = 0.50
ALARM_MONTH = 0.10
DASHBOARD_MONTH = 3.00
#: One secret of Secrets Manager: the credentials of a cloud storage.
SECRET_MONTH = 0.40

#: Memory of the functions in MB, as deployed (a test compares it with infra/cdk).
MEMORY_MB = {
    "api": 1769,
    "ingest": 1769,
    "frames": 3008,
    "export": 1769,
    "import": 1769,
    "backup": 1769,
    "restore": 1769,
    "sweep": 512,
    "fold": 1769,
    "inbox": 512,
    "storages": 1769,
}
#: Assumed seconds of a function's own work in one call.
OWN_SECONDS = {
    "api": 0.015,
    "ingest": 0.3,
    "frames": 0.4,
    "export": 0.5,
    "fold": 0.02,
    "import": 0.5,
    "backup": 0.5,
    "restore": 0.5,
    "sweep": 0.02,
    "inbox": 0.1,
    "storages": 0.5,
}
#: Assumed seconds that a function waits for one request to DynamoDB and to S3, one after another.
TABLE_SECONDS = 0.008
BUCKET_SECONDS = 0.030
#: Assumed bytes that CloudWatch takes in for one call of a function.
LOG_BYTES = 600

#: What the stack has while nobody works: infra/cdk/monitoring.py and schedule.py.
ALARMS = 2
SWEEPS_A_MONTH = 30 * 24 * 4

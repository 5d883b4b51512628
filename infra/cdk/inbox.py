"""Files dropped under `inbox/` of the media bucket become tasks."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.cdk.storage import Storage
from infra.cdk.workers import Workers


class Inbox(Construct):
    """The rule from object to function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        storage: Storage,
        workers: Workers,
    ) -> None:
        super().__init__(scope, construct_id)
        rule = events.Rule(
            self,
            "Dropped",
            rule_name=f"{prefix}-inbox",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [storage.bucket_name]},
                    "object": {"key": [{"prefix": "inbox/"}]},
                },
            ),
        )
        rule.add_target(
            targets.LambdaFunction(
                workers.functions["inbox"],
                retry_attempts=5,
                max_event_age=cdk.Duration.hours(2),
            )
        )

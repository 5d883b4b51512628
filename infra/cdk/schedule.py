"""What runs by the clock."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.cdk.workers import Workers


class Schedule(Construct):
    """The sweep: what requests left behind is finished, what nobody needs any more is removed."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, workers: Workers
    ) -> None:
        super().__init__(scope, construct_id)
        rule = events.Rule(
            self,
            "Sweep",
            rule_name=f"{prefix}-sweep",
            schedule=events.Schedule.rate(cdk.Duration.minutes(15)),
        )
        rule.add_target(targets.LambdaFunction(workers.functions["sweep"]))

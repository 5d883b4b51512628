"""Alarms for what a person must look at, and one dashboard."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.cdk.api import Api
from infra.cdk.storage import Storage
from infra.cdk.workers import Workers
from infra.cdk.workflows import Workflows

FIVE_MINUTES = cdk.Duration.minutes(5)


class Monitoring(Construct):
    """Alarms on errors and throttles; a dashboard of traffic, errors, duration and cost drivers.

    An alarm is paid for by the month, a rule of EventBridge is not: so failed executions are told
    by a rule, one message each, however many state machines there are.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        storage: Storage,
        workers: Workers,
        workflows: Workflows,
        api: Api,
        alarm_email: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self._topic = sns.Topic(self, "Alarms", topic_name=f"{prefix}-alarms", enforce_ssl=True)
        if alarm_email:
            self._topic.add_subscription(subscriptions.EmailSubscription(alarm_email))
        api_errors = self._lambda_metric(api.function_name, "Errors")
        throttles = storage.table.metric("ThrottledRequests", period=FIVE_MINUTES, statistic="Sum")
        errors = [
            function.metric_errors(period=FIVE_MINUTES) for function in workers.functions.values()
        ]
        failures = [
            machine.metric_failed(period=FIVE_MINUTES) for machine in workflows.machines.values()
        ]
        self._alarm("ApiErrors", api_errors, "The API function fails.")
        self._alarm("TableThrottles", throttles, "The table refuses requests.")
        self._tell_of_failures([workflows.arn(name) for name in workflows.machines])
        board = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=prefix)
        board.add_widgets(
            cloudwatch.GraphWidget(
                title="API",
                left=[self._lambda_metric(api.function_name, "Invocations"), api_errors],
                right=[self._lambda_metric(api.function_name, "Duration", "p95")],
            ),
            cloudwatch.GraphWidget(
                title="Workers",
                left=[f.metric_invocations() for f in workers.functions.values()],
                right=errors,
            ),
            cloudwatch.GraphWidget(
                title="Table",
                left=[
                    storage.table.metric_consumed_read_capacity_units(),
                    storage.table.metric_consumed_write_capacity_units(),
                ],
                right=[throttles],
            ),
            cloudwatch.GraphWidget(title="Failed executions", left=failures),
        )

    def _lambda_metric(self, name: str, metric: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name=metric,
            dimensions_map={"FunctionName": name},
            period=FIVE_MINUTES,
            statistic=statistic,
        )

    def _tell_of_failures(self, machines: list[str]) -> None:
        """Executions fail only of what a request does not say, and of time."""
        rule = events.Rule(
            self,
            "ExecutionFailed",
            rule_name=f"{self._prefix}-execution-failed",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": ["FAILED", "TIMED_OUT"], "stateMachineArn": machines},
            ),
        )
        machine = events.EventField.from_path("$.detail.stateMachineArn")
        execution = events.EventField.from_path("$.detail.name")
        status = events.EventField.from_path("$.detail.status")
        message = events.RuleTargetInput.from_text(
            f"The execution {execution} of {machine} is over: {status}."
        )
        rule.add_target(targets.SnsTopic(self._topic, message=message))

    def _alarm(self, name: str, metric: cloudwatch.IMetric, description: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._prefix}-{name}",
            alarm_description=description,
            metric=metric,
            threshold=0,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))

"""The one stack."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from infra.cdk.api import Api
from infra.cdk.delivery import Delivery
from infra.cdk.inbox import Inbox
from infra.cdk.monitoring import Monitoring
from infra.cdk.schedule import Schedule
from infra.cdk.storage import Storage
from infra.cdk.workers import Workers
from infra.cdk.workflows import Workflows


class SkylabelStack(cdk.Stack):
    """Storage, workers, workflows, API, delivery, inbox and monitoring."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        python: str,
        alarm_email: str | None,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        storage = Storage(self, "Storage", prefix=prefix)
        workers = Workers(self, "Workers", prefix=prefix, python=python, storage=storage)
        workflows = Workflows(self, "Workflows", prefix=prefix, workers=workers)
        workers.allow_starting(workflows)
        workers.allow_folding()
        api = Api(self, "Api", prefix=prefix, storage=storage, workers=workers, workflows=workflows)
        delivery = Delivery(self, "Delivery", prefix=prefix, api=api, storage=storage)
        Inbox(self, "Inbox", prefix=prefix, storage=storage, workers=workers)
        Schedule(self, "Schedule", prefix=prefix, workers=workers)
        Monitoring(
            self,
            "Monitoring",
            prefix=prefix,
            storage=storage,
            workers=workers,
            workflows=workflows,
            api=api,
            alarm_email=alarm_email,
        )
        cdk.CfnOutput(self, "Url", value=f"https://{delivery.domain}")
        cdk.CfnOutput(self, "ApiUrl", value=api.url)
        cdk.CfnOutput(self, "TableName", value=storage.table_name)
        cdk.CfnOutput(self, "MediaBucket", value=storage.bucket_name)
        cdk.CfnOutput(self, "SiteBucket", value=storage.site_bucket_name)
        cdk.CfnOutput(self, "DistributionId", value=delivery.distribution_id)

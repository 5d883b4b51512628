"""What holds data: the table and the buckets. Fixed names, and kept when the stack goes."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

INDEXES = ("by_kind", "by_owner", "by_assignee", "by_parent")
READ = (
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:ConditionCheckItem",
)
WRITE = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")


class Storage(Construct):
    """The table, the media bucket and the bucket of the browser application."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        self.table_name = prefix
        self.bucket_name = f"{prefix}-media-{stack.account}-{stack.region}"
        self.site_bucket_name = f"{prefix}-site-{stack.account}-{stack.region}"
        self.table = self._table()
        self.media = self._media()
        self.site = s3.Bucket(
            self,
            "Site",
            bucket_name=self.site_bucket_name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def table_access(self) -> list[iam.PolicyStatement]:
        """What the API and the workers may do with the table: no scans, no administration."""
        return [
            iam.PolicyStatement(actions=[*READ, *WRITE], resources=[self.table.table_arn]),
            iam.PolicyStatement(
                actions=["dynamodb:Query"], resources=[f"{self.table.table_arn}/index/*"]
            ),
        ]

    def object_access(self, *, read: list[str], write: list[str]) -> list[iam.PolicyStatement]:
        """Access to objects below the given prefixes of the media bucket."""
        statements = [
            iam.PolicyStatement(
                actions=["s3:ListBucket", "s3:ListBucketMultipartUploads"],
                resources=[self.media.bucket_arn],
            )
        ]
        if read:
            statements.append(
                iam.PolicyStatement(actions=["s3:GetObject"], resources=self._objects(read))
            )
        if write:
            statements.append(
                iam.PolicyStatement(
                    actions=[
                        "s3:PutObject",
                        "s3:DeleteObject",
                        "s3:AbortMultipartUpload",
                        "s3:ListMultipartUploadParts",
                    ],
                    resources=self._objects(write),
                )
            )
        return statements

    def _objects(self, prefixes: list[str]) -> list[str]:
        return [self.media.arn_for_objects(f"{prefix}*") for prefix in prefixes]

    def _table(self) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "Table",
            table_name=self.table_name,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        for index in INDEXES:
            table.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=index, type=dynamodb.AttributeType.STRING),
                sort_key=dynamodb.Attribute(name="num", type=dynamodb.AttributeType.NUMBER),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )
        return table

    def _media(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Media",
            bucket_name=self.bucket_name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            # A presigned URL is the permission; the origin adds nothing to it.
            cors=[
                s3.CorsRule(
                    allowed_origins=["*"],
                    allowed_headers=["*"],
                    allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.PUT],
                    exposed_headers=["ETag", "Content-Length", "Content-Range", "Accept-Ranges"],
                    max_age=3600,
                )
            ],
            lifecycle_rules=[
                s3.LifecycleRule(prefix="exports/", expiration=cdk.Duration.days(1)),
                s3.LifecycleRule(prefix="uploads/", expiration=cdk.Duration.days(2)),
                s3.LifecycleRule(prefix="storages/", expiration=cdk.Duration.days(7)),
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=cdk.Duration.days(7)),
            ],
        )
        # The L2 switch would add a custom resource with a function of its own for one flag.
        resource = cast("s3.CfnBucket", bucket.node.default_child)
        resource.add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
        )
        return bucket

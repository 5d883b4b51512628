"""The API: the Chalice application behind API Gateway."""

from __future__ import annotations

import shutil
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from chalice.cdk import Chalice
from constructs import Construct

from infra.cdk.packaging import ROOT, chalice_package
from infra.cdk.retention import retention
from infra.cdk.storage import Storage
from infra.cdk.workers import Workers
from infra.cdk.workflows import MACHINES, Workflows

OBJECTS = ["tasks/", "uploads/", "annotations/", "exports/"]
#: Functions that a request waits for, and one that it does not.
CALLED = ("frames", "storages", "fold", "sweep")
#: Stage of API Gateway; CloudFront hides it.
STAGE = "v1"


class CachedChalice(Chalice):
    """Packages the application only when its sources have changed."""

    def _package_app(self) -> None:
        package = chalice_package(self.source_dir, self.stage_config, self.stage_name)
        shutil.copytree(package, self._sam_package_dir)


class Api(Construct):
    """Function, REST API and the function's role."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        storage: Storage,
        workers: Workers,
        workflows: Workflows,
    ) -> None:
        super().__init__(scope, construct_id)
        role = self._role(storage, workers, workflows)
        self._chalice = CachedChalice(
            self,
            "Chalice",
            source_dir=str(ROOT),
            stage_config=self._configuration(prefix, storage),
        )
        function = self._chalice.sam_template.get_resource("APIHandler")
        function.add_property_override("Role", role.role_arn)
        function.add_property_override("FunctionName", f"{prefix}-api")
        self.function_name = f"{prefix}-api"
        rest_api = self._chalice.sam_template.get_resource("RestAPI")
        stack = cdk.Stack.of(self)
        self.domain = f"{rest_api.ref}.execute-api.{stack.region}.{stack.url_suffix}"
        self.rest_api_id = rest_api.ref
        self.url = f"https://{self.domain}/{STAGE}/"

    def _configuration(self, prefix: str, storage: Storage) -> dict[str, Any]:
        stack = cdk.Stack.of(self)
        return {
            "api_gateway_stage": STAGE,
            "api_gateway_endpoint_type": "REGIONAL",
            "manage_iam_role": False,
            # Replaced above: packaging needs some text where the role's ARN goes.
            "iam_role_arn": "arn:aws:iam::000000000000:role/replaced",
            "lambda_memory_size": 1769,
            "lambda_timeout": 29,
            "environment_variables": {
                "SKYLABEL_TABLE": storage.table_name,
                "SKYLABEL_BUCKET": storage.bucket_name,
                "SKYLABEL_FUNCTION_PREFIX": f"{prefix}-",
                "SKYLABEL_LAMBDA_LIMITS": "1",
                "SKYLABEL_STATE_MACHINE_PREFIX": (
                    f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:"
                ),
                "POWERTOOLS_SERVICE_NAME": f"{prefix}-api",
                **retention(self),
            },
        }

    def _role(self, storage: Storage, workers: Workers, workflows: Workflows) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AWSLambdaBasicExecutionRole"
                )
            ],
        )
        statements = [
            *storage.table_access(),
            *storage.object_access(read=[*OBJECTS, "storages/"], write=OBJECTS),
            iam.PolicyStatement(
                actions=["states:StartExecution"],
                resources=[workflows.arn(name) for name in MACHINES],
            ),
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[workers.functions[name].function_arn for name in CALLED],
            ),
        ]
        for statement in statements:
            role.add_to_policy(statement)
        return role

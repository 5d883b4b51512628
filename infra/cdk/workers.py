"""The worker functions: everything that is not the API. One bundle, one role each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.cdk.packaging import worker_bundle
from infra.cdk.retention import retention
from infra.cdk.storage import Storage

if TYPE_CHECKING:
    from infra.cdk.workflows import Workflows


Secrets = Literal["none", "read", "keep"]
_READING = ("secretsmanager:GetSecretValue",)
_KEEPING = (
    "secretsmanager:CreateSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:DeleteSecret",
)
#: Actions on secrets by what a worker may do with them.
SECRET_ACTIONS: dict[Secrets, tuple[str, ...]] = {
    "none": (),
    "read": _READING,
    "keep": (*_READING, *_KEEPING),
}


class Worker(NamedTuple):
    """One function: what it runs, how much it may use (MB, minutes), what it may touch.

    `secrets`: what it may do with the credentials of cloud storages.
    """

    handler: str
    memory: int
    timeout: int
    read: tuple[str, ...]
    write: tuple[str, ...]
    secrets: Secrets = "none"


WORKERS = {
    "ingest": Worker(
        "functions.ingest.handler.handle",
        1769,
        15,
        ("tasks/", "uploads/", "share/"),
        ("tasks/", "uploads/"),
        "read",
    ),
    "frames": Worker(
        "functions.frames.handler.handle", 3008, 5, ("tasks/", "share/"), ("tasks/",), "read"
    ),
    "export": Worker(
        "functions.export.handler.handle",
        1769,
        15,
        ("tasks/", "annotations/", "exports/", "share/"),
        ("exports/",),
        "read",
    ),
    "import": Worker(
        "functions.dataset_import.handler.handle",
        1769,
        15,
        ("uploads/", "annotations/", "tasks/", "exports/"),
        ("annotations/", "uploads/", "exports/", "tasks/"),
        "read",
    ),
    "backup": Worker(
        "functions.backup.write_handler.handle",
        1769,
        15,
        ("tasks/", "annotations/", "exports/", "share/"),
        ("exports/",),
        "read",
    ),
    "restore": Worker(
        "functions.backup.restore_handler.handle",
        1769,
        15,
        ("uploads/", "tasks/", "annotations/", "share/"),
        ("tasks/", "annotations/", "uploads/", "exports/"),
        "read",
    ),
    "sweep": Worker(
        "functions.sweep.handler.handle",
        512,
        15,
        ("annotations/",),
        ("tasks/", "annotations/", "uploads/", "exports/"),
    ),
    "fold": Worker("functions.fold.handler.handle", 1769, 5, ("annotations/",), ("annotations/",)),
    "inbox": Worker("functions.ingest.inbox.handle", 512, 1, ("inbox/",), ("tasks/",)),
    "storages": Worker(
        "functions.storages.handler.handle", 1769, 1, ("storages/",), ("storages/",), "keep"
    ),
}


#: Workers that save annotations.
SAVERS = ("import", "restore", "sweep")


class Workers(Construct):
    """Functions by name."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, python: str, storage: Storage
    ) -> None:
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self._storage = storage
        self._runtime = lambda_.Runtime(f"python{python}", lambda_.RuntimeFamily.PYTHON)
        self._code = lambda_.Code.from_asset(str(worker_bundle(python)))
        self.functions = {name: self._function(name, worker) for name, worker in WORKERS.items()}

    def allow_folding(self) -> None:
        """Workers that save annotations ask for folds as the API does."""
        for name in SAVERS:
            self.functions[name].add_to_role_policy(
                iam.PolicyStatement(
                    actions=["lambda:InvokeFunction"],
                    resources=[self.functions["fold"].function_arn],
                )
            )

    def allow_starting(self, workflows: Workflows) -> None:
        """The inbox starts ingestion as a client would."""
        self.functions["inbox"].add_to_role_policy(
            iam.PolicyStatement(
                actions=["states:StartExecution"], resources=[workflows.arn("ingest")]
            )
        )

    def _function(self, name: str, worker: Worker) -> lambda_.Function:
        stack = cdk.Stack.of(self)
        title = name.capitalize()
        function = lambda_.Function(
            self,
            title,
            function_name=f"{self._prefix}-{name}",
            runtime=self._runtime,
            architecture=lambda_.Architecture.X86_64,
            handler=worker.handler,
            code=self._code,
            memory_size=worker.memory,
            timeout=cdk.Duration.minutes(worker.timeout),
            log_group=logs.LogGroup(
                self,
                f"{title}Log",
                log_group_name=f"/aws/lambda/{self._prefix}-{name}",
                retention=logs.RetentionDays.ONE_MONTH,
                removal_policy=cdk.RemovalPolicy.DESTROY,
            ),
            environment={
                "SKYLABEL_TABLE": self._storage.table_name,
                "SKYLABEL_BUCKET": self._storage.bucket_name,
                "SKYLABEL_FUNCTION_PREFIX": f"{self._prefix}-",
                "SKYLABEL_STATE_MACHINE_PREFIX": (
                    f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:"
                ),
                "POWERTOOLS_SERVICE_NAME": f"{self._prefix}-{name}",
                **retention(self),
            },
        )
        for statement in (
            *self._storage.table_access(),
            *self._storage.object_access(read=list(worker.read), write=list(worker.write)),
            *self._secret_access(worker.secrets),
        ):
            function.add_to_role_policy(statement)
        return function

    def _secret_access(self, allowed: Secrets) -> list[iam.PolicyStatement]:
        """Access to the credentials of cloud storages, and to no other secret."""
        stack = cdk.Stack.of(self)
        secrets = (
            f"arn:{stack.partition}:secretsmanager:{stack.region}:{stack.account}:"
            f"secret:{self._prefix}-storages/*"
        )
        actions = list(SECRET_ACTIONS[allowed])
        return [iam.PolicyStatement(actions=actions, resources=[secrets])] if actions else []

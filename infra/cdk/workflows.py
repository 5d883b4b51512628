"""The state machines, from the same definitions that run on one machine."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.cdk.workers import Workers

DEFINITIONS = Path(__file__).parent / "state_machines"
MACHINES = ("ingest", "export", "import", "backup", "restore")


class Workflows(Construct):
    """State machines by name, each allowed to call its own function only."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, workers: Workers
    ) -> None:
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self.machines = {name: self._machine(name, workers) for name in MACHINES}

    def arn(self, name: str) -> str:
        """ARN by name, not by reference, so that a function that starts the machine and the
        machine that calls the function do not wait for each other."""
        return cdk.Stack.of(self).format_arn(
            service="states",
            resource="stateMachine",
            resource_name=f"{self._prefix}-{name}",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )

    def _machine(self, name: str, workers: Workers) -> sfn.StateMachine:
        function = workers.functions[name]
        role = iam.Role(
            self,
            f"{name.capitalize()}Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
        )
        grant = function.grant_invoke(role)
        machine = sfn.StateMachine(
            self,
            name.capitalize(),
            state_machine_name=f"{self._prefix}-{name}",
            definition_body=sfn.DefinitionBody.from_string(
                (DEFINITIONS / f"{name}.asl.json").read_text()
            ),
            definition_substitutions={f"{name.capitalize()}FunctionArn": function.function_arn},
            role=role,
        )
        grant.apply_before(machine)
        return machine

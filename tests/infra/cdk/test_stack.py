"""The synthesised stack holds what the documentation promises, with least privilege."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from bench.costs import prices
from chalicelib.platform.http import ROUTES
from chalicelib.platform.table import Record
from infra.cdk.storage import INDEXES
from infra.local import expiry

#: One process synthesises; the others need not.
pytestmark = pytest.mark.xdist_group("stack")

Template = dict[str, Any]


def resources(template: Template, kind: str) -> dict[str, Any]:
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def named(template: Template, kind: str, **properties: Any) -> Any:
    (found,) = [
        resource
        for resource in resources(template, kind).values()
        if properties.items() <= resource.get("Properties", {}).items()
    ]
    return found


def statements(template: Template) -> Iterator[tuple[str, Any]]:
    for kind in ("AWS::IAM::Policy", "AWS::IAM::Role"):
        for name, resource in resources(template, kind).items():
            documents = [resource["Properties"].get("PolicyDocument")] + [
                policy["PolicyDocument"] for policy in resource["Properties"].get("Policies", [])
            ]
            for document in filter(None, documents):
                for statement in document["Statement"]:
                    yield name, statement


def test_the_table_is_the_one_that_the_code_opens(template: Template) -> None:
    table = named(template, "AWS::DynamoDB::Table", TableName="skylabel")
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["Properties"]["TimeToLiveSpecification"]["AttributeName"] == "expires"
    declared = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["Properties"]["GlobalSecondaryIndexes"]
    }
    assert declared == {name: [name, "num"] for name in INDEXES}
    in_code = {index.Meta.index_name for index in Record._indexes.values()}
    assert set(declared) == in_code


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket"])
def test_what_holds_data_is_kept_when_the_stack_goes(template: Template, kind: str) -> None:
    found = resources(template, kind)
    assert found
    for resource in found.values():
        assert resource["DeletionPolicy"] == "Retain"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_buckets_are_private_and_demand_tls(template: Template) -> None:
    for bucket in resources(template, "AWS::S3::Bucket").values():
        blocked = bucket["Properties"]["PublicAccessBlockConfiguration"]
        assert all(blocked.values())
    denials = json.dumps(resources(template, "AWS::S3::BucketPolicy"))
    assert denials.count('"aws:SecureTransport": "false"') == 2


def test_no_role_may_do_everything(template: Template) -> None:
    for name, statement in statements(template):
        if statement["Effect"] == "Deny":
            continue
        actions = statement["Action"]
        actions = [actions] if isinstance(actions, str) else actions
        resource = statement["Resource"]
        for action in actions:
            assert action != "*", name
            assert not action.endswith(":*"), name
            assert action not in {"dynamodb:Scan", "s3:ListAllMyBuckets"}, name
        assert resource != "*", (name, statement)


def test_a_state_machine_may_call_its_own_function_only(template: Template) -> None:
    for name, statement in statements(template):
        if "Workflows" in name and statement["Action"] == "lambda:InvokeFunction":
            machines = ("Ingest", "Export", "Import", "Backup", "Restore")
            (machine,) = [m for m in machines if m in name]
            assert f"Workers{machine}" in json.dumps(statement["Resource"])


def test_only_who_reads_media_reaches_the_credentials_of_storages(template: Template) -> None:
    allowed: dict[str, set[str]] = {}
    for name, statement in statements(template):
        actions = statement["Action"]
        actions = {actions} if isinstance(actions, str) else set(actions)
        secret = {action for action in actions if action.startswith("secretsmanager:")}
        if secret:
            assert actions == secret
            assert ":secret:skylabel-storages/*" in json.dumps(statement["Resource"])
            allowed[name.removeprefix("Workers").partition("ServiceRole")[0]] = secret
    reading = {"secretsmanager:GetSecretValue"}
    assert {name for name, actions in allowed.items() if actions == reading} == {
        "Ingest", "Frames", "Export", "Import", "Backup", "Restore",
    }  # fmt: skip
    (keeper,) = [name for name, actions in allowed.items() if actions != reading]
    assert keeper == "Storages"
    assert allowed[keeper] == reading | {
        f"secretsmanager:{verb}" for verb in ("CreateSecret", "PutSecretValue", "DeleteSecret")
    }


def test_the_api_calls_four_functions_only(template: Template) -> None:
    (called,) = [
        json.dumps(statement["Resource"])
        for name, statement in statements(template)
        if name.startswith("ApiRole") and statement["Action"] == "lambda:InvokeFunction"
    ]
    assert "WorkersFrames" in called
    assert "WorkersStorages" in called
    assert "WorkersFold" in called
    assert "WorkersSweep" in called
    assert called.count("Workers") == 4


def test_workers_that_save_annotations_ask_for_folds(template: Template) -> None:
    asking = {
        name.removeprefix("Workers").partition("ServiceRole")[0]
        for name, statement in statements(template)
        if statement["Action"] == "lambda:InvokeFunction"
        and "WorkersFold" in json.dumps(statement["Resource"])
        and name.startswith("Workers")
    }
    assert asking == {"Import", "Restore", "Sweep"}


def test_files_dropped_in_the_inbox_reach_the_function(template: Template) -> None:
    rule = named(template, "AWS::Events::Rule", Name="skylabel-inbox")
    pattern = rule["Properties"]["EventPattern"]
    assert pattern["source"] == ["aws.s3"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "inbox/"}]
    (media,) = [
        bucket for name, bucket in resources(template, "AWS::S3::Bucket").items() if "Media" in name
    ]
    configuration = media["Properties"]["NotificationConfiguration"]
    assert configuration["EventBridgeConfiguration"]["EventBridgeEnabled"] is True


def test_the_sweep_runs_by_the_clock(template: Template) -> None:
    rule = named(template, "AWS::Events::Rule", Name="skylabel-sweep")
    assert rule["Properties"]["ScheduleExpression"] == "rate(15 minutes)"
    assert "WorkersSweep" in json.dumps(rule["Properties"]["Targets"])


def test_every_function_has_a_handler(template: Template) -> None:
    for function in resources(template, "AWS::Lambda::Function").values():
        module, _, name = function["Properties"]["Handler"].rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_every_route_is_in_the_api(template: Template) -> None:
    (api,) = resources(template, "AWS::Serverless::Api").values()
    paths = api["Properties"]["DefinitionBody"]["paths"]
    deployed = {
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if not method.startswith("x-")
    }
    assert {(route.method, route.path) for route in ROUTES} <= deployed


def test_the_distribution_serves_the_site_and_the_api(template: Template) -> None:
    (distribution,) = resources(template, "AWS::CloudFront::Distribution").values()
    configuration = distribution["Properties"]["DistributionConfig"]
    assert configuration["DefaultRootObject"] == "index.html"
    (behaviour,) = configuration["CacheBehaviors"]
    assert behaviour["PathPattern"] == "/api/*"
    assert set(behaviour["AllowedMethods"]) >= {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"}
    assert resources(template, "AWS::CloudFront::OriginAccessControl")


def test_failures_raise_alarms(template: Template) -> None:
    alarms = resources(template, "AWS::CloudWatch::Alarm").values()
    names = {alarm["Properties"]["AlarmName"] for alarm in alarms}
    assert names == {"skylabel-ApiErrors", "skylabel-TableThrottles"}
    # Each is paid for by the month, worked or not.
    assert len(alarms) == prices.ALARMS
    assert resources(template, "AWS::CloudWatch::Dashboard")


def test_failed_executions_of_every_machine_are_told(template: Template) -> None:
    rule = named(template, "AWS::Events::Rule", Name="skylabel-execution-failed")["Properties"]
    pattern = rule["EventPattern"]
    assert pattern["detail"]["status"] == ["FAILED", "TIMED_OUT"]
    told = json.dumps(pattern["detail"]["stateMachineArn"])
    machines = resources(template, "AWS::StepFunctions::StateMachine").values()
    for machine in machines:
        assert f':{machine["Properties"]["StateMachineName"]}"' in told
    assert len(pattern["detail"]["stateMachineArn"]) == len(machines)
    (target,) = rule["Targets"]
    topic = target["Arn"]["Ref"]
    assert template["Resources"][topic]["Properties"]["TopicName"] == "skylabel-alarms"
    policies = json.dumps(resources(template, "AWS::SNS::TopicPolicy"))
    assert "events.amazonaws.com" in policies


def test_files_whose_time_is_over_go_by_rules_of_the_bucket(template: Template) -> None:
    (media,) = (
        bucket for name, bucket in resources(template, "AWS::S3::Bucket").items() if "Media" in name
    )
    rules = media["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}
    # One machine, which has no such rules, removes the same after as many days.
    assert days == {prefix: kept.days for prefix, kept in expiry.KEPT.items()}


def test_synthesis_leaves_the_environment_alone(template: Template) -> None:
    assert os.environ["SKYLABEL_TABLE"] == "skylabel-test"
    assert "SKYLABEL_LAMBDA_LIMITS" not in os.environ


def test_fixed_names_can_be_chosen(assembly: Any, tmp_path: Any) -> None:
    from infra.cdk.app import build

    build(str(tmp_path), {"python": "3.11", "account": "1" * 12, "region": "eu-west-1",
                          "name": "second"}).synth()  # fmt: skip
    other = json.loads((tmp_path / "Skylabel.template.json").read_text())
    assert named(other, "AWS::DynamoDB::Table", TableName="second")
    assert named(other, "AWS::StepFunctions::StateMachine", StateMachineName="second-ingest")

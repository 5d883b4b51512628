"""Entry point of `cdk synth` and `cdk deploy`. docs/aws.md says how to use it.

Context (`-c name=value`):
    name: prefix of every named resource, so that several copies fit one account (`skylabel`).
    python: Python of the worker functions; their wheels are built for it (`3.13`).
    account, region: where to deploy; default is what the AWS CLI is configured for.
    trash_days, history_days: how long deleted things can be restored, and revisions are kept.
    alarm_email: who is told of alarms; nobody if absent.
"""

from __future__ import annotations

import os

import aws_cdk as cdk

from infra.cdk.stack import SkylabelStack


def build(outdir: str | None = None, context: dict[str, str] | None = None) -> cdk.App:
    """The application with its one stack."""
    app = cdk.App(outdir=outdir, context=context)
    SkylabelStack(
        app,
        "Skylabel",
        prefix=app.node.try_get_context("name") or "skylabel",
        python=app.node.try_get_context("python") or "3.13",
        alarm_email=app.node.try_get_context("alarm_email"),
        env=cdk.Environment(
            account=app.node.try_get_context("account") or os.environ.get("CDK_DEFAULT_ACCOUNT"),
            region=app.node.try_get_context("region") or os.environ.get("CDK_DEFAULT_REGION"),
        ),
    )
    return app


if __name__ == "__main__":
    build().synth()

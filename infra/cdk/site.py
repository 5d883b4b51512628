"""Publish the built browser application: `python -m infra.cdk.site` after a deployment.

Assets come first and index.html last, so that a browser never gets a page whose scripts are not
there yet. Assets of earlier versions stay, for pages that are open.
"""

from __future__ import annotations

import argparse
import mimetypes
import time
from pathlib import Path
from typing import Any

import boto3

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"


def publish(s3: Any, bucket: str, folder: Path = DIST) -> list[str]:
    """Upload every file; the keys in the order in which they were stored.

    Raises FileNotFoundError if the application is not built.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError("The browser application is not built: run `make setup`.")
    files = [path for path in folder.rglob("*") if path.is_file()]
    files.sort(key=lambda path: (path.name == "index.html", "assets" not in path.parts, path))
    keys = []
    for path in files:
        key = path.relative_to(folder).as_posix()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        s3.put_object(
            Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType=kind,
            CacheControl=IMMUTABLE if key.startswith("assets/") else REVALIDATED,
        )  # fmt: skip
        keys.append(key)
    return keys


def main() -> None:
    """Publish to the deployed stack and tell CloudFront that the page is new."""
    parser = argparse.ArgumentParser(description="Publish the browser application.")
    parser.add_argument("--stack", default="Skylabel", help="name of the CloudFormation stack")
    stack_name = parser.parse_args().stack
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    keys = publish(boto3.client("s3"), outputs["SiteBucket"])
    boto3.client("cloudfront").create_invalidation(
        DistributionId=outputs["DistributionId"],
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/index.html"]},
            "CallerReference": str(time.time_ns()),
        },
    )
    print(f"Published {len(keys)} files. Open {outputs['Url']}")  # noqa: T201  a command's answer


if __name__ == "__main__":
    main()

"""CloudFront: the browser application and the API under one host name.

The application's files are not part of the stack: `infra.cdk.site` publishes them.
"""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from infra.cdk.api import STAGE, Api
from infra.cdk.storage import Storage

#: What the browser may load: itself, the media bucket's presigned URLs, workers and pictures
#: that it makes itself.
CONTENT_POLICY = (
    "default-src 'self'; connect-src 'self' https://{bucket}; img-src 'self' blob: data: "
    "https://{bucket}; media-src 'self' blob: https://{bucket}; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)


class Delivery(Construct):
    """The distribution."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, api: Api, storage: Storage
    ) -> None:
        super().__init__(scope, construct_id)
        viewer_request = self._edge_function(prefix, "api-request", "api_request.js")
        site_request = self._edge_function(prefix, "site-request", "site_request.js")
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{prefix}: annotation",
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(storage.site),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=self._headers(storage),
                compress=True,
                function_associations=[site_request],
            ),
            additional_behaviors={
                "/api/*": cloudfront.BehaviorOptions(
                    origin=origins.HttpOrigin(api.domain, origin_path=f"/{STAGE}"),
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                    allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                    cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                    origin_request_policy=(
                        cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER
                    ),
                    function_associations=[viewer_request],
                )
            },
        )
        self.domain = distribution.distribution_domain_name
        self.distribution_id = distribution.distribution_id

    def _edge_function(self, prefix: str, name: str, file: str) -> cloudfront.FunctionAssociation:
        function = cloudfront.Function(
            self,
            name,
            function_name=f"{prefix}-{name}-{cdk.Aws.REGION}",
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_file(
                file_path=str(Path(__file__).parent / "edge" / file)
            ),
        )
        return cloudfront.FunctionAssociation(
            function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )

    def _headers(self, storage: Storage) -> cloudfront.ResponseHeadersPolicy:
        policy = CONTENT_POLICY.format(bucket=storage.media.bucket_regional_domain_name)
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.SAME_ORIGIN, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=cdk.Duration.days(365), override=True
                ),
            ),
        )

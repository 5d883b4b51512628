// Before the API: both spellings of a path are one, and the origin learns the viewer's host,
// because API Gateway replaces `Host` with its own, and the viewer's address, for throttling.
function handler(event) {
  var request = event.request;
  if (request.uri.length > 1 && request.uri.endsWith("/")) {
    request.uri = request.uri.slice(0, -1);
  }
  request.headers["x-forwarded-host"] = { value: request.headers.host.value };
  request.headers["x-forwarded-proto"] = { value: "https" };
  request.headers["x-viewer-address"] = { value: event.viewer.ip };
  return request;
}

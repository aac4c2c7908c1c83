import type { IncomingMessage, ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import { errorToJson } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { ServiceError } from "../../domain/errors.ts";
import { instanceOf, renderProblem } from "../errors/render-problem.ts";
import { toConnectError } from "../errors/to-connect-error.ts";

/** When a caller may come again (milliseconds): by then a burst is over, or others have given up. */
const RETRY_MS = 1000;

const ERROR = toConnectError(new ServiceError("OVERLOADED", { retryAfterMs: RETRY_MS }));
const RETRY_AFTER = String(RETRY_MS / 1000);

/** The same answer for everybody, written once: a refusal must cost next to nothing. */
const GRPC_STATUS = Object.fromEntries(setTrailerStatus(new Headers(), ERROR));
const CONNECT_BODY = Buffer.from(JSON.stringify(errorToJson(ERROR, undefined)));
const CONNECT_STREAM_END = endOfStream(JSON.stringify({ error: errorToJson(ERROR, undefined) }));
const PROBLEM = renderProblem(ERROR, { method: "POST", path: "/", requestId: "" });
const PROBLEM_BODY: unknown = JSON.parse(PROBLEM.body);

const GRPC_TYPE = /^application\/grpc(-web(-text)?)?(\+(proto|json))?$/;
const CONNECT_STREAM_TYPE = /^application\/connect\+(proto|json)$/;
const RPC_PATH = /^\/[a-z0-9.]+\.[A-Za-z]+\/[A-Za-z]+$/;

/**
 * Answers a request that is not let in, as its protocol says it, without reading it: OVERLOADED,
 * with RetryInfo. The body that may still come is dropped.
 */
export function refuseOverload(
  request: Pick<IncomingMessage, "url" | "headers">,
  response: ServerResponse,
  requestId: string,
): void {
  const type = request.headers["content-type"] ?? "";
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const id = { "x-request-id": requestId };
  if (type.startsWith("application/grpc")) {
    // Without a message there is nothing but the end: the status goes into the headers.
    const told = GRPC_TYPE.test(type) ? type : "application/grpc";
    // Not by writeHead, which would end the stream by a frame of its own, and so without a status.
    const headers = { ...id, "content-type": told, ...GRPC_STATUS };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end();
  } else if (CONNECT_STREAM_TYPE.test(type)) {
    response.writeHead(200, { ...id, "content-type": type });
    response.end(CONNECT_STREAM_END);
  } else if (RPC_PATH.test(path)) {
    const json = { "content-type": "application/json", "retry-after": RETRY_AFTER };
    response.writeHead(429, { ...id, ...json });
    response.end(CONNECT_BODY);
  } else {
    const own = { instance: instanceOf(path), request_id: requestId };
    response.writeHead(PROBLEM.status, { ...id, ...PROBLEM.headers });
    response.end(JSON.stringify(Object.assign({}, PROBLEM_BODY, own)));
  }
  // HTTP/1.1 drops the rest of the request by itself; HTTP/2 would wait for it.
  if (response instanceof Http2ServerResponse) {
    const { stream } = response;
    response.once("finish", () => stream.close());
  }
}

/** The last envelope of a stream of Connect's, which says how the stream ended. */
function endOfStream(json: string): Buffer {
  const body = Buffer.from(json);
  const head = Buffer.alloc(5);
  head.writeUInt8(2, 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

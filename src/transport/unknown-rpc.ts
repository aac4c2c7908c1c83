import { Code, ConnectError } from "@connectrpc/connect";
import { encodeEnvelope } from "@connectrpc/connect/protocol";
import {
  endStreamFlag,
  endStreamToJson,
  errorToJsonBytes,
} from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { FastifyReply, FastifyRequest } from "fastify";
import { catalogueEntry, ServiceError } from "../domain/errors.ts";
import { toConnectError } from "./errors/to-connect-error.ts";

const GRPC_TYPE = /^application\/grpc(-web(-text)?)?(\+(proto|json))?$/;
const CONNECT_STREAM_TYPE = /^application\/connect\+(proto|json)$/;
const CONNECT_UNARY_TYPE = /^application\/(proto|json)\b/;
const RPC_PATH = /^\/[A-Za-z_]\w*(\.\w+)+\/\w+$/;

const REASON = "METHOD_NOT_FOUND";
const ERROR = unimplemented();

/** The RPC protocols' own code for an RPC that is not there: by it clients fall back to older ones. */
function unimplemented(): ConnectError {
  const { rawMessage, details } = toConnectError(new ServiceError(REASON));
  const error = new ConnectError(rawMessage, Code.Unimplemented);
  error.details.push(...details);
  return error;
}

/**
 * Answers a call of an RPC that is not there, as its protocol says it; the body that may still come
 * is dropped. False for a request that is of no RPC protocol: it is not answered.
 */
export function refuseUnknownRpc(request: FastifyRequest, reply: FastifyReply): boolean {
  const refusal = refusalFor(request);
  if (refusal === undefined) return false;
  reply.hijack();
  const { raw } = reply;
  raw.statusCode = refusal.status;
  const headers = { ...reply.getHeaders(), "content-type": refusal.type, ...refusal.headers };
  // Not by writeHead: over HTTP/2 it would end the stream by a frame of its own, without a status.
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.end(refusal.body);
  // HTTP/1.1 drops the rest of the request by itself; HTTP/2 would wait for leave to send it.
  request.raw.resume();
  return true;
}

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

function refusalFor({ headers, url }: FastifyRequest): Refusal | undefined {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("application/grpc")) {
    // Without a message there is nothing but the end: the status goes into the headers.
    const status = Object.fromEntries(setTrailerStatus(new Headers(), ERROR));
    const told = GRPC_TYPE.test(type) ? type : "application/grpc";
    return { status: 200, type: told, headers: status };
  }
  if (CONNECT_STREAM_TYPE.test(type)) {
    const end = JSON.stringify(endStreamToJson(new Headers(), ERROR, undefined));
    return { status: 200, type, body: encodeEnvelope(endStreamFlag, Buffer.from(end)) };
  }
  const path = url.split("?", 1)[0] ?? "";
  if (!RPC_PATH.test(path) || !CONNECT_UNARY_TYPE.test(type)) return undefined;
  const { httpStatus } = catalogueEntry(REASON);
  return { status: httpStatus, type: "application/json", body: errorToJsonBytes(ERROR, undefined) };
}

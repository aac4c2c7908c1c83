import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { type Code, ConnectError } from "@connectrpc/connect";
import { grpcFrame, http2Call } from "../../transport/server/clients.ts";
import { type Refusal, refusalOf } from "./answer.ts";
import { readStatusDetails } from "./grpc-face.ts";
import { readRefusal, restRequest } from "./rest-face.ts";

export interface JsonAnswer {
  /** Everything that came, headers too, its base64 parts decoded: what must not be in it is not. */
  readonly everything: string;
  /** Null for a success. */
  readonly refusal: Refusal | null;
}

/** A way to send JSON text as it stands, by hand: no client stands between. */
export interface JsonFace {
  readonly name: string;
  /** Whether the method can be called by it. */
  takes(method: DescMethod): boolean;
  send(
    baseUrl: string,
    call: { readonly method: DescMethod; readonly text: string; readonly key: string },
  ): Promise<JsonAnswer>;
}

const rpcPath = (method: DescMethod) => `/${method.parent.typeName}/${method.name}`;
const isUnary = (method: DescMethod) => method.methodKind === "unary";

const rest: JsonFace = {
  name: "REST",
  takes: (method) => isUnary(method) && restRequest(method, {}).body !== null,
  send: async (baseUrl, { method, text, key }) => {
    const { verb, path } = restRequest(method, {});
    const response = await fetch(baseUrl + path, {
      method: verb,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: text,
    });
    const everything = await textOf(response.clone());
    return { everything, refusal: response.ok ? null : await readRefusal(response) };
  },
};

const connect: JsonFace = {
  name: "Connect JSON",
  takes: isUnary,
  send: async (baseUrl, { method, text, key }) => {
    const response = await fetch(baseUrl + rpcPath(method), {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: text,
    });
    return readConnect(response);
  },
};

const connectGet: JsonFace = {
  name: "Connect GET",
  takes: (method) => isUnary(method) && method.idempotency === 1,
  send: async (baseUrl, { method, text, key }) => {
    const query = new URLSearchParams({ connect: "v1", encoding: "json", message: text });
    const response = await fetch(`${baseUrl}${rpcPath(method)}?${query}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return readConnect(response);
  },
};

const connectStream: JsonFace = {
  name: "Connect JSON stream",
  takes: (method) => !isUnary(method),
  send: async (baseUrl, { method, text, key }) => {
    const response = await fetch(baseUrl + rpcPath(method), {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/connect+json" },
      body: new Uint8Array(grpcFrame(text)),
    });
    const frames = readFrames(Buffer.from(await response.arrayBuffer()));
    const end = frames.find(({ flags }) => flags === 2);
    const { error } = JSON.parse(end?.body.toString() ?? "{}") as { error?: JsonObject };
    return fromConnectError(error ?? null, frames.map(({ body }) => body.toString()).join("\n"));
  },
};

const grpcWeb: JsonFace = {
  name: "gRPC-Web JSON",
  takes: () => true,
  send: async (baseUrl, { method, text, key }) => {
    const response = await fetch(baseUrl + rpcPath(method), {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/grpc-web+json" },
      body: new Uint8Array(grpcFrame(text)),
    });
    const frames = readFrames(Buffer.from(await response.arrayBuffer()));
    const end = frames.find(({ flags }) => flags === 128)?.body.toString() ?? "";
    const trailers = new Headers(
      end
        .split("\r\n")
        .filter((line) => line !== "")
        .map((line): [string, string] => {
          const colon = line.indexOf(":");
          return [line.slice(0, colon), line.slice(colon + 1).trim()];
        }),
    );
    const body = frames.map((frame) => frame.body.toString()).join("\n");
    return fromTrailers(trailers, `${headersText(response.headers)}\n${body}`);
  },
};

const grpc: JsonFace = {
  name: "gRPC JSON",
  takes: () => true,
  send: async (baseUrl, { method, text, key }) => {
    const { headers, trailers, body } = await http2Call(baseUrl, {
      path: rpcPath(method),
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/grpc+json",
        te: "trailers",
      },
      body: grpcFrame(text),
    });
    const end = new Headers(
      Object.entries({ ...headers, ...trailers })
        .filter(([name]) => !name.startsWith(":"))
        .map(([name, value]): [string, string] => [name, String(value)]),
    );
    return fromTrailers(end, body.toString());
  },
};

/** Every way by which JSON comes in. */
export const JSON_FACES: readonly JsonFace[] = [
  rest,
  connect,
  connectGet,
  connectStream,
  grpcWeb,
  grpc,
];

async function readConnect(response: Response): Promise<JsonAnswer> {
  const everything = await textOf(response.clone());
  const body = (await response.json()) as JsonObject;
  return fromConnectError(response.ok ? null : body, everything);
}

interface ConnectDetail {
  readonly type: string;
  readonly value: string;
}

function fromConnectError(error: JsonObject | null, everything: string): JsonAnswer {
  if (error === null) return { everything, refusal: null };
  const { code, message, details = [] } = error;
  const read = new ConnectError(String(message), CODES.indexOf(String(code)) as Code);
  const decoded = (details as unknown as ConnectDetail[]).map(({ type, value }) => ({
    type,
    value: base64Decode(value),
  }));
  read.details.push(...decoded);
  const values = decoded.map(({ value }) => Buffer.from(value).toString("latin1"));
  return { everything: [everything, ...values].join("\n"), refusal: refusalOf(read) };
}

/** In the order of their numbers. */
const CODES = [
  "ok",
  "canceled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
];

function fromTrailers(trailers: Headers, body: string): JsonAnswer {
  const status = base64Decode(trailers.get("grpc-status-details-bin") ?? "");
  const message = decodeURIComponent(trailers.get("grpc-message") ?? "");
  const everything = [
    body,
    headersText(trailers),
    message,
    Buffer.from(status).toString("latin1"),
  ].join("\n");
  const code = Number(trailers.get("grpc-status"));
  if (code === 0) return { everything, refusal: null };
  const read = new ConnectError(message, code as Code);
  read.details.push(...readStatusDetails(status));
  return { everything, refusal: refusalOf(read) };
}

/** The envelopes of gRPC and of Connect's streams. */
function readFrames(bytes: Buffer): { readonly flags: number; readonly body: Buffer }[] {
  const frames: { flags: number; body: Buffer }[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    frames.push({ flags: bytes.readUInt8(at), body: bytes.subarray(at + 5, end) });
    at = end;
  }
  return frames;
}

async function textOf(response: Response): Promise<string> {
  return `${headersText(response.headers)}\n${await response.text()}`;
}

function headersText(headers: Headers): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
}

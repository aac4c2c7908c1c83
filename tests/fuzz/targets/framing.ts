import { brotliCompressSync, gzipSync } from "node:zlib";
import type { DescMethod } from "@bufbuild/protobuf";
import type { FuzzRandom } from "../fuzz-random.ts";
import { bytesOf, type CallInput, latin1Of, utf8 } from "../input.ts";
import { plausible } from "../plausible.ts";
import { framed, usualHeaders } from "../requests.ts";
import { RPCS, rpcPath } from "../rpcs.ts";
import { rightMessage } from "./protobuf.ts";
import type { Target } from "./target.ts";

export const framing: Target = {
  name: "framing",
  about: "length prefixes, flags, compression, trailers and content types of the RPC protocols",
  weight: 14,
  make(random) {
    const method = random.pick(RPCS);
    const [type, codec] = contentType(method, random);
    const message =
      codec === "json"
        ? utf8(JSON.stringify(plausible(method.input, random)))
        : latin1Of(rightMessage(method, random));
    const streams = method.methodKind !== "unary";
    const inEnvelope = type.includes("grpc") || type.includes("connect+");
    const { body, headers } = inEnvelope
      ? envelopes(message, type, random)
      : unaryBody(message, random);
    const all: CallInput["headers"] = [
      ...(type === "" ? [] : [["content-type", type] as const]),
      ...usualHeaders(random),
      ...headers,
      ...(streams
        ? ([
            ["grpc-timeout", "100m"],
            ["connect-timeout-ms", "100"],
          ] as const)
        : []),
    ];
    const isGet = random.happens(0.08);
    return {
      kind: "call",
      http: type.startsWith("application/grpc+") && random.happens(0.8) ? 2 : random.pick([1, 2]),
      face: "any",
      method: isGet
        ? "GET"
        : random.happens(0.02)
          ? random.pick(["PUT", "HEAD", "DELETE"])
          : "POST",
      path: isGet
        ? `${rpcPath(method)}?${connectQuery(message, codec, random)}`
        : rpcPathOr(method, random),
      headers: all,
      body: isGet ? "" : body,
      ...(streams ? { endless: true as const } : {}),
    };
  },
};

function rpcPathOr(method: DescMethod, random: FuzzRandom): string {
  if (!random.happens(0.04)) return rpcPath(method);
  return random.pick([
    `/${method.parent.typeName}/Nope`,
    `/payout.v1.NopeService/${method.name}`,
    `${rpcPath(method)}/`,
    `/${rpcPath(method)}`,
    `${rpcPath(method)}/x`,
    rpcPath(method).toLowerCase(),
    rpcPath(method).replace(".", "%2E"),
  ]);
}

function contentType(
  method: DescMethod,
  random: FuzzRandom,
): readonly [type: string, codec: "proto" | "json"] {
  const codec = random.pick(["proto", "json"] as const);
  const connect = method.methodKind === "unary" ? "application/" : "application/connect+";
  return random.weighted<readonly [string, "proto" | "json"]>(
    [5, () => [`application/grpc+${codec}`, codec]],
    [1, () => ["application/grpc", "proto"]],
    [3, () => [`application/grpc-web+${codec}`, codec]],
    [1, () => ["application/grpc-web-text", "proto"]],
    [1, () => ["application/grpc-web-text+proto", "proto"]],
    [5, () => [`${connect}${codec}`, codec]],
    [1, () => [`application/connect+${codec}`, codec]],
    [1, () => [random.pick(ODD_TYPES), codec]],
  );
}

const ODD_TYPES = [
  "",
  "application/grpc+",
  "application/grpc+thrift",
  "application/grpc;charset=utf-8",
  "APPLICATION/GRPC+PROTO",
  "application/json; charset=utf-16",
  "application/json;charset=utf-8",
  "application/connect+",
  "application/x-www-form-urlencoded",
  "text/plain",
  "*/*",
  ";",
  "application/proto, application/json",
  "multipart/form-data; boundary=x",
];

interface Body {
  readonly body: string;
  readonly headers: readonly (readonly [string, string])[];
}

function envelopes(message: string, type: string, random: FuzzRandom): Body {
  const n = message.length;
  const plain = (body: string): Body => ({ body: text(body, type, random), headers: [] });
  return random.weighted<Body>(
    [2, () => plain(framed(message))],
    [3, () => plain(framed(message, 0, n + random.pick([1, -1, 5, 1000, 2 ** 20, 2 ** 31 - 1])))],
    [2, () => plain(framed(message, 0, random.pick([0, 2 ** 31, 2 ** 32 - 1, 2 ** 20 + 1])))],
    [2, () => plain(framed(message, random.pick([1, 2, 3, 4, 0x40, 0x80, 0x81, 0xfe, 0xff])))],
    [2, () => plain(framed(message).slice(0, random.below(n + 6)))],
    [1, () => plain("")],
    [2, () => plain(framed(message) + framed(message))],
    [2, () => plain(framed(message) + framed(trailer(random), random.pick([0x80, 2, 0x81, 3])))],
    [1, () => plain(framed(trailer(random), random.pick([0x80, 2])))],
    [1, () => plain(framed("x".repeat(random.pick([2 ** 20, 2 ** 20 + 1, 2 ** 20 - 5]))))],
    [1, () => plain(latin1Of(random.bytes(random.below(40))))],
    [4, () => compressed(message, type, random)],
  );
}

function compressed(message: string, type: string, random: FuzzRandom): Body {
  const name = type.includes("grpc") ? "grpc-encoding" : "connect-content-encoding";
  const [encoding, packed] = packedMessage(message, random);
  const flags = random.pick([1, 1, 1, 0]);
  return { body: framed(packed, flags), headers: [[name, encoding], ...accepted(type, random)] };
}

function accepted(type: string, random: FuzzRandom): readonly (readonly [string, string])[] {
  if (random.happens(0.7)) return [];
  const name = type.includes("grpc") ? "grpc-accept-encoding" : "connect-accept-encoding";
  return [[name, random.pick(["gzip", "br,gzip", "identity", "zstd", ",,", "*"])]];
}

function packedMessage(message: string, random: FuzzRandom): readonly [string, string] {
  const bytes = bytesOf(message);
  return random.weighted<readonly [string, string]>(
    [3, () => ["gzip", latin1Of(gzipSync(bytes))]],
    [2, () => ["br", latin1Of(brotliCompressSync(bytes))]],
    [2, () => ["gzip", latin1Of(gzipSync(bytes)).slice(0, -random.between(1, 12))]],
    [1, () => ["br", latin1Of(brotliCompressSync(bytes)).slice(0, -1)]],
    [2, () => ["gzip", message]],
    [1, () => ["br", message]],
    [1, () => ["gzip", latin1Of(gzipSync(bytes)) + latin1Of(random.bytes(5))]],
    [1, () => ["gzip", BOMB]],
    [1, () => [random.pick(["deflate", "zstd", "GZIP", "gzip, gzip", "", "identity"]), message]],
    [1, () => ["gzip", ""]],
  );
}

/** Past the bound only when it is unpacked. */
const BOMB = latin1Of(gzipSync(Buffer.alloc(3 * 1024 * 1024)));

function unaryBody(message: string, random: FuzzRandom): Body {
  return random.weighted<Body>(
    [2, () => ({ body: message, headers: [] })],
    [2, () => ({ body: framed(message), headers: [] })],
    [1, () => ({ body: "", headers: [] })],
    [
      5,
      () => {
        const [encoding, packed] = packedMessage(message, random);
        return { body: packed, headers: [["content-encoding", encoding]] };
      },
    ],
    [
      1,
      () => ({
        body: message,
        headers: [["accept-encoding", random.pick(["gzip", "br;q=0", "*", "deflate, gzip", ","])]],
      }),
    ],
  );
}

function trailer(random: FuzzRandom): string {
  return random.pick([
    "grpc-status: 0\r\n",
    "grpc-status: 99\r\ngrpc-message: %zz\r\n",
    "",
    "{}",
    '{"error":{"code":"internal"}}',
    ":",
    "\r\n\r\n",
    "x".repeat(300),
  ]);
}

/** What a browser's gRPC-Web sends as text, often not quite base64. */
function text(body: string, type: string, random: FuzzRandom): string {
  if (!type.includes("-text")) return body;
  const base64 = Buffer.from(body, "latin1").toString("base64");
  const at = random.index(base64);
  return random.weighted<string>(
    [2, () => base64],
    [1, () => base64.replace(/=+$/, "")],
    [1, () => base64.slice(0, at)],
    [1, () => `${base64.slice(0, at)}*${base64.slice(at)}`],
    [1, () => `${base64}\r\n${base64}`],
  );
}

/** Connect's GET: the message in the query. */
function connectQuery(message: string, codec: "proto" | "json", random: FuzzRandom): string {
  const base64 = Buffer.from(message, "latin1").toString("base64url");
  const at = random.index(base64);
  return random.pick([
    `connect=v1&encoding=${codec}&base64=1&message=${base64}`,
    `connect=v1&encoding=${codec}&base64=1&message=${base64.slice(0, at)}`,
    `connect=v1&encoding=${codec}&base64=1&message=*${base64}*`,
    `connect=v1&encoding=${codec}&message=${encodeURIComponent(message)}`,
    `connect=v9&encoding=${codec}&base64=1&message=${base64}`,
    `encoding=${codec}&base64=1&compression=gzip&message=${Buffer.from(BOMB.slice(0, 2000), "latin1").toString("base64url")}`,
    `encoding=${codec}&base64=1&compression=gzip&message=${base64}`,
    `encoding=${codec}&base64=1&compression=nope&message=${base64}`,
    `encoding=nope&message=${base64}`,
    `encoding=${codec}&base64=2&message=`,
    `encoding=${codec}&encoding=json&message=%7B%7D&message=1`,
    "message=%ff%fe",
    "",
  ]);
}

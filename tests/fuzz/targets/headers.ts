import { fromJson, toBinary } from "@bufbuild/protobuf";
import type { FuzzRandom } from "../fuzz-random.ts";
import { type CallInput, latin1Of } from "../input.ts";
import { keyPlaceholder } from "../placeholders.ts";
import { plausible } from "../plausible.ts";
import { restInput, rpcInput } from "../requests.ts";
import { BINDINGS, UNARY } from "../rpcs.ts";
import type { Target } from "./target.ts";

export const headers: Target = {
  name: "headers",
  about: "authorization, idempotency-key, deadlines, content negotiation, host, origin, forwarding",
  weight: 10,
  make(random) {
    const call = rightCall(random);
    const added = Array.from({ length: random.between(1, 3) }, () => oddHeader(random));
    const names = new Set(added.map(([name]) => name));
    const kept = random.happens(0.3)
      ? call.headers
      : call.headers.filter(([name]) => !names.has(name));
    const face = names.has("content-type") || names.has("content-encoding") ? "any" : call.face;
    // Headers that frame the message, or that are no longer one line, leave HTTP/1 in doubt.
    const damaged = added.some(
      ([name, value]) => FRAMING.has(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value),
    );
    const all = { ...call, face, headers: [...kept, ...added] };
    return damaged ? { ...all, http: 1, damaged: true } : all;
  },
};

const FRAMING: ReadonlySet<string> = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "expect",
  "upgrade",
  "host",
]);

function rightCall(random: FuzzRandom): CallInput {
  if (random.happens(0.5)) {
    const binding = random.pick(BINDINGS);
    return restInput(binding, plausible(binding.method.input, random), random);
  }
  const method = random.pick(UNARY);
  const request = plausible(method.input, random);
  return random.happens(0.5)
    ? rpcInput(method, "json", JSON.stringify(request), random)
    : rpcInput(
        method,
        "proto",
        latin1Of(toBinary(method.input, fromJson(method.input, request))),
        random,
      );
}

type Header = readonly [name: string, value: string];

function oddHeader(random: FuzzRandom): Header {
  const name = random.pick(Object.keys(VALUES));
  const value = random.happens(0.9)
    ? random.pick(VALUES[name] ?? [""])
    : random.pick([
        "",
        " ",
        "\t",
        "x".repeat(5000),
        "x".repeat(17_000),
        "\xff\xfe",
        "\x7f",
        ",",
        "a, b",
        '"',
        "\x00",
      ]);
  return [name, value];
}

const VALUES: Readonly<Record<string, readonly string[]>> = {
  authorization: [
    "Bearer",
    "Bearer ",
    "Bearer  x",
    `bearer ${keyPlaceholder(0)}`,
    `Bearer ${keyPlaceholder(0)} `,
    `Bearer ${keyPlaceholder(0)}x`,
    `Bearer ${keyPlaceholder(0)}, Bearer ${keyPlaceholder(1)}`,
    `Basic ${Buffer.from("a:b").toString("base64")}`,
    keyPlaceholder(0),
    `Bearer sk_live_${"x".repeat(43)}`,
    `Bearer sk_test_${"x".repeat(300)}`,
    `Bearer ${keyPlaceholder(1)}`,
    `Bearer ${keyPlaceholder(2)}`,
    "Bearer sk_test_%00",
    "Bearer sk_test_\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4\xe4",
  ],
  "idempotency-key": [
    "a",
    "x".repeat(255),
    "x".repeat(256),
    "a b",
    "\xe4",
    "__proto__",
    "~",
    '"q"',
    "a,b",
    "😀",
  ],
  "content-type": [
    "application/json",
    "application/json; charset=utf-8",
    "application/json; charset=utf-16",
    "application/JSON",
    "text/json",
    "application/proto",
    "application/grpc",
    "application/x-www-form-urlencoded",
    "application/json;",
    "application/json, text/plain",
    "application/json; charset",
    "/",
    ";;;",
  ],
  "content-encoding": ["gzip", "br", "identity", "IDENTITY", "gzip, gzip", "deflate", "zstd", "x"],
  accept: ["*/*", "text/html", "application/xml;q=1", ";", "application/json;q=0"],
  "accept-encoding": ["gzip", "br", "*;q=0", "identity;q=0", "gzip;q=x"],
  "grpc-timeout": [
    "1n",
    "1u",
    "1m",
    "0m",
    "0S",
    "1S",
    "99999999H",
    "999999999H",
    "-1S",
    "1.5S",
    "S",
    "1",
    "1x",
    "1S, 1S",
    "8H",
  ],
  "connect-timeout-ms": [
    "0",
    "1",
    "-1",
    "9999999999",
    "99999999999",
    "1.5",
    "1e3",
    "x",
    "NaN",
    "",
    "1, 1",
    "2147483648",
  ],
  "connect-protocol-version": ["1", "2", "x", ""],
  "connect-content-encoding": ["gzip", "x"],
  "grpc-encoding": ["gzip", "identity", "x", "br"],
  "grpc-accept-encoding": ["gzip", "x,y", ","],
  te: ["trailers", "gzip", "chunked;q=1", ""],
  origin: ["null", "https://evil.example", "http://127.0.0.1", "x", ""],
  "access-control-request-method": ["PUT", "x"],
  host: [
    "",
    "x",
    "a b",
    "a:99999",
    "[::1",
    "evil.example",
    "a@b",
    "a/b",
    "127.0.0.1:1",
    "\xe4",
    "a,b",
    "?",
    "#",
    "a%00",
  ],
  forwarded: ["for=1.2.3.4;host=x", ";", '"'],
  "x-forwarded-for": ["1.2.3.4", "::", "x", "1.2.3.4, 5.6.7.8"],
  "x-forwarded-host": ["evil.example", "a b", ""],
  "x-forwarded-proto": ["https", "javascript", ""],
  "x-http-method-override": ["DELETE"],
  "x-request-id": ["x", "{}", "x".repeat(300)],
  "if-match": ['"1"', "*", "W/x", '"'],
  "last-event-id": ["x", "evt_"],
  cookie: ["a=b", "=", ";;;", "__proto__=1"],
  "content-length": [
    "0",
    "1",
    "-1",
    "1e3",
    "99999999999999999999",
    "x",
    "5, 5",
    "0x10",
    "+5",
    " 5",
  ],
  "transfer-encoding": ["chunked", "gzip", "chunked, chunked", "identity", "x", "Chunked"],
  connection: ["close", "keep-alive", "upgrade", "te", "x,y", "host"],
  expect: ["100-continue", "200-ok", "x"],
  upgrade: ["h2c", "websocket", "TLS/1.2", "x"],
  "http2-settings": ["AAMAAABkAAQAAP__", "!", ""],
  "user-agent": ["", "x".repeat(3000)],
  ["__proto__"]: ["x"],
  constructor: ["x"],
  "trace-id-bin": ["AAAA", "*", "="],
};

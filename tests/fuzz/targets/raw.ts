import type { FuzzRandom } from "../fuzz-random.ts";
import { bytesOf, latin1Of, type RawInput } from "../input.ts";
import { keyPlaceholder } from "../placeholders.ts";
import { plausible } from "../plausible.ts";
import { framed } from "../requests.ts";
import { RPCS, rpcPath, UNARY } from "../rpcs.ts";
import { damagedBytes } from "../wire.ts";
import type { Target } from "./target.ts";

export const raw: Target = {
  name: "raw",
  about: "bytes on the socket: damaged HTTP/1 and HTTP/2, TLS where none is spoken, noise",
  weight: 8,
  make(random) {
    const bytes = random.weighted<string>(
      [8, () => http1(random)],
      [10, () => http2(random)],
      [1, () => TLS_HELLO.slice(0, random.between(1, TLS_HELLO.length))],
      [1, () => latin1Of(random.bytes(random.between(1, 300)))],
    );
    return { kind: "raw", pieces: inPieces(bytes, random), end: random.happens(0.4) };
  },
};

function inPieces(bytes: string, random: FuzzRandom): RawInput["pieces"] {
  if (random.happens(0.7) || bytes.length < 2) return [bytes];
  const at = random.between(1, bytes.length - 1);
  return [bytes.slice(0, at), bytes.slice(at)];
}

const TLS_HELLO = latin1Of(
  Buffer.from(
    "160301007a0100007603030000000000000000000000000000000000000000000000000000000000000000000002130101000" +
      "04b0000000e000c0000096c6f63616c686f7374000a00040002001d000d00040002040300330026002400" +
      "1d00200000000000000000000000000000000000000000000000000000000000000000002b0003020304",
    "hex",
  ),
);

function http1(random: FuzzRandom): string {
  const method = random.pick(UNARY);
  const body = JSON.stringify(plausible(method.input, random));
  const right =
    `POST ${rpcPath(method)} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${keyPlaceholder(0)}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const lines = right.split("\r\n");
  return random.weighted<string>(
    [4, () => latin1Of(damagedBytes(bytesOf(right), random))],
    [3, () => [random.pick(REQUEST_LINES), ...lines.slice(1)].join("\r\n")],
    [4, () => [lines[0], random.pick(ODD_LINES), ...lines.slice(1)].join("\r\n")],
    [1, () => right.replaceAll("\r\n", random.pick(["\n", "\r", "\n\r", "\r\n ", "\x00\r\n"]))],
    [
      1,
      () =>
        right.replace(
          /content-length: \d+/,
          `content-length: ${random.pick(["0", "1", "99999", "-1"])}`,
        ),
    ],
    [
      2,
      () =>
        right
          .replace(/content-length: \d+/, "transfer-encoding: chunked")
          .replace(body, random.pick(CHUNKS)),
    ],
    [1, () => right + right.slice(0, random.below(right.length))],
    [1, () => `${lines[0]}\r\n${"a: b\r\n".repeat(random.pick([10, 2000, 5000]))}\r\n`],
  );
}

const REQUEST_LINES = [
  "GET / HTTP/9.9",
  "GET / HTTP/1.0",
  "GET /",
  "GET  / HTTP/1.1",
  "G\x00T / HTTP/1.1",
  "PRI * HTTP/2.0",
  "PRI / HTTP/1.1",
  "CONNECT a:1 HTTP/1.1",
  "OPTIONS * HTTP/1.1",
  "GET http://[::1/ HTTP/1.1",
  "GET \xff HTTP/1.1",
  "GET /\r HTTP/1.1",
  "BREW /pot HTTP/1.1",
  `GET /${"a".repeat(20_000)} HTTP/1.1`,
  "",
  "\r\n\r\n\r\nGET / HTTP/1.1",
];

const ODD_LINES = [
  ": x",
  "a",
  "a : b",
  " folded: x",
  "a\x00b: c",
  "transfer-encoding: chunked",
  "content-length: 3",
  "host: b",
  "expect: 100-continue",
  "connection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__",
  "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x",
  `x: ${"y".repeat(17_000)}`,
  "\xff\xfe: \xfd",
];

const CHUNKS = [
  "0\r\n\r\n",
  "2\r\n{}\r\n0\r\n\r\n",
  "2\r\n{}\r\n0\r\ntrailer: x\r\n\r\n",
  "ffffffffffffffff\r\n{}",
  "-1\r\n{}\r\n",
  "2;ext=\x00\r\n{}\r\n0\r\n\r\n",
  "zz\r\n",
  "2\r\n{}0\r\n\r\n",
  "2\n{}\n0\n\n",
  `1;${"x".repeat(20_000)}\r\n`,
];

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** A preface, settings and a call; then one of it damaged, or something added that must not be. */
function http2(random: FuzzRandom): string {
  const method = random.pick(RPCS);
  const body = framed(JSON.stringify(plausible(method.input, random)));
  const head = block([
    [":method", "POST"],
    [":scheme", "http"],
    [":path", rpcPath(method)],
    [":authority", "a"],
    ["content-type", "application/grpc+json"],
    ["te", "trailers"],
    ["grpc-timeout", "100m"],
    ["authorization", `Bearer ${keyPlaceholder(0)}`],
  ]);
  const frames = [frame(4, 0, 0, ""), frame(1, 4, 1, head), frame(0, 1, 1, body)];
  const at = random.between(1, frames.length);
  return random.weighted<string>(
    [1, () => PREFACE + frames.join("")],
    [2, () => PREFACE.slice(0, random.below(PREFACE.length)) + frames.join("")],
    [2, () => latin1Of(damagedBytes(bytesOf(PREFACE + frames.join("")), random))],
    [6, () => PREFACE + frames.toSpliced(at, 0, ...oddFrames(random)).join("")],
    [3, () => PREFACE + [frames[0], frame(1, 4, 1, oddBlock(random)), frames[2]].join("")],
    [
      2,
      () => {
        const half = random.below(head.length);
        const rest = frame(9, random.pick([0, 4]), random.pick([1, 1, 1, 3, 0]), head.slice(half));
        return PREFACE + [frames[0], frame(1, 0, 1, head.slice(0, half)), rest, frames[2]].join("");
      },
    ],
    [1, () => PREFACE + frames[0] + rapidReset(head, random)],
  );
}

/** HTTP/2 frame; the length can lie. */
function frame(type: number, flags: number, stream: number, payload: string, lie = 0): string {
  const head = Buffer.alloc(9);
  head.writeUIntBE(Math.max(0, payload.length + lie) & 0xffffff, 0, 3);
  head[3] = type & 0xff;
  head[4] = flags & 0xff;
  head.writeUInt32BE(stream >>> 0, 5);
  return head.toString("latin1") + payload;
}

/** HPACK without a table: every header is a literal that is not indexed. */
function block(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `\x00${hpackText(name)}${hpackText(value)}`).join("");
}

function hpackText(text: string): string {
  const n = text.length;
  if (n < 127) return String.fromCharCode(n) + text;
  const rest = n - 127;
  const bytes = rest < 128 ? [rest] : [(rest & 127) | 128, rest >> 7];
  return String.fromCharCode(127, ...bytes) + text;
}

function oddBlock(random: FuzzRandom): string {
  const base: (readonly [string, string])[] = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/v1/payouts"],
    [":authority", "a"],
  ];
  return random.pick([
    "\xff\xff\xff\xff\xff\x0f",
    "\x80",
    "\xbe\xff",
    "\x00\x7f\xff\xff\xff\x7f",
    "\x3f\xe1\xff\xff\x7f",
    block(base).slice(0, -3),
    block([...base, [":path", "/x"]]),
    block([...base.slice(1)]),
    block([...base, ["Upper", "x"]]),
    block([...base, ["connection", "close"]]),
    block([...base, ["te", "gzip"]]),
    block([["a", "b"], ...base]),
    block([...base, [":unknown", "x"]]),
    block([...base, ["a\x00", "b\r\n"]]),
    block([...base, ["content-length", "5"]]),
    block([...base, ["content-length", "x"]]),
    block([...base.slice(0, 3), [":authority", "a b/\xff"]]),
    block([...base.slice(0, 2), [":path", ""], [":authority", "a"]]),
    block([...base.slice(0, 2), [":path", "*"], [":authority", "a"]]),
    block([
      [":method", "CONNECT"],
      [":authority", "a:1"],
    ]),
    block([[":method", "CONNECT"], [":protocol", "websocket"], ...base.slice(1)]),
    block([...base, ...Array.from({ length: 300 }, (_, i) => [`h${i}`, "x".repeat(60)] as const)]),
    block([...base, ["x", "y".repeat(16_000)]]),
  ]);
}

function oddFrames(random: FuzzRandom): string[] {
  const settings = (id: number, value: number) => {
    const bytes = Buffer.alloc(6);
    bytes.writeUInt16BE(id, 0);
    bytes.writeUInt32BE(value >>> 0, 2);
    return frame(4, 0, 0, latin1Of(bytes));
  };
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value >>> 0);
    return latin1Of(bytes);
  };
  const stream = random.pick([0, 1, 1, 2, 3, 2 ** 31 - 1]);
  return random.weighted<string[]>(
    [
      2,
      () => [
        settings(
          random.pick([1, 2, 3, 4, 5, 6, 8, 99]),
          random.pick([0, 1, 2 ** 14 - 1, 2 ** 24, 2 ** 31, 2 ** 32 - 1]),
        ),
      ],
    ],
    [1, () => [frame(4, 1, 0, "xxxxxx")]],
    [1, () => [frame(4, 0, stream, "x")]],
    [2, () => [frame(8, 0, stream, u32(random.pick([0, 1, 2 ** 31 - 1, 2 ** 31])))]],
    [1, () => Array.from({ length: 3 }, () => frame(8, 0, stream, u32(2 ** 31 - 1)))],
    [2, () => [frame(3, 0, stream, u32(random.pick([0, 1, 8, 99])))]],
    [1, () => [frame(7, 0, 0, `${u32(0) + u32(random.pick([0, 2, 11]))}debug`)]],
    [1, () => [frame(9, 4, stream, "")]],
    [1, () => [frame(5, 4, stream, u32(2))]],
    [1, () => [frame(6, random.pick([0, 1]), stream, "x".repeat(random.pick([8, 7, 0])))]],
    [1, () => [frame(2, 0, stream, `${u32(stream)}\x10`)]],
    [
      1,
      () => [frame(0, random.pick([0, 1, 8, 9]), stream, "\xff".repeat(random.pick([0, 1, 300])))],
    ],
    [1, () => [frame(1, random.pick([0, 4, 5, 0x2c]), random.pick([1, 2, 3]), "")]],
    [
      1,
      () => [
        frame(random.between(10, 255), 0xff, stream, "x".repeat(random.pick([0, 10, 17_000]))),
      ],
    ],
    [
      1,
      () => [
        frame(
          random.below(10),
          random.below(256),
          stream,
          "xxxx",
          random.pick([-4, -1, 1, 20_000]),
        ),
      ],
    ],
  );
}

/** Streams that are opened and given up at once. */
function rapidReset(head: string, random: FuzzRandom): string {
  return Array.from({ length: random.pick([5, 50, 150]) }, (_, i) => {
    const stream = 2 * i + 1;
    return frame(1, 5, stream, head) + frame(3, 0, stream, "\x00\x00\x00\x08");
  }).join("");
}

import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { grpcFrame, RawConnection } from "../transport/server/clients.ts";
import { flag, type HeaderList, request } from "./support/http2-frames.ts";
import { RawHttp2 } from "./support/raw-http2.ts";

const MEGABYTE = 1024 * 1024;
const RPC = "/payout.v1.PayoutService/Create";
const REST = "/v1/payouts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const auth = () => ({ authorization: `Bearer ${app.apiKey}` });

/** How much the process has grown meanwhile (bytes). */
async function growth(act: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  await act();
  return process.memoryUsage().rss - before;
}

describe("5 MB", () => {
  for (const [what, path, type, status] of [
    ["REST", REST, "application/json", 413],
    ["Connect", RPC, "application/json", 429],
    ["Connect, binary", RPC, "application/proto", 429],
    ["a payout link's form", "/l/a", "application/x-www-form-urlencoded", 413],
    ["a path that is none", "/no/such", "application/json", 413],
  ] as const) {
    test(`${what}, HTTP/1.1, announced: refused before any of it has come, and closed`, async () => {
      const raw = await RawConnection.open(app);
      await raw.write(
        `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${app.apiKey}\r\n` +
          `Content-Type: ${type}\r\nContent-Length: 5000000\r\n\r\n`,
      );
      const answer = await raw.until((text) => text.includes("\r\n\r\n"));
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      raw.socket.destroy();
    });

    test(`${what}, by fetch`, async () => {
      const answer = await fetch(app.url + path, {
        method: "POST",
        headers: { ...auth(), "content-type": type },
        body: Buffer.alloc(5_000_000, "a"),
      });
      expect(answer.status).toBe(status);
    });
  }

  for (const [what, path, type, status] of [
    ["REST", REST, "application/json", /^413/],
    ["Connect", RPC, "application/json", /^429/],
  ] as const) {
    test(`${what}, HTTP/1.1, in chunks without an end: refused after a megabyte`, async () => {
      const raw = await RawConnection.open(app);
      await raw.write(
        `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${app.apiKey}\r\n` +
          `Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      const chunk = `10000\r\n${"a".repeat(65_536)}\r\n`;
      for (let sent = 0; sent < 16 && !raw.socket.destroyed; sent += 1) await raw.write(chunk);
      expect(raw.received).toHaveLength(0);
      await raw.write(chunk);
      const answer = await raw.until((text) => text.includes("\r\n\r\n"));
      expect(answer.replace("HTTP/1.1 ", "")).toMatch(status);
      raw.socket.destroy();
    });
  }

  const post = (type: string, ...more: HeaderList): HeaderList => [
    ["authorization", `Bearer ${app.apiKey}`],
    ["content-type", type],
    ...more,
  ];
  for (const [what, path, type] of [
    ["REST", REST, "application/json"],
    ["Connect", RPC, "application/json"],
  ] as const) {
    test(`${what}, HTTP/2, announced: refused before any of it has come, and the stream ends`, async () => {
      const connection = await RawHttp2.open(app);
      const list = request(path, {
        method: "POST",
        more: post(type, ["content-length", "5000000"]),
      });
      await connection.request(1, list, false);
      expect(await connection.resetCode(1)).toBe(0);
      expect(connection.frames.some(({ flags }) => flags === flag.endStream)).toBe(true);
      connection.destroy();
    });
  }

  test("gRPC, announced by its envelope: RESOURCE_EXHAUSTED before any of it has come", async () => {
    const envelope = grpcFrame(Buffer.alloc(5_000_000)).subarray(0, 5);
    expect(await grpcStatus(envelope, { isWhole: false })).toBe(Code.ResourceExhausted);
  });
});

/** The status of a gRPC call of these bytes, which may be all of it or a beginning. */
async function grpcStatus(
  bytes: Uint8Array,
  { isWhole, encoding = "identity" }: { isWhole: boolean; encoding?: string },
): Promise<number> {
  const session = connectHttp2(app.url);
  const stream = session.request({
    ...auth(),
    ":method": "POST",
    ":path": RPC,
    "content-type": "application/grpc",
    "grpc-encoding": encoding,
    te: "trailers",
  });
  stream.resume();
  stream.on("error", () => {});
  if (isWhole) stream.end(bytes);
  else stream.write(bytes);
  try {
    const [trailers] = await once(stream, "trailers");
    return Number(trailers["grpc-status"]);
  } finally {
    session.destroy();
  }
}

describe("bombs", () => {
  /** 256 MB of spaces, which would be white space before JSON. */
  const plain = Buffer.alloc(256 * MEGABYTE, " ");
  const bombs = {
    gzip: gzipSync(plain),
    br: brotliCompressSync(plain, { params: { 0: 0, 1: 1 } }),
  };

  for (const encoding of ["gzip", "br"] as const) {
    for (const [what, path, type, status] of [
      ["REST", REST, "application/json", 415],
      ["Connect", RPC, "application/json", 429],
      ["Connect, binary", RPC, "application/proto", 429],
    ] as const) {
      test(`${what}, ${encoding}: refused, and memory stays`, async () => {
        const grown = await growth(async () => {
          const answer = await fetch(app.url + path, {
            method: "POST",
            headers: { ...auth(), "content-type": type, "content-encoding": encoding },
            body: bombs[encoding],
          });
          expect(answer.status).toBe(status);
        });
        expect(grown).toBeLessThan(48 * MEGABYTE);
      });
    }

    test(`gRPC, ${encoding}: RESOURCE_EXHAUSTED, and memory stays`, async () => {
      const envelope = grpcFrame(bombs[encoding], true);
      const grown = await growth(async () => {
        expect(await grpcStatus(envelope, { isWhole: true, encoding })).toBe(
          Code.ResourceExhausted,
        );
      });
      expect(grown).toBeLessThan(48 * MEGABYTE);
    });
  }

  test("compressed twice is not undone", async () => {
    const answer = await fetch(app.url + RPC, {
      method: "POST",
      headers: { ...auth(), "content-type": "application/json", "content-encoding": "gzip, gzip" },
      body: gzipSync(bombs.gzip),
    });
    expect(answer.status).toBe(501);
  });
});

describe("deep JSON", () => {
  const depth = 100_000;
  const bodies = {
    lists: "[".repeat(depth) + "]".repeat(depth),
    "lists without an end": "[".repeat(depth),
    objects: `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
    "objects in a field": `{"metadata":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`,
    "lists in a field that is skipped": `{"unknown":${"[".repeat(depth)}${"]".repeat(depth)}}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    test(`${what}: 400, on REST and Connect`, async () => {
      for (const path of [REST, RPC]) {
        const answer = await fetch(app.url + path, {
          method: "POST",
          headers: { ...auth(), "content-type": "application/json" },
          body,
        });
        expect(answer.status).toBe(400);
      }
    });
  }
});

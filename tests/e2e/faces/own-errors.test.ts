import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CallInput } from "../../fuzz/input.ts";
import { judge } from "../../fuzz/judge.ts";
import { framed } from "../../fuzz/requests.ts";
import { Sender } from "../../fuzz/sender.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";

let app: TestApp;
let sender: Sender;
beforeAll(async () => {
  app = await startTestApp();
  sender = new Sender(app.url, { texts: new Map(), tokens: new Map() });
});
afterAll(async () => {
  sender.close();
  await app.stop();
});

const RPC = "/payout.v1.PayoutService";

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly type: string;
  readonly body?: string;
  readonly headers?: CallInput["headers"];
  readonly http?: 1 | 2;
}

/** What is answered, held to the law of every answer: the reason of the catalogue. */
async function told({ path = `${RPC}/List`, type, body = "", headers = [], ...rest }: Sent) {
  const input: CallInput = {
    kind: "call",
    http: 2,
    face: "any",
    method: "POST",
    ...rest,
    path,
    headers: [
      ["authorization", `Bearer ${app.apiKey}`],
      ...(type === "" ? [] : [["content-type", type] as const]),
      ...headers,
    ],
    body,
  };
  const answer = await sender.send(input);
  const { faults, reason } = judge(input, answer);
  expect(faults).toEqual([]);
  return { reason, answer };
}

/** Field 1 with a length that is longer than the message. */
const CUT_OFF = "\x0a\x7f";
const GZIP = gzipSync(Buffer.alloc(3000)).toString("latin1");
const MIB = 1024 * 1024;

describe("what Connect refuses by itself is told from the catalogue", () => {
  const unreadable: Readonly<Record<string, Sent>> = {
    "gRPC, no message": { type: "application/grpc+proto", body: framed(CUT_OFF) },
    "gRPC-Web, no message": { type: "application/grpc-web+proto", body: framed(CUT_OFF) },
    "Connect, no message": { type: "application/proto", body: CUT_OFF },
    "a Connect stream, no message": {
      path: `${RPC}/Watch`,
      type: "application/connect+proto",
      body: framed(CUT_OFF),
    },
    "a gRPC stream, no message": {
      path: `${RPC}/Watch`,
      type: "application/grpc",
      body: framed(CUT_OFF),
    },
    "an envelope that is cut off": { type: "application/grpc", body: framed("", 0, 9) },
    "an envelope that is packed for no reason": { type: "application/grpc", body: framed("", 1) },
    "no envelope": { type: "application/grpc" },
    "no envelope in a stream": { path: `${RPC}/Watch`, type: "application/grpc" },
    "two messages": { type: "application/grpc", body: framed("") + framed("") },
    "two messages, gRPC-Web": {
      type: "application/grpc-web",
      body: framed("") + framed(""),
    },
    "gzip that is cut off": {
      type: "application/proto",
      headers: [["content-encoding", "gzip"]],
      body: GZIP.slice(0, 20),
    },
    "gzip that is cut off, in an envelope": {
      type: "application/grpc",
      headers: [["grpc-encoding", "gzip"]],
      body: framed(GZIP.slice(0, 20), 1),
    },
    "brotli that is none": {
      type: "application/proto",
      headers: [["content-encoding", "br"]],
      body: `x${brotliCompressSync("x").toString("latin1")}`,
    },
    "a GET with what is no base64": {
      method: "GET",
      path: `${RPC}/List?encoding=proto&base64=1&message=*`,
      type: "",
    },
    "a deadline that is none": {
      type: "application/grpc",
      headers: [["grpc-timeout", "soon"]],
      body: framed(""),
    },
  };
  for (const [name, sent] of Object.entries(unreadable)) {
    test(`MALFORMED_REQUEST: ${name}`, async () => {
      expect((await told(sent)).reason).toBe("MALFORMED_REQUEST");
    });
  }

  test("REQUEST_TOO_LARGE: an envelope that says so, and a bomb", async () => {
    const type = "application/grpc";
    const long = await told({ type, body: framed("", 0, MIB + 1) });
    expect(long.reason).toBe("REQUEST_TOO_LARGE");
    const bomb = gzipSync(Buffer.alloc(2 * MIB)).toString("latin1");
    const headers = [["grpc-encoding", "gzip"]] as const;
    expect((await told({ type, headers, body: framed(bomb, 1) })).reason).toBe("REQUEST_TOO_LARGE");
  });

  test("UNIMPLEMENTED: a compression that nobody knows", async () => {
    const type = "application/grpc";
    const headers = [["grpc-encoding", "zstd"]] as const;
    expect((await told({ type, headers, body: framed("") })).reason).toBe("UNIMPLEMENTED");
  });

  test("and none of it is a fault of ours in the log", () => {
    expect(app.logs.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
  });
});

describe("an RPC that is not there", () => {
  const path = `${RPC}/Nope`;
  for (const type of ["application/grpc", "application/grpc+json", "application/grpc-web+proto"]) {
    for (const http of [1, 2] as const) {
      test(`${type}, HTTP/${http}: UNIMPLEMENTED in the headers`, async () => {
        const { reason, answer } = await told({ path, type, http, body: framed("") });
        expect(reason).toBe("METHOD_NOT_FOUND");
        if (answer.kind !== "http") throw new Error("no answer");
        expect(answer.status).toBe(200);
        expect(answer.headers.get("grpc-status")).toBe("12");
        expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      });
    }
  }

  test("a Connect stream: at its end", async () => {
    const { reason } = await told({ path, type: "application/connect+json", body: framed("{}") });
    expect(reason).toBe("METHOD_NOT_FOUND");
  });

  for (const type of ["application/json", "application/proto"]) {
    test(`Connect, ${type}: 404 with the code that its clients expect`, async () => {
      const { reason, answer } = await told({ path, type, body: "{}" });
      expect(reason).toBe("METHOD_NOT_FOUND");
      if (answer.kind !== "http") throw new Error("no answer");
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.body.toString())).toMatchObject({ code: "unimplemented" });
    });
  }

  test("a large body is dropped, and the session goes on", async () => {
    const type = "application/grpc";
    const body = framed("x".repeat(MIB));
    for (let i = 0; i < 5; i += 1) expect((await told({ path, type, body })).reason).not.toBe("");
    expect((await told({ type, body: framed("") })).reason).toBe("ok");
  });

  test("a path of no RPC is a problem, as ever", async () => {
    const { answer } = await told({ path: "/nope", type: "application/json", body: "{}" });
    if (answer.kind !== "http") throw new Error("no answer");
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("a deadline beyond what a timer can keep has not passed at once", () => {
  for (const [name, value, type, body] of [
    ["grpc-timeout", "99999999H", "application/grpc", framed("")],
    ["grpc-timeout", "99999999S", "application/grpc", framed("")],
    ["connect-timeout-ms", "9999999999", "application/json", "{}"],
  ] as const) {
    test(`${name}: ${value}`, async () => {
      expect((await told({ type, headers: [[name, value]], body })).reason).toBe("ok");
    });
  }
});

describe("on REST", () => {
  const get = (path: string, http: 1 | 2, headers: CallInput["headers"] = []) =>
    told({ method: "GET", path, http, headers, type: "" });

  for (const http of [1, 2] as const) {
    test(`HTTP/${http}: an address that is too long is a problem and no fault of ours`, async () => {
      const { reason, answer } = await get(`/v1/payouts?currency=${"x".repeat(8200)}`, http);
      expect(reason).toBe("MALFORMED_REQUEST");
      expect(answer).toMatchObject({ kind: "http", status: 400 });
    });
  }

  test("HTTP/2: headers that are too large, too", async () => {
    const fresh = new Sender(app.url, { texts: new Map(), tokens: new Map() });
    const input: CallInput = {
      kind: "call",
      http: 2,
      face: "rest",
      method: "GET",
      path: "/v1/payouts",
      headers: [["x", "y".repeat(16_300)]],
      body: "",
    };
    const answer = await fresh.send(input);
    expect(judge(input, answer)).toMatchObject({ faults: [], reason: "MALFORMED_REQUEST" });
    fresh.close();
  });

  test("HTTP/1.1 that is none is a problem", async () => {
    const answer = await sender.send({
      kind: "raw",
      pieces: ["G@T / HTTP/1.1\r\n\r\n"],
      end: false,
    });
    const text = answer.kind === "bytes" ? answer.bytes.toString() : "";
    expect(text).toContain("HTTP/1.1 400 Bad Request\r\n");
    expect(text).toContain("application/problem+json");
    expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      status: 400,
      reason: "MALFORMED_REQUEST",
    });
  });
});

import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createSandboxConnector } from "../../../src/connectors/sandbox/connector.ts";
import { createHttpTransport } from "../../../src/connectors/sandbox/http-transport.ts";
import type { SandboxTransport } from "../../../src/connectors/sandbox/transport.ts";
import { LOOKUP, listen, payoutOf, stepOf, urlOf } from "./rig.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

const GOOD = {
  transfer_id: "tr_1",
  idempotency_key: "key-1",
  payout_id: "po_1",
  amount: "1050",
  currency: "USD",
  state: "PENDING",
  sequence: 1,
};

async function against(handler: RequestListener): Promise<string> {
  server = await listen(createServer(handler));
  return urlOf(server);
}

async function ends(url: string): Promise<[string, string]> {
  const connector = createSandboxConnector({ transport: createHttpTransport(url) });
  const call = await connector.callStep(stepOf("transfer", payoutOf()));
  return [call.kind, (await connector.lookup(LOOKUP)).kind];
}

const answer =
  (status: number, body: string, headers = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

describe("what a reply means", () => {
  const error = (code: string): string => JSON.stringify({ error: { code, message: "m" } });
  it.each<[string, RequestListener, [string, string]]>([
    ["200 and a transfer", answer(200, JSON.stringify(GOOD)), ["accepted", "found"]],
    ["201 and a transfer", answer(201, JSON.stringify(GOOD)), ["accepted", "unreachable"]],
    ["200 and rubbish", answer(200, "<html>"), ["unknown", "unreachable"]],
    ["200 and nothing", answer(200, ""), ["unknown", "unreachable"]],
    ["200 and null", answer(200, "null"), ["unknown", "unreachable"]],
    ["200 and a list", answer(200, "[]"), ["unknown", "unreachable"]],
    [
      "200 and no id",
      answer(200, JSON.stringify({ ...GOOD, transfer_id: 5 })),
      ["unknown", "unreachable"],
    ],
    [
      "200 about another key",
      answer(200, JSON.stringify({ ...GOOD, idempotency_key: "x" })),
      ["unknown", "unreachable"],
    ],
    ["204", answer(204, ""), ["unknown", "unreachable"]],
    ["302", answer(302, "", { location: "/" }), ["unknown", "unreachable"]],
    ["402 declined", answer(402, error("insufficient_funds")), ["rejected", "unreachable"]],
    ["422", answer(422, error("amount_too_small")), ["rejected", "unreachable"]],
    ["400 of a code that is new", answer(400, error("__proto__")), ["rejected", "unreachable"]],
    ["400 of who knows whom", answer(400, "bad request"), ["unknown", "unreachable"]],
    ["403 of a proxy", answer(403, error("forbidden")), ["unknown", "unreachable"]],
    ["404 of a proxy", answer(404, "not here"), ["unknown", "unreachable"]],
    ["404 of the processor", answer(404, error("transfer_not_found")), ["rejected", "not_found"]],
    ["404 of a path", answer(404, error("not_found")), ["rejected", "unreachable"]],
    ["409 key reused", answer(409, error("idempotency_key_reused")), ["unknown", "unreachable"]],
    ["429", answer(429, error("slow_down")), ["unknown", "unreachable"]],
    ["500", answer(500, error("internal")), ["unknown", "unreachable"]],
    ["503", answer(503, error("unavailable")), ["unknown", "unreachable"]],
    [
      "503 with the promise",
      answer(503, "", { "x-sandbox-nothing-happened": "1" }),
      ["not_sent", "unreachable"],
    ],
    [
      "reset before the headers",
      (request) => request.socket.resetAndDestroy(),
      ["unknown", "unreachable"],
    ],
    [
      "closed before the headers",
      (request) => request.socket.destroy(),
      ["unknown", "unreachable"],
    ],
    [
      "half a body",
      (_request, response) => {
        response.writeHead(200, { "content-length": "500" });
        response.write('{"transfer_id"', () => response.destroy());
      },
      ["unknown", "unreachable"],
    ],
    [
      "a body without end",
      (_request, response) => {
        response.writeHead(200);
        const pour = (): void => {
          while (response.writable && response.write("x".repeat(65_536)));
        };
        response.on("drain", pour);
        pour();
      },
      ["unknown", "unreachable"],
    ],
  ])("%s", async (_what, handler, expected) => {
    expect(await ends(await against(handler))).toEqual(expected);
  });

  it("takes a state that it does not know as PENDING, and fields whose types have drifted", async () => {
    const drifted = { ...GOOD, state: "TELEPORTED", sequence: "7", destination_amount: 5 };
    const url = await against(
      answer(200, JSON.stringify({ ...drifted, destination_currency: "USD" })),
    );
    const connector = createSandboxConnector({ transport: createHttpTransport(url) });
    expect(await connector.callStep(stepOf("transfer", payoutOf()))).toMatchObject({
      kind: "accepted",
      value: {
        status: "PENDING",
        rawStatus: "TELEPORTED",
        sequence: 7,
        destinationAmount: { minorAmount: 5n },
      },
    });
  });

  it("keeps no word of a state that it knows", async () => {
    const url = await against(answer(200, JSON.stringify(GOOD)));
    const connector = createSandboxConnector({ transport: createHttpTransport(url) });
    const found = await connector.lookup(LOOKUP);
    expect(found).toMatchObject({ kind: "found", value: { status: "PENDING" } });
    expect(found.kind === "found" && found.value).not.toHaveProperty("rawStatus");
  });
});

describe("what no reply means", () => {
  it("is not_sent when the connection is refused", async () => {
    const url = await against(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    expect(await ends(url)).toEqual(["not_sent", "unreachable"]);
    expect(await ends(url.replace("127.0.0.1", "localhost"))).toEqual(["not_sent", "unreachable"]);
  });

  it("is not_sent when the name does not resolve", async () => {
    expect(await ends("http://sandbox.invalid:8090")).toEqual(["not_sent", "unreachable"]);
  });

  it("is unknown when the other side does not speak HTTP", async () => {
    const sockets = new Set<Socket>();
    const tcp = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).end("SSH-2.0-OpenSSH\r\n");
    });
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    expect(await ends(urlOf(tcp as Server))).toEqual(["unknown", "unreachable"]);
    for (const socket of sockets) socket.destroy();
    tcp.close();
  });

  it("is unknown when a transport throws something of its own", async () => {
    const transport: SandboxTransport = { call: () => Promise.reject(new Error("who knows")) };
    const connector = createSandboxConnector({ transport });
    expect(await connector.callStep(stepOf("transfer", payoutOf()))).toMatchObject({
      kind: "unknown",
      error: { category: "OUTCOME_UNKNOWN" },
    });
  });

  it("puts nothing of the account into any error", async () => {
    const url = await against(answer(400, '{"error":{"code":"bad_request","message":"m"}}'));
    const connector = createSandboxConnector({ transport: createHttpTransport(url) });
    const outcome = await connector.callStep(stepOf("transfer", payoutOf()));
    expect(JSON.stringify(outcome)).not.toContain("000123456789");
  });
});

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { exchange } from "../../../src/connectors/toolkit/exchange.ts";
import { createHttpClient, type HttpRequest } from "../../../src/connectors/toolkit/http-client.ts";

function client(maxReplyBytes = 10_000) {
  const made = createHttpClient({ maxReplyBytes, maxSockets: 4 });
  onTestFinished(() => made.close());
  return made;
}

async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/transfers`);
}

function http(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<URL> {
  return listen(createServer(handler));
}

/** A server that does to a connection what the test says, once the request has come. */
function tcp(onRequest: (socket: Socket) => void): Promise<URL> {
  return listen(
    createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => onRequest(socket));
    }),
  );
}

const post = (url: URL, signal = new AbortController().signal): HttpRequest => ({
  method: "POST",
  url,
  headers: { "content-type": "application/json" },
  body: '{"amount":"10.50"}',
  signal,
});

describe("a call to a processor", () => {
  it("gives the reply, whatever its status, with numbers as they were written", async () => {
    const url = await http((_request, response) => {
      response.writeHead(422, { "x-request-id": "r1" });
      response.end('{"amount": 9007199254740993.10, "ok": false}');
    });
    const end = await exchange(client(), post(url));
    if (end.kind !== "replied") throw new Error(end.kind);
    expect(end.reply).toMatchObject({ status: 422, headers: { "x-request-id": "r1" } });
    expect(end.json.text("amount")).toBe("9007199254740993.10");
  });

  it("was surely not sent when nobody listens or the name does not resolve", async () => {
    const server = createTcpServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await exchange(client(), post(url))).toMatchObject({ kind: "not_sent" });
    const nowhere = new URL("http://no-such-host.invalid/");
    expect(await exchange(client(), post(nowhere))).toMatchObject({ kind: "not_sent" });
  });

  it("was surely not sent when TLS does not come about", async () => {
    const url = await tcp((socket) => socket.end("this is no TLS"));
    url.protocol = "https:";
    expect(await exchange(client(), post(url))).toMatchObject({ kind: "not_sent" });
  });

  it("was surely not sent when it was given up before", async () => {
    const url = await http(() => expect.fail("it was sent"));
    expect(await exchange(client(), post(url, AbortSignal.abort()))).toMatchObject({
      kind: "not_sent",
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ["a reset after the request", (socket) => socket.resetAndDestroy()],
    ["a close without a reply", (socket) => socket.end()],
    ["half of the headers", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-le")],
    [
      "headers without a body",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"),
    ],
    ["half of a body", (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a"')],
    [
      "half of a chunked body",
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a"'),
    ],
    ["what is no HTTP", (socket) => socket.end("220 mail.example ESMTP\r\n")],
    [
      "a reply that is too large",
      (socket) =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n${"x".repeat(20_000)}`),
    ],
  ])("is unknown after %s", async (_name, act) => {
    const url = await tcp(act);
    expect(await exchange(client(), post(url))).toMatchObject({ kind: "unknown" });
  });

  it("is unknown when it is given up while the processor is silent", async () => {
    const gone = new AbortController();
    const url = await tcp(() => gone.abort());
    expect(await exchange(client(), post(url, gone.signal))).toMatchObject({ kind: "unknown" });
  });

  it("follows no redirect", async () => {
    const url = await http((_request, response) => {
      response.writeHead(307, { location: "http://127.0.0.1:1/" });
      response.end();
    });
    expect(await exchange(client(), post(url))).toMatchObject({ reply: { status: 307 } });
  });

  it("keeps connections for what only asks, and makes a new one for what changes something", async () => {
    const ports = new Set<number>();
    const url = await http((request, response) => {
      ports.add(request.socket.remotePort ?? 0);
      request.resume().once("end", () => response.end("{}"));
    });
    const one = client();
    for (let i = 0; i < 3; i += 1) {
      await exchange(one, { ...post(url), method: "GET", body: undefined });
    }
    expect(ports.size).toBe(1);
    for (let i = 0; i < 3; i += 1) await exchange(one, post(url));
    expect(ports.size).toBe(4);
  });
});

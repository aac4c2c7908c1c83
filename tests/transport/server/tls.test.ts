import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import * as grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import { grpcCheck, grpcClient, grpcUnary, RawConnection } from "./clients.ts";
import { type StartedServer, startServer } from "./start-server.ts";

const pair = selfSigned();

// Loudly: the suite's report shows it, with its reason.
describe.skipIf(pair === undefined)("TLS (skipped only without the openssl binary)", () => {
  const tls = pair ?? { cert: "", key: "" };
  const ca = tls.cert;
  let started: StartedServer;
  let impatient: StartedServer;
  beforeAll(async () => {
    started = await startServer({ tls });
    const limits = { headersMs: 100, requestMs: 200, checkEveryMs: 20, silentSocketMs: 500 };
    impatient = await startServer({ tls, limits });
  });
  afterAll(() => Promise.all([started.stop(), impatient.stop()]));

  // A server name that is an IP address is deprecated, and Node says so on stderr.
  const nodeOptions = { ca, servername: "localhost" };
  const transports = {
    "gRPC, HTTP/2": () => createGrpcTransport({ baseUrl: started.url, nodeOptions }),
    "Connect, HTTP/1.1": () =>
      createConnectTransport({ baseUrl: started.url, httpVersion: "1.1", nodeOptions }),
    "Connect, HTTP/2": () =>
      createConnectTransport({ baseUrl: started.url, httpVersion: "2", nodeOptions }),
    "gRPC-Web, HTTP/1.1": () =>
      createGrpcWebTransport({ baseUrl: started.url, httpVersion: "1.1", nodeOptions }),
  };
  for (const [name, transport] of Object.entries(transports)) {
    test(name, async () => {
      const answer = await createClient(Health, transport()).check({});
      expect(answer.status).toBe(ServingStatus.SERVING);
    });
  }

  test("grpc-js", async () => {
    const client = grpcClient(started, grpc.credentials.createSsl(Buffer.from(ca)));
    const answer = await grpcUnary(client, grpcCheck, create(HealthCheckRequestSchema));
    expect(answer.status).toBe(ServingStatus.SERVING);
    client.close();
  });

  test("plain HTTP/1.1", async () => {
    const status = await new Promise((resolve, reject) => {
      const options = { ...nodeOptions, agent: new https.Agent() };
      https
        .get(`${started.url}/livez`, options, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
        .once("error", reject);
    });
    expect(status).toBe(200);
  });

  test("chooses by ALPN", async () => {
    expect((await handshake(["h2", "http/1.1"])).alpnProtocol).toBe("h2");
    expect((await handshake(["http/1.1"])).alpnProtocol).toBe("http/1.1");
  });

  test("an HTTP/2 client that goes without a word is let go", async () => {
    const socket = await handshake(["h2"]);
    const raw = new RawConnection(socket);
    await raw.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    await raw.until((text) => text.length >= 9);
    socket.end();
    await raw.closed;
  });

  test("slow HTTP/1.1 headers are answered with 408", async () => {
    const raw = new RawConnection(await handshake(["http/1.1"], impatient));
    await raw.write("GET /livez HTTP/1.1\r\nX-Slow: ");
    await raw.closed;
    expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 408 /);
  });

  test("a socket that does not shake hands is cut in time", async () => {
    const raw = await RawConnection.open(impatient);
    await raw.closed;
  });

  test("HTTP without TLS is refused and the port lives", async () => {
    const raw = await RawConnection.open(started);
    await raw.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    await raw.closed;
    const answer = await createClient(Health, transports["gRPC, HTTP/2"]()).check({});
    expect(answer.status).toBe(ServingStatus.SERVING);
  });

  test("an idle gRPC client does not hold the stop", async () => {
    const other = await startServer({ tls });
    const client = grpcClient(other, grpc.credentials.createSsl(Buffer.from(ca)));
    await grpcUnary(client, grpcCheck, create(HealthCheckRequestSchema));
    await other.server.close({ graceMs: 60_000 });
    client.close();
  });

  function handshake(ALPNProtocols: string[], to = started): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({
        host: to.host,
        port: to.port,
        ...nodeOptions,
        ALPNProtocols,
      });
      socket.once("error", reject);
      socket.once("secureConnect", () => resolve(socket));
    });
  }
});

/** A certificate for 127.0.0.1, or undefined where there is no openssl. */
function selfSigned(): { cert: string; key: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), "payout-tls-"));
  const cert = join(folder, "cert.pem");
  const key = join(folder, "key.pem");
  const args =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost " +
    "-addext subjectAltName=DNS:localhost,IP:127.0.0.1";
  try {
    execFileSync("openssl", [...args.split(" "), "-keyout", key, "-out", cert], {
      stdio: "ignore",
    });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { Agent, request as httpRequest } from "node:http";
import { afterEach, expect, test } from "vitest";
import { http2Call } from "../transport/server/clients.ts";
import { type StartedServer, startServer } from "../transport/server/start-server.ts";

let started: StartedServer;
afterEach(() => started.stop());

interface Told {
  readonly ip: string;
  readonly protocol: string;
}

async function start(trustedProxies?: readonly string[]): Promise<void> {
  started = await startServer({
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
    routes: (app) => {
      app.all("/who", async ({ ip, protocol }) => ({ ip, protocol }));
    },
  });
}

/** What the service takes for its caller, over HTTP/1.1, from any address of the loopback network. */
function ask(
  headers: Record<string, string | string[]>,
  localAddress = "127.0.0.1",
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const { host, port } = started;
    const options = { host, port, path: "/who", localAddress, headers, agent: new Agent() };
    httpRequest(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    })
      .on("error", reject)
      .end();
  });
}

const CLAIMS = {
  "x-forwarded-for": "192.0.2.1",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "evil.example",
  forwarded: "for=192.0.2.9;proto=https",
  "x-real-ip": "192.0.2.8",
};

test("nobody's claims are believed where no proxy is configured", async () => {
  for (const trusted of [undefined, []]) {
    await start(trusted);
    expect(await ask(CLAIMS)).toEqual({ ip: "127.0.0.1", protocol: "http" });
    await started.stop();
  }
});

test("a proxy's are, and nobody else's", async () => {
  await start(["127.0.0.7", "10.0.0.0/8"]);
  expect(await ask(CLAIMS, "127.0.0.7")).toEqual({ ip: "192.0.2.1", protocol: "https" });
  expect(await ask(CLAIMS, "127.0.0.8")).toEqual({ ip: "127.0.0.8", protocol: "http" });
});

test("only the part of the claim that proxies have added counts", async () => {
  await start(["127.0.0.7", "10.0.0.0/8"]);
  const cases = {
    // The caller claims to be somebody; the proxy adds who he is.
    "198.51.100.1, 192.0.2.1": "192.0.2.1",
    // Through two proxies.
    "198.51.100.1, 192.0.2.1, 10.1.2.3": "192.0.2.1",
    "192.0.2.1, ::ffff:10.1.2.3": "192.0.2.1",
    // An inner proxy's address, claimed by a caller, hides nobody.
    "10.9.9.9, 192.0.2.1": "192.0.2.1",
    "2001:db8::1": "2001:db8::1",
  };
  for (const [claim, ip] of Object.entries(cases)) {
    const told = await ask({ "x-forwarded-for": claim }, "127.0.0.7");
    expect([claim, told.ip]).toEqual([claim, ip]);
  }
});

test("Forwarded and X-Real-IP are nobody's to set", async () => {
  await start(["127.0.0.1"]);
  const { forwarded, "x-real-ip": realIp } = CLAIMS;
  expect(await ask({ forwarded, "x-real-ip": realIp })).toEqual({
    ip: "127.0.0.1",
    protocol: "http",
  });
});

test("over HTTP/2 as well", async () => {
  const told = async () => {
    const headers = { "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https" };
    return JSON.parse((await http2Call(started.url, { path: "/who", headers })).body.toString());
  };
  await start(["127.0.0.0/8"]);
  expect(await told()).toEqual({ ip: "192.0.2.1", protocol: "https" });
  await started.stop();
  await start();
  expect(await told()).toEqual({ ip: "127.0.0.1", protocol: "http" });
});

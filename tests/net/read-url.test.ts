import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createGuardedHttp } from "../../src/net/guarded-http.ts";
import { createUrlReader } from "../../src/net/read-url.ts";

const resolve = async () => ["127.0.0.1"];

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/logo.png`);
}

function reader(allowLoopback: boolean) {
  return createUrlReader(createGuardedHttp({ resolve, allowLoopback, maxAnswerBytes: 10 }));
}

const options = (maxBytes: number) => ({ maxBytes, signal: AbortSignal.timeout(5000) });

test("what is there is read whole, or not at all", async () => {
  const asked: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    asked.push(request.method);
    response.end("x".repeat(100));
  });
  expect(await reader(true)(url, options(100))).toHaveLength(100);
  expect(await reader(true)(url, options(99))).toBeNull();
  expect(asked).toEqual(["GET", "GET"]);
});

test("a redirect, a refusal and a half answer are nothing", async () => {
  for (const listener of [
    (_request, response) => response.writeHead(302, { location: "http://127.0.0.1/" }).end(),
    (_request, response) => response.writeHead(404).end("no"),
    (_request, response) => {
      response.writeHead(200, { "content-length": "50" });
      response.write("half", () => response.destroy());
    },
  ] as const satisfies readonly RequestListener[]) {
    expect(await reader(true)(await serve(listener), options(100))).toBeNull();
  }
});

test("this machine is not asked where it may not be", async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    response.end("x");
  });
  expect(await reader(false)(url, options(100))).toBeNull();
  expect(asked).toBe(0);
});

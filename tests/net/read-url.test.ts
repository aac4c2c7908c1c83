import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createUrlReader } from "../../src/net/read-url.ts";

const PAGES: Readonly<Record<string, RequestListener>> = {
  "/image": (_request, response) => response.end("0123456789"),
  "/missing": (_request, response) => response.writeHead(404).end("0123456789"),
  "/moved": (_request, response) => response.writeHead(302, { location: "/image" }).end(),
  "/cut": (_request, response) => {
    response.writeHead(200, { "content-length": 10 }).write("01234");
    response.destroy();
  },
  "/silent": () => {},
};

async function open(allowLoopback = true) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    PAGES[request.url ?? ""]?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const resolve = async () => ["127.0.0.1"];
  const readUrl = createUrlReader({ resolve, allowLoopback });
  const read = (path: string, maxBytes = 10, signal = new AbortController().signal) =>
    readUrl(new URL(path, `http://127.0.0.1:${port}`), { maxBytes, signal });
  return { asked, read };
}

test("what is there is read whole, and what is longer not at all", async () => {
  const { asked, read } = await open();
  expect(Buffer.from((await read("/image")) ?? [])).toEqual(Buffer.from("0123456789"));
  expect(await read("/image", 9)).toBeNull();
  expect(asked).toEqual(["GET /image", "GET /image"]);
});

test("what is not there, elsewhere, cut off or too late is nothing", async () => {
  const { asked, read } = await open();
  for (const path of ["/missing", "/moved", "/cut"]) expect(await read(path), path).toBeNull();
  expect(await read("/silent", 10, AbortSignal.timeout(50))).toBeNull();
  expect(asked).not.toContain("GET /image");
});

test("nobody is asked at an address that is not public", async () => {
  const { asked, read } = await open(false);
  expect(await read("/image")).toBeNull();
  expect(asked).toEqual([]);
});

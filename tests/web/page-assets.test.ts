import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAPERS } from "../../src/domain/accent.ts";
import { readPageAssets } from "../../src/web/page-assets.ts";

const SCRIPT = "console.log('x'.repeat(9));".repeat(100);
const folder = mkdtempSync(join(tmpdir(), "page-assets-"));
let app: FastifyInstance;
beforeAll(() => {
  writeFileSync(join(folder, "link-ABCD1234.js"), SCRIPT);
  writeFileSync(join(folder, "style-ABCD1234.css"), "a{}");
  writeFileSync(join(folder, "secret.txt"), "secret");
  app = Fastify();
  app.register(async (scope) => readPageAssets(folder).routes(scope));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

describe("an asset", () => {
  it.each([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip, deflate", "gzip", gunzipSync],
    ["br;q=0, gzip", "gzip", gunzipSync],
  ] as const)("is compressed for %s", async (accepted, encoding, decompress) => {
    const { headers, rawPayload } = await app.inject({
      url: "/assets/link-ABCD1234.js",
      headers: { "accept-encoding": accepted },
    });
    expect(headers).toMatchObject({
      "content-encoding": encoding,
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      vary: "accept-encoding",
    });
    expect(rawPayload.length).toBeLessThan(SCRIPT.length);
    expect(decompress(rawPayload).toString()).toBe(SCRIPT);
  });

  it("comes as it is to who takes nothing else", async () => {
    const { headers, body } = await app.inject("/assets/link-ABCD1234.js");
    expect(headers["content-encoding"]).toBeUndefined();
    expect(body).toBe(SCRIPT);
  });

  it.each([
    "/assets/secret.txt",
    "/assets/..%2fsecret.txt",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/assets/link-00000000.js",
    "/assets/__proto__",
    "/assets/accent/zzzzzz.css",
    "/assets/accent/1F5FD1.css",
    "/assets/accent/1f5fd1;}.css",
    "/assets/accent/fff.css",
  ])("is not there: %s", async (url) => {
    expect((await app.inject(url)).statusCode).toBe(404);
  });

  it("is an accent that can be read", async () => {
    const { body, headers } = await app.inject("/assets/accent/ffff00.css");
    expect(headers).toMatchObject({ "content-type": "text/css; charset=utf-8" });
    expect(body).toMatch(
      /^:root\{--accent:#[0-9a-f]{6}\}@media\(prefers-color-scheme:dark\)\{:root\{--accent:#ffff00\}\}\n$/,
    );
    expect(body).not.toContain(PAPERS.light[0]);
  });
});

it("without a build there are pages all the same", () => {
  expect(readPageAssets(join(folder, "nowhere"))).toMatchObject({ script: null, style: null });
});

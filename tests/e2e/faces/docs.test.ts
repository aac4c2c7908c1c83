import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ERROR_CATALOGUE } from "../../../src/domain/errors.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

describe("/openapi.json", () => {
  const read = (headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${app.url}/openapi.json`, { headers, method });

  test.each(["br", "gzip", "identity"])("is read without a key, as %s", async (encoding) => {
    const answer = await read({ "accept-encoding": encoding });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("content-encoding")).toBe(encoding === "identity" ? null : encoding);
    expect(answer.headers.get("vary")).toContain("accept-encoding");
    expect(await answer.json()).toMatchObject({ openapi: "3.1.0", servers: [{ url: "/" }] });
  });

  test("is not sent again to who has it", async () => {
    const first = await read();
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(first.headers.get("cache-control")).toBe("no-cache");
    for (const known of [etag, etag.slice(2), `"other", ${etag}`, "*"]) {
      const again = await read({ "if-none-match": known });
      expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: "" });
      expect(again.headers.get("etag")).toBe(etag);
    }
    for (const other of ['"other"', "", etag.slice(0, 9)]) {
      expect((await read({ "if-none-match": other })).status).toBe(200);
    }
    const head = await read({}, "HEAD");
    expect(head.headers.get("etag")).toBe(etag);
    expect(await head.text()).toBe("");
  });

  test("names the public address where there is one, under another etag", async () => {
    const publicUrl = "https://payouts.example/api";
    const other = await startTestApp({ publicUrl });
    const answer = await fetch(`${other.url}/openapi.json`);
    expect(await answer.json()).toMatchObject({ servers: [{ url: publicUrl }] });
    expect(answer.headers.get("etag")).not.toBe((await read()).headers.get("etag"));
    await other.stop();
  });
});

describe("/docs", () => {
  test("runs nothing but this service's own files", async () => {
    const answer = await fetch(`${app.url}/docs`);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const text = await answer.text();
    expect(text).not.toMatch(/<script(?! src="assets\/docs-)|<style| style=| on\w+=/);
    expect(text).not.toMatch(/https?:/);
    const files = [...text.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(files).toHaveLength(2);
    for (const file of files) {
      const { status, headers } = await fetch(`${app.url}/${file}`);
      expect({ file, status, cache: headers.get("cache-control") }).toEqual({
        file,
        status: 200,
        cache: "public, max-age=31536000, immutable",
      });
    }
  });

  test("is found with a slash at its end", async () => {
    const answer = await fetch(`${app.url}/docs/`, { redirect: "manual" });
    expect(answer.status).toBe(308);
    expect(answer.headers.get("location")).toBe("../docs");
  });
});

test("/ leads to them", async () => {
  const home = await (await fetch(app.url)).text();
  for (const path of ["docs", "docs/errors", "openapi.json"]) {
    expect(home).toContain(`<a href="${path}">`);
  }
});

test("/docs/errors has an anchor for every reason", async () => {
  const answer = await fetch(`${app.url}/docs/errors`);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  const text = await answer.text();
  expect(text).not.toContain("<script");
  for (const [reason, { message, httpStatus }] of Object.entries(ERROR_CATALOGUE)) {
    const begin = text.indexOf(`id="${reason.toLowerCase()}"`);
    expect(begin, reason).toBeGreaterThan(0);
    const section = text.slice(begin, text.indexOf("</dl>", begin));
    expect(section).toContain(`<code>${reason}</code>`);
    expect(section).toContain(`<dd>${httpStatus}</dd>`);
    expect(
      section.replaceAll("&#39;", "'").replaceAll("&#60;", "<").replaceAll("&#62;", ">"),
    ).toContain(message);
  }
});

test.each(["/openapi.json", "/docs", "/docs/", "/docs/errors"])(
  "%s is read and nothing else",
  async (path) => {
    const head = await fetch(app.url + path, { method: "HEAD", redirect: "manual" });
    expect(head.status).toBe(path.endsWith("/") ? 308 : 200);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const body = method === "POST" ? "<no json>" : null;
      const headers = { "content-type": "text/odd" };
      const answer = await fetch(app.url + path, { method, body, headers });
      expect(answer.status, method).toBe(405);
      expect(answer.headers.get("allow")).toBe("GET, HEAD");
      expect(await answer.json()).toMatchObject({ reason: "METHOD_NOT_ALLOWED" });
    }
  },
);

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { findPages, ROOT } from "./find-pages.ts";
import { readPage } from "./read-page.ts";
import { reportFaults, reportNotRun } from "./report.ts";
import { runPage } from "./run-page.ts";

/** A page may wait for payouts to settle; each of its fences has a bound of its own. */
const PAGE_LIMIT_MS = 240_000;

describe("every example of a page prints what the page shows", () => {
  it.concurrent.each(findPages())("%s", { timeout: PAGE_LIMIT_MS }, async (path) => {
    const page = readPage(path, readFileSync(join(ROOT, path), "utf8"));
    const program = inject("programs").service;
    const run = await runPage(page, {
      program,
      requireTools: process.env["REQUIRE_TOOLS"] === "1",
    });
    for (const line of reportNotRun(run)) process.stdout.write(`${line}\n`);
    expect(reportFaults(run)).toBe("");
  });
});

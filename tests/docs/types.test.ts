import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findPages, ROOT } from "./find-pages.ts";
import { type Page, readPage } from "./read-page.ts";

const folder = mkdtempSync(join(tmpdir(), "payout-docs-types-"));
symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
symlinkSync(join(ROOT, "gen"), join(folder, "gen"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OPTIONS = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "dom", "dom.iterable"],
    module: "nodenext",
    types: ["node"],
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
  },
};

/** What the compiler says of the TypeScript of these pages, by page and line. */
async function faultsIn(pages: readonly Page[]): Promise<readonly string[]> {
  pages.forEach((page, index) => {
    const place = join(folder, `${index}`);
    mkdirSync(place, { recursive: true });
    symlinkSync(join(folder, "gen"), join(place, "gen"));
    writeFileSync(join(place, "package.json"), '{"type":"module"}');
    for (const { fileName, text } of page.fences) {
      if (fileName !== null && /^[\w-]+\.ts$/.test(fileName)) {
        writeFileSync(join(place, fileName), text);
      }
    }
  });
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...OPTIONS, include: ["*/*.ts"] }));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const output = await new Promise<string>((resolve) => {
    const args = [compiler, "-p", folder, "--pretty", "false"];
    execFile(process.execPath, args, { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  return output
    .split("\n")
    .filter((line) => line.includes("error TS"))
    .map((line) => {
      const [, index, file, at, message] = /^(\d+)\/(.+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const page = pages[Number(index)];
      const fence = page?.fences.find(({ fileName }) => fileName === file);
      if (page === undefined || fence === undefined) return line;
      return `${page.path}:${fence.line + Number(at)}: ${message}`;
    });
}

describe("TypeScript on pages", () => {
  it("has the types that it says, also where a run does not come by; mistakes are found", async () => {
    const pages = findPages().map((path) => readPage(path, readFileSync(join(ROOT, path), "utf8")));
    const wrong = [
      "Text.",
      "```ts wrong.ts",
      'import { createPayoutClient } from "payout-service-client";',
      'const client = createPayoutClient({ baseUrl: "http://127.0.0.1:8080" });',
      "if (process.env.NEVER) await client.payouts.get({ id: 1 });",
      "```",
    ];
    const faults = await faultsIn([...pages, readPage("wrong.md", wrong.join("\n"))]);
    expect(faults).toEqual([expect.stringMatching(/^wrong\.md:5: error TS2353: .*'id'/)]);
  });
});

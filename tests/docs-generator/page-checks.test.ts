import { describe, expect, it } from "vitest";
import { PAGE_CHECKS } from "../../scripts/docs/check-pages.ts";
import { contractFiles } from "../../scripts/docs/contract-files.ts";
import { readModel, renderReference } from "../../scripts/docs/reference.ts";
import { REPOSITORY } from "../../scripts/docs/sources.ts";

const files = contractFiles();
const model = readModel(files, REPOSITORY);
const pages = renderReference(files, REPOSITORY);
const SERVICE = "docs/reference/payout-service/README.md";
const OPERATION = "docs/reference/payout-service/void.md";

/** For each check: a page, and a mistake in it that the check finds. */
const MISTAKES: Readonly<Record<string, readonly [string, (text: string) => string]>> = {
  "one-title": [OPERATION, (text) => text.replace("## Purpose", "# Purpose")],
  warning: [OPERATION, (text) => text.replace("> [!WARNING]\n", "")],
  "last-updated": [OPERATION, (text) => text.replace(/With version .*\n$/, "Yesterday.\n")],
  "service-sections": [SERVICE, (text) => text.replace("## Next steps", "## Further on")],
  "operation-sections": [OPERATION, (text) => text.replace("## Response", "## Answer")],
  "four-faces": [OPERATION, (text) => text.replace("### buf curl, gRPC", "### gRPC")],
  "tables-filled": [OPERATION, (text) => text.replace(/^\| `reason` .*$/m, "|  |  |  |  |")],
  "no-trailing-space": [OPERATION, (text) => text.replace("## Request", "## Request ")],
  patterns: [SERVICE, (text) => text.replace("## Common patterns", "## Ways")],
};

describe("the checks of pages", () => {
  it("have a mistake each here", () => {
    expect(Object.keys(MISTAKES).sort()).toEqual(Object.keys(PAGE_CHECKS).sort());
  });

  it.each(Object.entries(MISTAKES))("%s finds it", (name, [path, spoil]) => {
    const text = pages.get(path) ?? "";
    const spoilt = spoil(text);
    expect(spoilt).not.toBe(text);
    expect(PAGE_CHECKS[name]?.({ path, text }, model)).toBeNull();
    expect(PAGE_CHECKS[name]?.({ path, text: spoilt }, model)).toMatch(/^(wants|has) /);
  });
});

describe("the reference", () => {
  it("is in the table of contents, every page of it", () => {
    const summary = REPOSITORY.read("docs/SUMMARY.md") ?? "";
    for (const path of pages.keys()) expect(summary).toContain(`](${path.slice("docs/".length)})`);
  });

  it("has every setting that is read from the environment", async () => {
    const { SETTINGS } = await import("../../src/settings.ts");
    const page = pages.get("docs/reference/configuration.md") ?? "";
    for (const name of Object.keys(SETTINGS)) expect(page).toContain(`| \`${name}\` |`);
  });
});

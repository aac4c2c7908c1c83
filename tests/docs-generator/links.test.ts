import { describe, expect, it } from "vitest";
import { Faults } from "../../scripts/docs/fault.ts";
import { checkLinks } from "../../scripts/docs/links.ts";
import { moveLinks, slug } from "../../scripts/docs/markdown.ts";

function faultsOf(pages: Readonly<Record<string, string>>): string {
  const faults = new Faults();
  const files = new Set(["src/a.ts", "src", ...Object.keys(pages)]);
  checkLinks({ pages: new Map(Object.entries(pages)), exists: (path) => files.has(path) }, faults);
  try {
    faults.check();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("links", () => {
  it("lead to files, folders, headings, and out of the repository's reach", () => {
    const a =
      "# A\n\n[b](sub/b.md) [b](sub/b.md#two-words-1) [src](../src) [here](#a) [there](https://x.example/y)";
    const b = "# B\n\n## Two words\n\n## Two words\n\n[a](../a.md#a) ![code](../../src/a.ts)";
    expect(faultsOf({ "docs/a.md": a, "docs/sub/b.md": b })).toBe("");
  });

  it("that are dead are told with page and line", () => {
    const a = "# A\n\ntext\n\n[gone](gone.md)\n\n[half](b.md#gone)\n";
    expect(faultsOf({ "docs/a.md": a, "docs/b.md": "# B\n" })).toBe(
      "docs/a.md:5: gone.md leads nowhere\ndocs/a.md:7: b.md#gone: docs/b.md has no such heading",
    );
  });

  it("out of the repository are dead", () => {
    expect(faultsOf({ "a.md": "# A\n\n[out](../../x.md)" })).toContain("leads nowhere");
  });

  it("in fences and code are none", () => {
    expect(faultsOf({ "a.md": "# A\n\n```md\n[gone](gone.md)\n```\n\n`[gone](gone.md)`" })).toBe(
      "",
    );
  });

  it("are led anew when a text moves to another folder", () => {
    const text = "[a](../reference/errors.md#x) [b](#y) [c](https://x.example) [d](/docs)";
    expect(moveLinks(text, "docs/rules/rules.md", "docs/reference/payout-service/void.md")).toBe(
      "[a](../errors.md#x) [b](../../rules/rules.md#y) [c](https://x.example) [d](/docs)",
    );
  });

  it.each([
    ["VALIDATION_FAILED", "validation_failed"],
    ["Payout.Status", "payoutstatus"],
    ["What `done` looks like, beyond the eight", "what-done-looks-like-beyond-the-eight"],
    ["Itaú", "itaú"],
  ])("to the heading %s are #%s", (heading, expected) => {
    expect(slug(heading)).toBe(expected);
  });
});

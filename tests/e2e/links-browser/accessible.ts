import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { expect } from "vitest";
import type { Visitor } from "./browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * What axe finds on the page as it is, and whether the page fits its width: nothing, and yes.
 *
 * @param known what others' code does wrong; it is an error when it no longer does
 */
export async function expectAccessible(
  { page }: Visitor,
  where: string,
  known: readonly string[] = [],
): Promise<void> {
  await page.evaluate(AXE);
  const results = await page.evaluate(
    (tags) =>
      (
        globalThis as unknown as { axe: { run(on: Document, how: object): Promise<AxeResults> } }
      ).axe.run(document, { runOnly: { type: "tag", values: tags } }),
    RULES,
  );
  const found = results.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  expect(
    found.filter(([id]) => !known.includes(String(id))),
    where,
  ).toEqual([]);
  expect(found.map(([id]) => id)).toEqual(expect.arrayContaining([...known]));
  expect(results.passes.length, where).toBeGreaterThan(10);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${where} is wider than its window`).toBeLessThanOrEqual(0);
}

import { expect } from "vitest";
import { FORMS, NAME } from "../money/link-page.ts";
import type { Visitor } from "./browser.ts";

export type Form = Readonly<Record<string, string>>;

/** What a recipient types for a method, with the name. */
export function typedFor(method: string): Form {
  return { ...NAME, ...FORMS[method]?.form };
}

/** Chooses a method where there is a choice. */
export async function choose({ page }: Visitor, method: string): Promise<void> {
  const button = page.locator(`button[name=method][value=${method}]`);
  if ((await button.count()) > 0) await button.click();
  await page.locator(`form[data-method=${method}]`).waitFor();
}

/** Types into the fields that are there. */
export async function fillIn({ page }: Visitor, form: Form): Promise<void> {
  for (const [name, value] of Object.entries(form)) {
    const field = page.locator(`[name=${name}]`);
    const isSelect = (await field.evaluate((element) => element.tagName)) === "SELECT";
    if (isSelect) await field.selectOption(value);
    else await field.fill(value);
  }
}

export async function review({ page }: Visitor): Promise<void> {
  await page.locator("button[value=review]").click();
}

export async function send({ page }: Visitor): Promise<void> {
  await page.locator("button[value=claim]").click();
}

/** The whole way to the result. */
export async function claim(visitor: Visitor, method: string, form = typedFor(method)) {
  await choose(visitor, method);
  await fillIn(visitor, form);
  await review(visitor);
  await send(visitor);
  await visitor.page.locator("#result").waitFor();
}

/** Waits for the page itself to show an end. */
export async function seeResult({ page }: Visitor, result: string): Promise<void> {
  await page.locator(`#result[data-result=${result}]`).waitFor();
  expect(await page.locator("h1").textContent()).not.toBe("");
}

import type { Frame, Page } from "playwright-core";
import { expect } from "vitest";
import { FORMS, NAME } from "../money/link-page.ts";

/** Where a recipient is: the whole page, or a frame of another. */
export interface Place {
  readonly page: Page | Frame;
}

export type Form = Readonly<Record<string, string>>;

/** What a recipient types for a method, with the name. */
export function typedFor(method: string): Form {
  return { ...NAME, ...FORMS[method]?.form };
}

/** Chooses a method where there is a choice. */
export async function choose({ page }: Place, method: string): Promise<void> {
  const button = page.locator(`button[name=method][value=${method}]`);
  if ((await button.count()) > 0) await button.click();
  await page.locator(`form[data-method=${method}]`).waitFor();
}

/** Types into the fields that are there. */
export async function fillIn({ page }: Place, form: Form): Promise<void> {
  for (const [name, value] of Object.entries(form)) {
    const field = page.locator(`[name=${name}]`);
    const isSelect = (await field.evaluate((element) => element.tagName)) === "SELECT";
    if (isSelect) await field.selectOption(value);
    else await field.fill(value);
  }
}

export async function review({ page }: Place): Promise<void> {
  await page.locator("button[value=review]").click();
}

export async function send({ page }: Place): Promise<void> {
  await page.locator("button[value=claim]").click();
}

/** The whole way to the result. */
export async function claim(place: Place, method: string, form = typedFor(method)) {
  await choose(place, method);
  await fillIn(place, form);
  await review(place);
  await send(place);
  await place.page.locator("#result").waitFor();
}

/** Waits for the page itself to show an end. */
export async function seeResult({ page }: Place, result: string): Promise<void> {
  await page.locator(`#result[data-result=${result}]`).waitFor();
  expect(await page.locator("h1").textContent()).not.toBe("");
}

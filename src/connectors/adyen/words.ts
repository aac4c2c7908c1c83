import type { ProcessorWords } from "../toolkit/errors.ts";
import type { Replied } from "../toolkit/exchange.ts";
import { repeats } from "../toolkit/repeats.ts";

/** What Adyen says of an error, in either of its two shapes, without what must not be shown. */
export interface AdyenWords extends ProcessorWords {
  /** The field that it finds fault with: "counterparty.bankAccount". */
  readonly field: string | undefined;
}

/** Six digits in a row are more likely part of an account than of a sentence. */
const NUMBER = /\d(?:[ -]?\d){5}/;
/** Parts of a body that are words of Adyen's own. */
const WORDS: ReadonlySet<string> = new Set(["type", "accountType", "country", "countryCode"]);

/** @param secrets a message that has one of them is left out */
export function readWords({ reply, json }: Replied, secrets: readonly string[]): AdyenWords {
  const message = json.text("detail") ?? json.text("message") ?? json.text("title");
  return {
    code: json.text("errorCode"),
    message: message !== undefined && isPlain(message, secrets) ? message : undefined,
    requestId: json.text("requestId") ?? json.text("pspReference") ?? reply.headers["pspreference"],
    field: json.text("invalidFields", 0, "name"),
  };
}

function isPlain(message: string, secrets: readonly string[]): boolean {
  return !NUMBER.test(message) && !repeats(message, secrets);
}

/** Every text in what is told of somebody: names, numbers, addresses. */
export function personalTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    WORDS.has(name) ? [] : personalTexts(part),
  );
}

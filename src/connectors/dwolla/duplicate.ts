import type { NoReply } from "../toolkit/exchange.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import type { CallNotMade } from "../toolkit/turned-away.ts";
import type { Answer } from "./dwolla-api.ts";
import { type Collection, idIn } from "./references.ts";

/** What Dwolla calls it when what shall be made is there already. */
const CODES: ReadonlySet<string> = new Set(["Duplicate", "DuplicateResource"]);

/** The id of what is in the way, where a refusal links to it; undefined for every other answer. */
export function duplicateIn(
  answer: Answer | NoReply | CallNotMade,
  collection: Collection,
): string | undefined {
  if (answer.kind !== "answer" || answer.status !== 400) return undefined;
  const errors = [answer.json, ...answer.json.list("_embedded", "errors")];
  const duplicates = errors.filter((error) => CODES.has(error.text("code") ?? ""));
  return duplicates.map((error) => idIn(linkOf(error), collection)).find((id) => id !== undefined);
}

function linkOf(error: JsonReply): string | undefined {
  return error.text("_links", "about", "href");
}

import type { JsonReply } from "../toolkit/json-reply.ts";

/** The id of one of Stripe's objects; undefined for what says that it is another kind of object. */
export function readId(json: JsonReply, object: string): string | undefined {
  const kind = json.text("object");
  return kind === undefined || kind === object ? json.text("id") : undefined;
}

/** Whether an object was made under this key, by the metadata that we put there. */
export function isMadeUnder(json: JsonReply, key: string | undefined): boolean {
  return key !== undefined && json.text("metadata", PROCESSOR_KEY) === key;
}

/** The entry of an object's metadata that holds the key under which it was made. */
export const PROCESSOR_KEY = "payout_service_key";

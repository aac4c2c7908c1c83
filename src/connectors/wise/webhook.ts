import { createHash } from "node:crypto";
import type { OpenAccount, Webhook, WebhookEvent, WebhookReading } from "../connector.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { isNumericId } from "./references.ts";
import { isSigned } from "./signature.ts";
import { needsPayments, toStatus } from "./status.ts";
import { toProcessorState } from "./transfer.ts";

const STATE_CHANGE = "transfers#state-change";
/** Events that say that something has happened, and not where the transfer stands now. */
const HINTS: ReadonlySet<string> = new Set(["transfers#payout-failure", "transfers#refund"]);

export const wiseWebhook: Webhook = {
  verify: ({ headers, body }, { settings }) =>
    isSigned(body, headers["x-signature-sha256"], settings["webhook_public_key"] ?? ""),
  parse: ({ body }, account) => parse(body, account),
};

/** One message is one event. Of other kinds, and of other profiles, nothing is taken. */
function parse(body: Uint8Array, account: OpenAccount): WebhookReading {
  const json = JsonReply.parse(Buffer.from(body).toString("utf8"));
  const type = json?.text("event_type");
  if (json === undefined || type === undefined) return { kind: "unreadable" };
  if (type !== STATE_CHANGE && !HINTS.has(type)) return { kind: "events", events: [] };
  const data = json.at("data");
  // Wise signs for all its customers with one key: what is told of another's profile is not for us.
  const profile = data.text("resource", "profile_id") ?? data.text("profile_id");
  if (profile !== undefined && profile !== account.settings["profile_id"]?.trim()) {
    return { kind: "events", events: [] };
  }
  const id = data.text("resource", "id") ?? data.text("transfer_id");
  if (!isNumericId(id)) return { kind: "unreadable" };
  const event: WebhookEvent = {
    // By content: the header that numbers deliveries is not signed.
    eventId: createHash("sha256").update(body).digest("base64url"),
    about: { reference: { kind: "transfer", id } },
    state: type === STATE_CHANGE ? readState(data, id) : null,
  };
  return { kind: "events", events: [event] };
}

/**
 * Null where the word alone does not say where the payout stands, or when that was: then it is looked up.
 * Version 2.0.0 tells times in whole seconds, so two states may have the same sequence.
 */
function readState(data: JsonReply, id: string): WebhookEvent["state"] {
  const word = data.text("current_state");
  const sequence = Date.parse(data.text("occurred_at") ?? "");
  if (word === undefined || needsPayments(word) || !Number.isFinite(sequence)) return null;
  const status = toStatus(word, { funded: true, fundIsPlanned: true });
  return { ...toProcessorState({ id, word }, status), sequence };
}

import { createHash } from "node:crypto";
import type {
  OpenAccount,
  Webhook,
  WebhookEvent,
  WebhookMessage,
  WebhookReading,
} from "../connector.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { settingOf } from "../toolkit/settings.ts";
import { settlesWhenBooked } from "./account-fields.ts";
import { isSigned } from "./signature.ts";
import { saysEnough } from "./status.ts";
import { readTransfer, toState, transferReference } from "./transfer.ts";
import { CAPABILITY } from "./verification.ts";

const TRANSFERS: ReadonlySet<string> = new Set([
  "balancePlatform.transfer.created",
  "balancePlatform.transfer.updated",
]);
/** Tells of the checks of a recipient whom the platform has made an account holder. */
const HOLDER_UPDATED = "balancePlatform.accountHolder.updated";

export const adyenWebhook: Webhook = {
  verify: isSigned,
  parse,
  // Any 2xx will do; older configurations want the word.
  reply: { status: 200, contentType: "text/plain", body: "[accepted]" },
};

function parse(message: WebhookMessage, account: OpenAccount): WebhookReading {
  const json = JsonReply.parse(Buffer.from(message.body).toString("utf8"));
  const type = json?.text("type");
  if (json === undefined || type === undefined) return { kind: "unreadable" };
  const data = json.at("data");
  if (TRANSFERS.has(type)) return parseTransfer(data, message, account);
  const events = type === HOLDER_UPDATED ? holderEvents(data.at("accountHolder"), message) : [];
  return { kind: "events", events };
}

/**
 * The state is null where the word alone does not say where the payout stands, or when that was: then
 * it is looked up.
 */
function parseTransfer(
  data: JsonReply,
  message: WebhookMessage,
  account: OpenAccount,
): WebhookReading {
  const transfer = readTransfer(data);
  if (transfer === undefined) return { kind: "unreadable" };
  if (!isOurs(data, account)) return { kind: "events", events: [] };
  const { id, word, reference, sequence, isReviewed } = transfer;
  const isClear = sequence !== undefined && saysEnough(word, isReviewed);
  const circumstances = { now: message.receivedAt, settlesWhenBooked: settlesWhenBooked(account) };
  const event: WebhookEvent = {
    eventId: sequence === undefined ? contentId(message) : `${id}-${sequence}`,
    // By our key: the id may not have reached us yet.
    about:
      reference === undefined ? { reference: transferReference(id) } : { processorKey: reference },
    state: isClear ? toState(transfer, "none", circumstances) : null,
  };
  return { kind: "events", events: [event] };
}

/** The platform tells of all its movements: payments, top-ups, and transfers of other accounts. */
function isOurs(data: JsonReply, account: OpenAccount): boolean {
  const source = data.text("balanceAccount", "id") ?? data.text("balanceAccountId");
  return (
    (data.text("category") ?? "bank") === "bank" &&
    data.text("direction") !== "incoming" &&
    (source === undefined || source === settingOf(account, "balance_account_id"))
  );
}

/** The recipient and its accounts, to be looked up. */
function holderEvents(holder: JsonReply, message: WebhookMessage): readonly WebhookEvent[] {
  const instruments = holder.at("capabilities", CAPABILITY).list("transferInstruments");
  const ids = [holder.text("legalEntityId"), ...instruments.map((each) => each.text("id"))];
  return [...new Set(ids)]
    .filter((id) => id !== undefined)
    .map((id) => ({
      eventId: `${contentId(message)}-${id}`,
      about: { registration: id },
      state: null,
    }));
}

function contentId({ body }: WebhookMessage): string {
  return createHash("sha256").update(body).digest("base64url");
}

import type { WebhookEvent, WebhookMessage, WebhookReading } from "../connector.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { PROCESSOR_KEY } from "./read-object.ts";
import { type ReferenceKind, reference } from "./references.ts";
import { readPayoutState, readTransferState, reversedState } from "./states.ts";

/** What a verified message says. */
export function readEvents({ body }: WebhookMessage): WebhookReading {
  const json = JsonReply.parse(Buffer.from(body).toString("utf8"));
  const eventId = json?.text("id");
  const type = json?.text("type");
  if (json === undefined || eventId === undefined || type === undefined) {
    return { kind: "unreadable" };
  }
  const object = json.at("data", "object");
  return { kind: "events", events: [{ eventId, ...readObject(type, object) }] };
}

type Said = Omit<WebhookEvent, "eventId">;

const NOTHING: Said = { about: null, state: null };

function readObject(type: string, object: JsonReply): Said {
  const [topic, ...rest] = type.split(".");
  if (topic === "payout") return readPayout(object);
  if (topic === "transfer") return readTransfer(object);
  if (topic === "capability") return register(object.text("account"));
  const isAccount = topic === "account" && rest.join() === "updated";
  return isAccount ? register(object.text("id")) : NOTHING;
}

/** A recipient's connected account has changed: how, is to be looked up. */
function register(registration: string | undefined): Said {
  return registration === undefined ? NOTHING : { about: { registration }, state: null };
}

function readPayout(object: JsonReply): Said {
  const original = object.text("original_payout");
  const state = readPayoutState(object) ?? null;
  if (original === undefined) {
    const { about } = refer("payout", object.text("id"), object);
    // Whether its transfer is back as well is to be looked up.
    return { about, state: state?.status === "CANCELLED" ? null : state };
  }
  // A payout that takes another back: until it is paid, the other one stays what it was.
  const { about } = refer("payout", original);
  const isBack = state?.status === "SUCCESS";
  const references = [reference("payout", original)];
  return { about, state: isBack ? reversedState({ status: "REVERSED", references }) : null };
}

function readTransfer(object: JsonReply): Said {
  const { about } = refer("transfer", object.text("id"), object);
  return { about, state: readTransferState(object) ?? null };
}

/** By our key where the object has it, since the id may not have reached us yet; the state is to be looked up. */
function refer(kind: ReferenceKind, id: string | undefined, object?: JsonReply): Said {
  const processorKey = object?.text("metadata", PROCESSOR_KEY);
  if (processorKey !== undefined) return { about: { processorKey }, state: null };
  return id === undefined ? NOTHING : { about: { reference: reference(kind, id) }, state: null };
}

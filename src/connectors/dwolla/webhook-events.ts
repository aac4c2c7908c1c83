import type { WebhookEvent, WebhookMessage, WebhookReading } from "../connector.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { UUID } from "../toolkit/keys.ts";
import { idIn, reference } from "./references.ts";

/** What a verified message says: what has changed, and never how. So it is always looked up. */
export function readEvents({ body }: WebhookMessage): WebhookReading {
  const json = JsonReply.parse(Buffer.from(body).toString("utf8"));
  const eventId = json?.text("id");
  const topic = json?.text("topic");
  if (json === undefined || eventId === undefined || topic === undefined) {
    return { kind: "unreadable" };
  }
  return { kind: "events", events: [{ eventId, about: aboutOf(json, topic), state: null }] };
}

/** The merchant's own funding sources, subscriptions and the like are nothing of ours. */
function aboutOf(json: JsonReply, topic: string): WebhookEvent["about"] {
  const href = json.text("_links", "resource", "href");
  const transfer = idIn(href, "transfers");
  const massPayment = idIn(href, "mass-payments");
  if (transfer !== undefined || massPayment !== undefined) {
    // The id may not have reached us yet; our key has.
    const key = json.text("correlationId") ?? "";
    if (UUID.test(key)) return { processorKey: key };
    return {
      reference:
        transfer === undefined
          ? reference("mass_payment", massPayment ?? "")
          : reference("transfer", transfer),
    };
  }
  if (!topic.startsWith("customer_")) return null;
  const registration = idIn(href, "funding-sources") ?? idIn(href, "customers");
  return registration === undefined ? null : { registration };
}

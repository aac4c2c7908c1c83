import { createHash } from "node:crypto";
import type {
  OpenAccount,
  Webhook,
  WebhookEvent,
  WebhookMessage,
} from "../../connectors/connector.ts";
import { encodeSnapshot } from "../../domain/snapshot.ts";
import { limits } from "../../limits.ts";
import type { NewInboxEntry } from "../../repository/inbox.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { eventContent, messageContent } from "./inbox-content.ts";

/** What is to be stored of a verified message: its events, or the whole of it for people. */
export function readMessage(
  { parse }: Pick<Webhook, "parse">,
  message: WebhookMessage,
  account: OpenAccount,
  log: Logger,
): readonly NewInboxEntry[] {
  const events = eventsOf(() => parse(message, account), log);
  if (events !== null) return events.map(toEntry);
  log.warn(
    { connector_account: account.connectorAccountId },
    "a processor's message could not be read, and is kept for people",
  );
  return [{ eventId: hashOf(message.body), state: "REVIEW", content: messageContent(message) }];
}

/** Null where the message says nothing that we could use as it is. */
function eventsOf(
  parse: () => ReturnType<Webhook["parse"]>,
  log: Logger,
): readonly WebhookEvent[] | null {
  try {
    const reading = parse();
    if (reading.kind === "unreadable") return null;
    const { events } = reading;
    const fits = events.length <= limits.webhooks.events && events.every(isOfUse);
    return fits ? events : null;
  } catch (error) {
    log.error({ err: error }, "a connector threw at a processor's message");
    return null;
  }
}

function isOfUse(event: WebhookEvent): boolean {
  const { eventId } = event;
  if (typeof eventId !== "string" || eventId === "") return false;
  return Buffer.byteLength(encodeSnapshot(event)) <= limits.webhooks.eventBytes;
}

function toEntry(event: WebhookEvent): NewInboxEntry {
  // An id may be as long as the processor likes; the index holds short ones.
  const isShort = Buffer.byteLength(event.eventId) <= limits.webhooks.eventIdBytes;
  const eventId = isShort ? event.eventId : hashOf(Buffer.from(event.eventId));
  return event.about === null
    ? { eventId, state: "IGNORED", content: null }
    : { eventId, state: "NEW", content: eventContent(event) };
}

function hashOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("base64url")}`;
}

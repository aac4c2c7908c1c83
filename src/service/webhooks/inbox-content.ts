import type { WebhookEvent, WebhookMessage } from "../../connectors/connector.ts";

/**
 * What is kept of a message. Of one that was read, the events as they were read: nothing else of it is
 * needed, and it may hold personal data. Of one that could not be read, all of it.
 */
export type InboxContent =
  | { readonly kind: "event"; readonly event: WebhookEvent }
  | {
      readonly kind: "message";
      readonly headers: WebhookMessage["headers"];
      /** Base64. */
      readonly body: string;
    };

/** Headers that are credentials, the processor's or a proxy's: verified, and not kept. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
]);

export function eventContent(event: WebhookEvent): InboxContent {
  return { kind: "event", event };
}

export function messageContent({ headers, body }: WebhookMessage): InboxContent {
  const kept = Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name));
  return {
    kind: "message",
    headers: Object.fromEntries(kept),
    body: Buffer.from(body).toString("base64"),
  };
}

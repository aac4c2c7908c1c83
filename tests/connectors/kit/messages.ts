import type { Webhook, WebhookEvent, WebhookMessage } from "../../../src/connectors/connector.ts";
import { FakeProcessor } from "../../processors/support/fake-processor.ts";
import { demand } from "./check.ts";
import type { Course } from "./course.ts";
import { paid } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** What a processor has told of a payout, from its beginning to its good end. */
export interface Received {
  readonly stage: Stage;
  readonly course: Course;
  readonly webhook: Webhook;
  readonly messages: readonly WebhookMessage[];
}

export async function received(stage: Stage): Promise<Received> {
  const { webhook } = stage.module;
  const { processor } = stage;
  demand(
    webhook && processor.deliver,
    "the module needs webhook, and the subject's processor deliver()",
  );
  const course = await paid(stage);
  await processor.settle();
  const endpoint = new FakeProcessor();
  endpoint.route("POST", "/hook", () => {
    const { status = 200, contentType = "text/plain", body = "" } = webhook.reply ?? {};
    return { status, body, headers: { "content-type": contentType } };
  });
  await endpoint.listen();
  try {
    await processor.deliver(`${endpoint.url}/hook`);
  } finally {
    await endpoint.close();
  }
  const receivedAt = stage.clock.now();
  const messages = endpoint.requests.map(({ headers, raw }) => ({
    headers,
    body: new Uint8Array(raw),
    receivedAt,
    signal: new AbortController().signal,
  }));
  demand(messages.length > 0, "deliver() has sent nothing");
  return { stage, course, webhook, messages };
}

/** @throws Problem where the message cannot be read */
export function eventsOf(
  { stage, webhook }: Received,
  message: WebhookMessage,
): readonly WebhookEvent[] {
  const reading = webhook.parse(message, stage.account);
  demand(reading.kind === "events", "a message of the processor is unreadable");
  return reading.events;
}

export function shortest(messages: readonly WebhookMessage[]): WebhookMessage {
  const [first] = [...messages].sort((a, b) => a.body.length - b.body.length);
  demand(first, "there are no messages");
  return first;
}

import { parseArgs } from "node:util";
import type { Clock } from "../../../src/clock.ts";
import { systemClock } from "../../../src/clock.ts";
import type { FakeProcessor } from "./fake-processor.ts";
import { printViolation } from "./violation.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/** A fake on the machine's clock, as its opener is told to make it. */
export interface ByHand {
  readonly clock: Clock;
  readonly port: number;
}

/**
 * Runs a fake on a fixed port until it is interrupted:
 * `node tests/processors/<name>/main.ts --port 9101 [--webhooks http://127.0.0.1:8080/...]`.
 * Webhooks, where there are any, go out by themselves; requests are printed, and at the end what was wrong with them.
 */
export async function runByHand(
  name: string,
  defaultPort: number,
  open: (how: ByHand) => Promise<{ http: FakeProcessor; webhooks?: WebhookSender }>,
): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: "string" }, webhooks: { type: "string" } },
  });
  const port = Number(values.port ?? defaultPort);
  const { http, webhooks } = await open({ clock: systemClock, port });
  if (webhooks !== undefined) {
    webhooks.url = values.webhooks;
    webhooks.automatic();
  }
  process.stdout.write(`fake ${name} on ${http.url}\n`);
  http.use(async (request, next) => {
    const reply = await next();
    process.stdout.write(`${request.method} ${request.path} ${reply.status}\n`);
    return reply;
  });
  const stop = () => {
    for (const each of http.violations) {
      process.stdout.write(`${printViolation(each)}\n`);
    }
    void http.close();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

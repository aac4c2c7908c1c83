import fc from "fast-check";
import { always, demand, print } from "../check.ts";
import type { Received } from "../messages.ts";

const RUNS = 300;

/** Whatever the bytes are, parse answers: events or "unreadable". */
export async function neverThrows({ stage, messages, webhook }: Received): Promise<void> {
  const samples = messages.map(({ body }) => Buffer.from(body).toString());
  const sample = fc.constantFrom(...samples);
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => Buffer.from(text)),
    fc.tuple(sample, fc.nat(), fc.jsonValue()).map(([text, at, value]) => mutate(text, at, value)),
    fc.tuple(sample, fc.nat()).map(([text, at]) => Buffer.from(text.slice(0, at % text.length))),
  );
  const headers = fc.constantFrom({}, ...messages.map((each) => each.headers));
  const property = fc.property(bodies, headers, (body, each) => {
    const message = {
      body: new Uint8Array(body),
      headers: each,
      receivedAt: 0,
      signal: new AbortController().signal,
    };
    const reading = webhook.parse(message, stage.account);
    const isReading = reading.kind === "unreadable" || Array.isArray(reading.events);
    demand(isReading, `parse answers ${print(reading)}`);
  });
  await always(() => fc.assert(property, { numRuns: RUNS }));

  const deep = Buffer.from(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  webhook.parse(
    { body: deep, headers: {}, receivedAt: 0, signal: new AbortController().signal },
    stage.account,
  );
}

/** A message with one of its values, somewhere, replaced by another. */
function mutate(text: string, at: number, value: unknown): Buffer {
  let left = -1;
  const count = (each: unknown): number =>
    typeof each === "object" && each !== null
      ? Object.values(each).reduce((sum: number, one) => sum + 1 + count(one), 0)
      : 0;
  const replace = (each: unknown): unknown => {
    if (typeof each !== "object" || each === null) return each;
    const entries = Object.entries(each).map(([name, one]) => {
      left -= 1;
      return [name, left === -1 ? value : replace(one)] as const;
    });
    return Array.isArray(each) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
  };
  try {
    const whole: unknown = JSON.parse(text);
    left = at % Math.max(1, count(whole));
    return Buffer.from(JSON.stringify(replace(whole)));
  } catch {
    return Buffer.from(text.replaceAll("=", String(value)));
  }
}

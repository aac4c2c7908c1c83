import type { WebhookMessage } from "../../../../src/connectors/connector.ts";
import { all, type Check, demand, type Kit, Problem, print } from "../check.ts";
import { countComparisons } from "../comparisons.ts";
import { type Forgery, forgeries } from "../forgeries.ts";
import { eventsOf, type Received, received, shortest } from "../messages.ts";
import { onStage } from "../stage.ts";
import type { WebhookSigning } from "../subject.ts";
import { neverThrows } from "./webhook-bytes.ts";

/** A message is the processor's or it is refused, and what is read from one is about the payout. */
export const webhooks: Check = {
  name: "webhooks",
  cases: (kit) => {
    const { webhooks: signing } = kit.subject;
    if (signing === undefined) return [];
    const on = (act: (given: Received) => Promise<void>) => () =>
      onStage(kit, async (stage) => act(await received(stage)));
    return [
      { name: "messages of the processor are taken", run: on(taken) },
      { name: "forgeries are refused", run: on((given) => forged(given, signing)) },
      {
        name: "signatures are compared in constant time",
        run: on((given) => constant(given, signing)),
      },
      { name: "messages are refused without a secret", run: on(withoutSecret) },
      {
        name: "old messages are refused where a time is signed",
        run: on((given) => old(given, signing)),
      },
      { name: "a secret can be rotated", run: () => rotated(kit, signing) },
      { name: "events are about the payout, and the same again", run: on(events) },
      { name: "hostile bytes never throw", run: on(neverThrows) },
    ];
  },
};

async function taken({ stage, messages, webhook }: Received): Promise<void> {
  for (const message of messages) {
    demand(await webhook.verify(message, stage.account), "a message of the processor is refused");
  }
}

async function forged({ stage, messages, webhook }: Received, signing: WebhookSigning) {
  const message = shortest(messages);
  const before = stage.http.requests.length;
  await webhook.verify(message, stage.account);
  // One that asks the processor takes a request each time: then a sample has to do.
  const asks = stage.http.requests.length > before;
  const wrong: string[] = [];
  const refuse = async ({ name, message: forgery }: Forgery) => {
    const isTaken = await Promise.resolve(webhook.verify(forgery, stage.account)).catch(
      (error: unknown) => {
        throw new Problem(`${name}: verify throws ${String(error)}`);
      },
    );
    if (isTaken !== false) wrong.push(name);
  };
  for (const forgery of forgeries(message, signing, asks ? 64 : undefined)) await refuse(forgery);
  demand(wrong.length === 0, `forgeries are taken: ${wrong.slice(0, 5).join("; ")}`);
}

/** A secret is compared by timingSafeEqual, and always as often; a public key has nothing to tell. */
async function constant({ stage, messages, webhook }: Received, signing: WebhookSigning) {
  const message = shortest(messages);
  const { header, encoding } = signing.signature;
  const signature = message.headers[header] ?? "";
  // The first and the last of the digits that are the signature's.
  const places = [
    ...signature.matchAll(encoding === "hex" ? /[0-9a-f]{32,}/gi : /[A-Za-z0-9+/]{32,}/g),
  ];
  const run = places.at(-1);
  demand(run, `the signature is no ${encoding}`);
  const counts: string[] = [];
  for (const at of [run.index, run.index + run[0].length - 2]) {
    const digit = signature[at] === "0" ? "1" : "0";
    const changed = signature.slice(0, at) + digit + signature.slice(at + 1);
    const forgery = { ...message, headers: { ...message.headers, [header]: changed } };
    const before = stage.http.requests.length;
    const { result, compared, verified } = await countComparisons(async () =>
      webhook.verify(forgery, stage.account),
    );
    const asked = stage.http.requests.length - before;
    demand(result === false, "a wrong signature is taken");
    demand(compared + verified + asked > 0, "a wrong signature is refused without timingSafeEqual");
    counts.push(print([compared, verified, asked]));
  }
  demand(counts[0] === counts[1], "how much is compared rests on where the signature is wrong");
}

async function withoutSecret({ stage, messages, webhook }: Received): Promise<void> {
  const { settings } = stage.account;
  const { accountFields } = stage.module;
  const verify = async (without: readonly string[]) => {
    const left = Object.entries(settings).filter(([name]) => !without.includes(name));
    const account = { ...stage.account, settings: Object.fromEntries(left), version: 99 };
    return Promise.all(messages.map(async (each) => webhook.verify(each, account)));
  };
  const optional = accountFields.filter(({ required }) => !required).map(({ name }) => name);
  const everything = accountFields.map(({ name }) => name);
  demand(!(await verify(everything)).includes(true), "a message is taken without any secret");
  const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, ""]));
  const account = { ...stage.account, settings: empty, version: 100 };
  for (const each of messages) {
    demand(!(await webhook.verify(each, account)), "a message is taken with empty secrets");
  }
  // Throws nothing where only what is optional is missing.
  await verify(optional);
}

async function old({ stage, messages, webhook }: Received, { windowMs }: WebhookSigning) {
  if (windowMs === null) return;
  const at = (ms: number) => async (message: WebhookMessage) =>
    webhook.verify({ ...message, receivedAt: message.receivedAt + ms }, stage.account);
  for (const message of messages) {
    demand(await at(windowMs - 2_000)(message), "a message within the window is refused");
    demand(!(await at(windowMs + 2_000)(message)), "a message is taken after its window");
    demand(!(await at(-windowMs - 2_000)(message)), "a message from the future is taken");
  }
}

function rotated(kit: Kit, signing: WebhookSigning): Promise<void> {
  return onStage(kit, async (stage) => {
    if (signing.rotate === undefined) return;
    const first = await received(stage);
    const { during, after } = signing.rotate(stage.processor);
    const second = await received(stage);
    const version = { version: 2 };
    const verify = async (messages: readonly WebhookMessage[], settings: typeof during) =>
      Promise.all(
        messages.map(async (each) =>
          first.webhook.verify(each, { ...stage.account, ...version, settings }),
        ),
      );
    const isAll = (taken: readonly boolean[], wanted: boolean) =>
      taken.every((each) => each === wanted);
    demand(
      isAll(await verify(second.messages, during), true),
      "the new secret is not good during a rotation",
    );
    demand(
      isAll(await verify(first.messages, during), true),
      "the old secret is not good during a rotation",
    );
    demand(
      isAll(await verify(second.messages, after), true),
      "the new secret is not good after a rotation",
    );
    demand(
      isAll(await verify(first.messages, after), false),
      "the old secret is good after a rotation",
    );
  });
}

async function events(given: Received): Promise<void> {
  const { messages, course } = given;
  const ids = new Map<string, string>();
  const about: unknown[] = [];
  await all(
    messages,
    ({ body }) => Buffer.from(body).toString().slice(0, 80),
    async (message) => {
      const read = eventsOf(given, message);
      demand(
        print(read) === print(eventsOf(given, message)),
        "the same message reads otherwise again",
      );
      for (const event of read) {
        demand(event.eventId !== "", "an event has no id");
        const bytes = Buffer.from(message.body).toString();
        demand(
          (ids.get(event.eventId) ?? bytes) === bytes,
          "two messages have the same event's id",
        );
        ids.set(event.eventId, bytes);
        about.push(event.about);
      }
    },
  );
  const known = new Set([
    ...Object.values(course.keys).map((processorKey) => print({ processorKey })),
    ...course.references.map((reference) => print({ reference })),
  ]);
  const isOurs = about.some((each) => known.has(print(each)));
  demand(isOurs, `no event is about the payout, by a key or an id of it: ${print(about)}`);
}

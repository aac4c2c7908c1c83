import { randomUUID } from "node:crypto";
import { all, type Case, type Check, demand, type Kit, print } from "../check.ts";
import { instructionOf } from "../course.ts";
import { inTime } from "../deadline.ts";
import { judge, mishapsOf, nameOf, prepare } from "../faults.ts";
import { onStage, type Stage } from "../stage.ts";
import type { StepRequest } from "../subject.ts";

type Name = "quote" | "registerRecipient" | "registerAccount";
type Made = { readonly kind: string; readonly value?: unknown };

const NAMES: readonly Name[] = ["quote", "registerRecipient", "registerAccount"];

/** Prices and registrations: the same honesty, without a payout. */
export const calls: Check = {
  name: "prices and registrations",
  cases: (kit) =>
    NAMES.flatMap((name): readonly Case[] => {
      const requests = kit.subject.requests[name];
      if (requests === undefined) return [];
      return [
        {
          name: `${name} is made, and found`,
          run: () => onStage(kit, (stage) => made(stage, name)),
        },
        { name: `${name}: faults are told as they are`, run: () => faulty(kit, name, requests) },
      ];
    }),
};

async function made(stage: Stage, name: Name): Promise<void> {
  const ask = await asker(stage, name);
  if (ask === undefined) return;
  const outcome = await ask.call();
  demand(outcome.kind === "accepted", `it should be accepted: ${print(outcome)}`);
  const { connectorRecipientId, connectorAccountId } = outcome.value as Readonly<
    Record<string, unknown>
  >;
  const id = connectorRecipientId ?? connectorAccountId;
  demand(
    name === "quote" || (typeof id === "string" && id !== ""),
    `it has no id: ${print(outcome)}`,
  );
  const found = await ask.lookup?.(String(id));
  if (found === undefined) return;
  const isFound = found.kind === "found" || !stage.module.manifest.notFoundIsProof;
  demand(isFound && found.kind !== "unreachable", `it is there, but: ${print(found)}`);
}

function faulty(kit: Kit, name: Name, requests: readonly StepRequest[]): Promise<void> {
  return all(mishapsOf(requests), nameOf, (mishap) =>
    onStage(kit, async (stage) => {
      const ask = await asker(stage, name);
      if (ask === undefined) return;
      prepare(stage, name, mishap);
      await ask.call();
      const isQuote = name === "quote";
      // A price leaves nothing behind: whether it was asked for is nobody's concern.
      const request = isQuote ? { ...mishap.request, acts: false } : mishap.request;
      judge(stage, name, { ...mishap, request });
      const again = await ask.call();
      demand(again.kind === "accepted", `the repeat should be accepted: ${print(again)}`);
    }),
  );
}

/** Makes one call and its repeats, under one key; undefined where "quote" is the name of a step alone. */
async function asker(stage: Stage, name: Name) {
  const { connector, processor } = stage;
  const processorKey = randomUUID();
  const make = <T extends Made>(call: (signal: AbortSignal) => Promise<T>): Promise<Made> =>
    inTime(stage.http, call);
  if (name === "quote") {
    const { quote } = connector;
    if (quote === undefined) return undefined;
    const payout = instructionOf(await stage.order(), "AUTOMATIC");
    return { call: () => make((signal) => quote({ payout, signal })) };
  }
  if (name === "registerRecipient") {
    const { registerRecipient, lookupRecipient } = connector;
    demand(registerRecipient && lookupRecipient, "the module has no registerRecipient");
    demand(processor.recipient, "the subject's processor needs recipient()");
    const input = { recipientId: "rcp_kit", processorKey, ...processor.recipient() };
    return {
      call: () => make((signal) => registerRecipient({ ...input, signal })),
      lookup: (connectorRecipientId: string) =>
        make((signal) => lookupRecipient({ ...input, connectorRecipientId, signal })),
    };
  }
  const { registerAccount, lookupAccount } = connector;
  demand(registerAccount && lookupAccount, "the module has no registerAccount");
  demand(processor.bankAccount, "the subject's processor needs bankAccount()");
  const ids = { disburseAccountId: "dacct_kit", recipientId: "rcp_kit", processorKey };
  const input = { ...ids, ...(await processor.bankAccount()) };
  return {
    call: () => make((signal) => registerAccount({ ...input, signal })),
    lookup: () => make((signal) => lookupAccount({ ...input, signal })),
  };
}

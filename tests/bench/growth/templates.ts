import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { JsonObject } from "@bufbuild/protobuf";
import { Caller } from "../caller.ts";
import {
  destinationOf,
  PERSON,
  RAIL_CURRENCIES,
  RAILS,
  type RailCurrency,
  termsOf,
} from "../orders.ts";

/** How a payout of the fill ends. */
export type Course =
  | "instant"
  | "settled"
  | "declined"
  | "closed"
  | "returned"
  | "pending"
  | "staged"
  | "held"
  | "cancelled"
  | "linked";

/** A payout that the service made, to be copied. */
export interface Template {
  readonly course: Course;
  readonly currency: RailCurrency;
  readonly payoutId: string;
  /** Null: its destination is its own. */
  readonly recipientId: string | null;
}

/** A recipient that the service made, with one account. */
export interface RecipientTemplate {
  readonly currency: RailCurrency;
  readonly recipientId: string;
  readonly disburseAccountId: string;
}

const SCENARIOS: Readonly<Partial<Record<Course, string>>> = {
  instant: "instant_success",
  settled: "success",
  declined: "decline",
  closed: "account_closed",
  returned: "return_after_success",
  pending: "manual",
};

/** By which each is known to have come to its end. */
const ENDS: Readonly<Record<Course, string>> = {
  instant: "SUCCESS",
  settled: "SUCCESS",
  declined: "FAILED",
  closed: "FAILED",
  returned: "REVERSED",
  pending: "PENDING",
  staged: "REQUIRES_CONFIRMATION",
  held: "REQUIRES_FULFILLMENT",
  cancelled: "CANCELLED",
  linked: "REQUIRES_PAYOUT_METHOD_DATA",
};

/**
 * Has the service make one payout of each course and rail, and one recipient of each rail. So the fill
 * copies rows that the service has written, whatever columns they have by now.
 */
export async function makeTemplates(url: string): Promise<{
  readonly payouts: readonly Template[];
  readonly recipients: readonly RecipientTemplate[];
}> {
  const caller = new Caller(url);
  const recipients: RecipientTemplate[] = [];
  const payouts: Template[] = [];
  for (const currency of RAIL_CURRENCIES) {
    const recipient = await makeRecipient(caller, currency);
    recipients.push(recipient);
    for (const course of Object.keys(ENDS) as Course[]) {
      const { recipientId } = recipient;
      const own = await makePayout(caller, { course, currency, recipientId: null });
      payouts.push({ course, currency, payoutId: own, recipientId: null });
      if (course === "linked") continue;
      const payoutId = await makePayout(caller, { course, currency, recipientId });
      payouts.push({ course, currency, payoutId, recipientId });
    }
  }
  for (const { payoutId, course } of payouts) await reach(caller, payoutId, ENDS[course]);
  return { payouts, recipients };
}

async function makeRecipient(caller: Caller, currency: RailCurrency): Promise<RecipientTemplate> {
  const recipient = await caller.ask(
    "POST",
    "/v1/recipients",
    { ...PERSON, merchantRecipientId: `template-${currency}` },
    randomUUID(),
  );
  const recipientId = String(recipient["recipientId"]);
  const account = await caller.ask(
    "POST",
    `/v1/recipients/${recipientId}/disburse-accounts`,
    { payoutMethodData: RAILS[currency] },
    randomUUID(),
  );
  return { currency, recipientId, disburseAccountId: String(account["disburseAccountId"]) };
}

async function makePayout(
  caller: Caller,
  { course, currency, recipientId }: Omit<Template, "payoutId">,
): Promise<string> {
  const who = recipientId === null ? "own" : "known";
  const reference = `template-${currency}-${course}-${who}`;
  const terms = termsOf(currency, { scenario: SCENARIOS[course] ?? "success", reference });
  const body: JsonObject = {
    ...terms,
    ...(recipientId === null ? destinationOf(currency) : { recipientId }),
  };
  const key = randomUUID();
  switch (course) {
    case "linked": {
      const made = await caller.ask(
        "POST",
        "/v1/payout-links",
        { ...terms, recipient: PERSON },
        key,
      );
      return String((made["payout"] as JsonObject)["payoutId"]);
    }
    case "staged":
    case "cancelled": {
      const staged = await caller.ask("POST", "/v1/payouts/stage", body, key);
      const id = String(staged["payoutId"]);
      if (course === "cancelled") {
        await caller.ask(
          "POST",
          `/v1/payouts/${id}/void`,
          { reason: "typing error" },
          randomUUID(),
        );
      }
      return id;
    }
    default: {
      const fulfillment = course === "held" ? "MANUAL" : "AUTOMATIC";
      const payout = await caller.ask("POST", "/v1/payouts", { ...body, fulfillment }, key);
      return String(payout["payoutId"]);
    }
  }
}

/** Waits until a payout has come to its end. */
async function reach(caller: Caller, payoutId: string, end: string): Promise<void> {
  for (let look = 0; look < 200; look += 1) {
    const payout = await caller.ask("GET", `/v1/payouts/${payoutId}?sync=STORED`);
    if (payout["status"] === end) return;
    await pause(25);
  }
  throw new Error(`the template ${payoutId} did not become ${end}`);
}

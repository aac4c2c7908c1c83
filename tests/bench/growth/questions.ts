import type { Page, PayoutFilter, Repository } from "../../../src/repository/repository.ts";
import { OLD_CURRENCY, OTHER_CONNECTOR } from "./mix.ts";
import type { Subject } from "./subject.ts";

const DAY = 24 * 60 * 60 * 1000;
/** A page of 100, and the one row by which a further page is known. */
const LIMIT = 101;

/** One reading, as the services ask it of the repository. */
export interface Question {
  readonly name: string;
  ask(): Promise<unknown>;
}

/** Deep in a list: behind nine tenths of it. */
function deep({ from, to }: Subject, prefix: string) {
  return {
    createTime: Math.floor(from + (to - from) / 10),
    id: `${prefix}_zzzzzzzzzzzzzzzzzzzzzzzzzz`,
  };
}

export function anyOf(merchantId: string, changes: Partial<PayoutFilter> = {}): PayoutFilter {
  return {
    merchantId,
    status: [],
    connector: null,
    recipientId: null,
    merchantPayoutId: null,
    currency: null,
    createTimeFrom: null,
    createTimeTo: null,
    ...changes,
  };
}

/** What callers ask most, and what is dearest to answer. */
export function questionsOf(repository: Repository, subject: Subject): readonly Question[] {
  const { payouts, recipients, events, links } = repository;
  const { merchantId, payoutId, reference, from } = subject;
  const first: Page = { limit: LIMIT, after: null };
  const listed = (name: string, changes: Partial<PayoutFilter>, page = first): Question => ({
    name: `List, ${name}`,
    ask: () => payouts.list(anyOf(merchantId, changes), page),
  });
  const noEvents = {
    merchantId,
    type: [],
    objectId: null,
    createTimeFrom: null,
    createTimeTo: null,
  };
  const longAgo = { createTimeFrom: from, createTimeTo: from + 3 * DAY };
  return [
    { name: "Get by id", ask: () => payouts.find(merchantId, { payoutId }) },
    {
      name: "Get by merchant id",
      ask: () => payouts.find(merchantId, { merchantPayoutId: reference }),
    },
    listed("first page", {}),
    { ...listed("deep page", {}, { limit: LIMIT, after: deep(subject, "po") }) },
    listed("a common status", { status: ["SUCCESS"] }),
    listed("a status of long ago", { status: ["CANCELLED"] }),
    listed("a status that nothing has", { status: ["INELIGIBLE"] }),
    listed("four statuses", { status: ["SUCCESS", "FAILED", "PENDING", "CANCELLED"] }),
    listed("a common currency", { currency: "USD" }),
    listed("a currency of long ago", { currency: OLD_CURRENCY }),
    listed("a currency that nothing has", { currency: "JPY" }),
    listed("a common connector", { connector: "sandbox" }),
    listed("a rarer connector", { connector: OTHER_CONNECTOR }),
    listed("a connector that nothing has", { connector: "nobody" }),
    listed("the biggest recipient", { recipientId: subject.recipients.biggest }),
    listed("a small recipient", { recipientId: subject.recipients.small }),
    listed("the biggest recipient, a rare status", {
      recipientId: subject.recipients.biggest,
      status: ["REVERSED"],
    }),
    listed("three days of long ago", longAgo),
    listed("three days of long ago, a rare status", { ...longAgo, status: ["REVERSED"] }),
    listed("a common status, a currency of long ago", {
      status: ["SUCCESS"],
      currency: OLD_CURRENCY,
    }),
    listed("a common currency, a status of long ago, a connector", {
      status: ["CANCELLED"],
      currency: "USD",
      connector: OTHER_CONNECTOR,
    }),
    {
      name: "events, first page",
      ask: () => events.list(noEvents, first),
    },
    {
      name: "events, a rare type",
      ask: () => events.list({ ...noEvents, type: ["payout.cancelled"] }, first),
    },
    {
      name: "events, a type that nothing has",
      ask: () => events.list({ ...noEvents, type: ["payout.ineligible"] }, first),
    },
    {
      name: "events of one payout",
      ask: () => events.list({ ...noEvents, objectId: payoutId }, first),
    },
    {
      name: "events, three days of long ago",
      ask: () => events.list({ ...noEvents, ...longAgo }, first),
    },
    {
      name: "recipients, first page",
      ask: () => recipients.list({ merchantId, status: [], merchantRecipientId: null }, first),
    },
    {
      name: "recipients, a status that nothing has",
      ask: () =>
        recipients.list({ merchantId, status: ["REJECTED"], merchantRecipientId: null }, first),
    },
    {
      name: "links, first page",
      ask: () => links.list({ merchantId, state: [], payoutId: null }, first),
    },
    {
      name: "links, a state that nothing has",
      ask: () => links.list({ merchantId, state: ["EXPIRED"], payoutId: null }, first),
    },
  ];
}

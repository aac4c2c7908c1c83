/**
 * What the sandbox processor can be made to do, as data: the processor runs it and the documentation
 * renders it. `code` is the two digits that choose the scenario in a magic account number.
 */
export interface Scenario {
  readonly name: string;
  readonly code: string;
  /** For people. */
  readonly summary: string;
  /** How many calls are refused before anything happens, counted for each idempotency key. */
  readonly refusals: number;
  /** A definite no, which leaves nothing in the ledger. */
  readonly declines: boolean;
  /** How the first answer comes back. Repeats with the same key are always answered well. */
  readonly reply: "prompt" | "slow" | "lost" | "server_error" | "unreadable";
  /** What happens to the money after acceptance. */
  readonly course: "settle" | "instant" | "manual" | "fail" | "settle_then_return";
  /** How news is told. `newest_first`: each change is followed by the news of the state before. */
  readonly news: "once" | "twice" | "newest_first";
}

const PLAIN = {
  refusals: 0,
  declines: false,
  reply: "prompt",
  course: "settle",
  news: "once",
} as const;

/** The default, and what every account that is not magic gets. */
export const SUCCESS: Scenario = {
  ...PLAIN,
  name: "success",
  code: "01",
  summary: "Accepted, moving, and settled after the settle time.",
};

export const SCENARIOS: readonly Scenario[] = [
  SUCCESS,
  {
    ...PLAIN,
    name: "instant_success",
    code: "02",
    summary: "Settled in the answer.",
    course: "instant",
  },
  {
    ...PLAIN,
    name: "manual",
    code: "03",
    summary: "Accepted and moving until SandboxService moves it.",
    course: "manual",
  },
  {
    ...PLAIN,
    name: "decline",
    code: "04",
    summary: "Refused at once for insufficient funds; not in the ledger.",
    declines: true,
  },
  {
    ...PLAIN,
    name: "account_closed",
    code: "05",
    summary: "Accepted and moving; after the settle time it fails: the account is closed.",
    course: "fail",
  },
  {
    ...PLAIN,
    name: "return_after_success",
    code: "06",
    summary: "Settled after the settle time, and returned by the bank after another.",
    course: "settle_then_return",
  },
  {
    ...PLAIN,
    name: "timeout_before_send",
    code: "07",
    summary: "The first connection is refused; the retry works.",
    refusals: 1,
  },
  {
    ...PLAIN,
    name: "timeout_after_accept",
    code: "08",
    summary: "Accepted, and the connection breaks before the answer; it settles.",
    reply: "lost",
  },
  {
    ...PLAIN,
    name: "server_error_after_accept",
    code: "09",
    summary: "Accepted, and answered with 500; it settles.",
    reply: "server_error",
  },
  {
    ...PLAIN,
    name: "unreadable_reply",
    code: "10",
    summary: "Accepted, and answered with 200 and rubbish; it settles.",
    reply: "unreadable",
  },
  {
    ...PLAIN,
    name: "unavailable",
    code: "11",
    summary: "Refused before sending, twice; the third call works.",
    refusals: 2,
  },
  {
    ...PLAIN,
    name: "slow",
    code: "12",
    summary: "Answered after 1.5 s; it settles.",
    reply: "slow",
  },
  {
    ...PLAIN,
    name: "duplicate_webhook",
    code: "13",
    summary: "Every news comes twice, with the same event id; it settles.",
    news: "twice",
  },
  {
    ...PLAIN,
    name: "out_of_order_webhook",
    code: "14",
    summary: "News comes newest first: the settlement, then that it is moving.",
    news: "newest_first",
  },
];

const BY_NAME: ReadonlyMap<string, Scenario> = new Map(SCENARIOS.map((s) => [s.name, s]));
const BY_CODE: ReadonlyMap<string, Scenario> = new Map(SCENARIOS.map((s) => [s.code, s]));

/** The scenario of that name; undefined for a word that is none. */
export function scenarioByName(name: string): Scenario | undefined {
  return BY_NAME.get(name);
}

/** The scenario of a two-digit code; undefined for digits that are none. */
export function scenarioByCode(code: string): Scenario | undefined {
  return BY_CODE.get(code);
}

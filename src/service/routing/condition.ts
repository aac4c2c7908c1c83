import { CelScalar, celEnv, mapType, parse, plan } from "@bufbuild/cel";
import type { Money } from "../../domain/money.ts";
import type { PayoutPriority } from "../../domain/payout.ts";
import type { PayoutMethodKind } from "../../domain/payout-method/index.ts";
import {
  ConditionError,
  type ConditionFault,
  checkCondition,
  VARIABLE_NAMES,
} from "./condition-types.ts";

/** What a rule can ask of a payout. */
export interface RoutingFacts {
  readonly amount: Money;
  readonly destinationCurrency: string;
  /** Null while it is not known, as on a link. */
  readonly method: PayoutMethodKind | null;
  /** Where the account is; null while that is not known. */
  readonly country: string | null;
  readonly priority: PayoutPriority | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `error`: it could not be evaluated for these facts, such as for a metadata entry that is not there. */
export type Verdict = "holds" | "does_not_hold" | "error";

/** A condition that has been checked. It never throws. */
export type Condition = (facts: RoutingFacts) => Verdict;

const ENVIRONMENT = celEnv({
  variables: {
    amount: CelScalar.INT,
    currency: CelScalar.STRING,
    destination_currency: CelScalar.STRING,
    method: CelScalar.STRING,
    country: CelScalar.STRING,
    priority: CelScalar.STRING,
    metadata: mapType(CelScalar.STRING, CelScalar.STRING),
  },
});

export type Compiled =
  | { readonly condition: Condition }
  /** What is wrong, for the caller: a constant, and where. Nothing of the expression is in it. */
  | { readonly message: string };

type Evaluate = ReturnType<typeof planned>;

function planned(parsed: Parameters<typeof plan>[1]) {
  return plan(ENVIRONMENT, parsed);
}

/** Whether the engine of `matches` takes a pattern. */
function isPattern(pattern: string): boolean {
  const anything = {
    amount: 0n,
    currency: "",
    destination_currency: "",
    country: "",
    priority: "",
  };
  return typeof PROBE({ ...anything, method: pattern, metadata: new Map() }) === "boolean";
}

const PROBE = planned(parse("currency.matches(method)"));

const ALWAYS: Condition = () => "holds";

/** Reads and checks a condition. Never throws, whatever the text. */
export function compileCondition(text: string): Compiled {
  if (text.trim() === "") return { condition: ALWAYS };
  const parsed = parsedFrom(text);
  if ("message" in parsed) return parsed;
  try {
    checkCondition(parsed.expr, isPattern);
    const evaluate = planned(parsed);
    return { condition: (facts) => verdictOf(evaluate, facts) };
  } catch (error) {
    // Beside what the check finds: a stack that ends, or a pattern that does not compile.
    if (!(error instanceof ConditionError)) return { message: MESSAGES.UNREADABLE };
    const offset = parsed.sourceInfo?.positions[String(error.id)];
    return { message: MESSAGES[error.fault] + placeOf(text, offset) };
  }
}

function parsedFrom(text: string): ReturnType<typeof parse> | { readonly message: string } {
  try {
    return parse(text);
  } catch (error) {
    // The library's own message repeats what it found; only the place is taken from it.
    const { location } = error as { location?: { start?: { offset?: unknown } } };
    const offset = location?.start?.offset;
    return { message: MESSAGES.UNREADABLE + placeOf(text, offset) };
  }
}

const MESSAGES: Readonly<Record<ConditionFault, string>> = {
  UNREADABLE: "must be a CEL expression; it cannot be read",
  UNKNOWN_NAME: `must use no names but ${VARIABLE_NAMES.join(", ")}`,
  UNKNOWN_FUNCTION: "must use no functions but those that the documentation lists",
  LITERAL: "must use no literals but whole numbers, texts, true, false and lists of them",
  TYPES: "must use each operator and function on the types that it takes",
  PATTERN:
    "must give matches() a pattern in quotes, of at most 100 characters, without a counted repetition",
  DEPTH: "must be less deeply nested",
  COST: "must take fewer steps: a macro goes over too much",
  NOT_BOOLEAN: "must be true or false",
};

/** " (at line 1, column 8)"; empty when it is not known. */
function placeOf(text: string, offset: unknown): string {
  if (typeof offset !== "number") return "";
  const before = text.slice(0, offset).split("\n");
  return ` (at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

function verdictOf(evaluate: Evaluate, facts: RoutingFacts): Verdict {
  try {
    const result = evaluate({
      amount: facts.amount.minorAmount,
      currency: facts.amount.currency,
      destination_currency: facts.destinationCurrency,
      method: facts.method ?? "",
      country: facts.country ?? "",
      priority: facts.priority ?? "",
      // A map, so that a key such as "constructor" is only there when the caller sent it.
      metadata: new Map(Object.entries(facts.metadata)),
    });
    return result === true ? "holds" : result === false ? "does_not_hold" : "error";
  } catch {
    return "error";
  }
}

import { Faults } from "./fault.ts";
import {
  type Block,
  codesIn,
  type Row,
  readSections,
  rowsOf,
  type Section,
  textOf,
} from "./sections.ts";

/** Where the rules are, as a path in the repository. */
export const RULES_PATH = "docs/rules/rules.md";

/** A rule for pages: one that a check holds, or one for people. */
export interface PageRule {
  readonly line: number;
  readonly number: string;
  readonly text: string;
  /** The name of its check; null for people. */
  readonly check: string | null;
}

export interface Pattern {
  readonly title: string;
  readonly line: number;
  readonly text: string;
}

/** What is said of a service beside the contract. */
export interface ServiceRules {
  readonly line: number;
  readonly overview: string;
  readonly useCases: string;
  readonly patterns: readonly Pattern[];
  readonly nextSteps: string;
}

/** What is said of an operation beside the contract. */
export interface OperationRules {
  readonly line: number;
  readonly useWhen: string;
  readonly purpose: string;
  readonly scenarios: readonly Row[];
  /** From and to, as names of statuses; "new" is where a payout begins. */
  readonly steps: readonly Row[];
  readonly errors: readonly { readonly line: number; readonly reason: string }[];
}

/** Who gives a reason. */
export const GIVERS = [
  "every call",
  "every mutation",
  "every list",
  "operations",
  "elsewhere",
] as const;
export type Giver = (typeof GIVERS)[number];

export interface ReasonRules {
  readonly line: number;
  readonly givenBy: Giver;
  readonly whatToDo: string;
}

/** The permanent text and data that the contract cannot hold. */
export interface Rules {
  readonly standard: readonly PageRule[];
  readonly services: ReadonlyMap<string, ServiceRules>;
  readonly operations: ReadonlyMap<string, OperationRules>;
  readonly reasons: ReadonlyMap<string, ReasonRules>;
  /** `error.reason` of a payout: what it means, what to do. */
  readonly payoutReasons: ReadonlyMap<string, Row>;
  readonly eventTypes: ReadonlyMap<string, Row>;
  readonly statuses: ReadonlyMap<string, Row>;
  readonly connectors: ReadonlyMap<string, Row>;
  /** Text by the title of its section, for pages that have an introduction. */
  readonly introductions: ReadonlyMap<string, string>;
}

/** @throws DocsFault with file and line */
export function readRules(text: string): Rules {
  const faults = new Faults();
  const fault = (line: number, what: string) => faults.add(`${RULES_PATH}:${line}`, what);
  const top = readSections(text).sections[0];
  const part = (title: string): Section => {
    const found = top?.sections.find((section) => section.title === title);
    if (found === undefined) fault(1, `has no section "${title}"`);
    return found ?? { title, line: 1, blocks: [], sections: [] };
  };
  const keyed = (title: string, ...heads: readonly string[]): ReadonlyMap<string, Row> => {
    const section = part(title);
    const rows = allRows(section.blocks, heads);
    if (rows.length === 0) fault(section.line, `"${title}" has no table ${heads.join(" | ")}`);
    const byKey = new Map<string, Row>();
    for (const row of rows) {
      const key = codesIn(row.cells[0] ?? "")[0] ?? row.cells[0] ?? "";
      if (byKey.has(key)) fault(row.line, `${key} is there twice`);
      if (row.cells.some((each) => each === "")) fault(row.line, `${key} has an empty cell`);
      byKey.set(key, { line: row.line, cells: row.cells.slice(1) });
    }
    return byKey;
  };
  const named = <T>(title: string, read: (section: Section) => T): ReadonlyMap<string, T> => {
    const byName = new Map<string, T>();
    for (const section of part(title).sections) {
      if (byName.has(section.title)) fault(section.line, `${section.title} is there twice`);
      byName.set(section.title, read(section));
    }
    return byName;
  };

  const reasons = new Map<string, ReasonRules>();
  for (const [reason, { line, cells }] of keyed("Errors", "reason", "given by", "what to do")) {
    const givenBy = GIVERS.find((each) => each === cells[0]);
    if (givenBy === undefined) fault(line, `"${cells[0]}" is none of ${GIVERS.join(", ")}`);
    reasons.set(reason, { line, givenBy: givenBy ?? "operations", whatToDo: cells[1] ?? "" });
  }
  const rules: Rules = {
    standard: [...keyed("Rules", "number", "rule", "checked by")].map(([number, row]) => ({
      line: row.line,
      number,
      text: row.cells[0] ?? "",
      check: row.cells[1] === "people" ? null : (codesIn(row.cells[1] ?? "")[0] ?? ""),
    })),
    services: named("Services", (section) => serviceRules(section, fault)),
    operations: named("Operations", (section) => operationRules(section, fault)),
    reasons,
    payoutReasons: keyed("Errors of payouts", "reason", "meaning", "what to do"),
    eventTypes: keyed("Events", "type", "when"),
    statuses: keyed("Statuses", "status", "acts next", "what to do"),
    connectors: keyed("Connectors", "connector", "checked against", "guide"),
    introductions: new Map(
      part("Introductions").sections.map(({ title, blocks }) => [title, textOf(blocks)]),
    ),
  };
  faults.check();
  return rules;
}

type Fault = (line: number, what: string) => void;

function serviceRules(section: Section, fault: Fault): ServiceRules {
  const known = ["Overview", "Business use cases", "Common patterns", "Next steps"];
  for (const { title, line } of section.sections) {
    if (!known.includes(title)) fault(line, `a service has no part "${title}"`);
  }
  const part = (title: string) => section.sections.find((each) => each.title === title);
  const text = (title: string) => textOf(part(title)?.blocks ?? []);
  for (const title of ["Overview", "Next steps"]) {
    if (text(title) === "") fault(section.line, `${section.title} lacks "${title}"`);
  }
  return {
    line: section.line,
    overview: text("Overview"),
    useCases: text("Business use cases"),
    patterns: (part("Common patterns")?.sections ?? []).map(({ title, line, blocks }) => ({
      title,
      line,
      text: textOf(blocks),
    })),
    nextSteps: text("Next steps"),
  };
}

function operationRules({ title, line, blocks }: Section, fault: Fault): OperationRules {
  const rest: Block[] = [];
  const scenarios: Row[] = [];
  const steps: Row[] = [];
  const errors: { line: number; reason: string }[] = [];
  let useWhen = "";
  for (const block of blocks) {
    const raw = block.token.raw.trim();
    const outcomes = rowsOf(block, ["scenario", "outcome"]);
    const changes = rowsOf(block, ["from", "to"]);
    if (outcomes !== null) scenarios.push(...outcomes);
    else if (changes !== null) steps.push(...changes);
    else if (raw.startsWith("Use when: ")) useWhen = raw.slice("Use when: ".length);
    else if (raw.startsWith("Errors: ")) {
      errors.push(...codesIn(raw).map((reason) => ({ line: block.line, reason })));
    } else rest.push(block);
  }
  if (useWhen === "") fault(line, `${title} lacks its "Use when: ..."`);
  return { line, useWhen, purpose: textOf(rest), scenarios, steps, errors };
}

function allRows(blocks: readonly Block[], heads: readonly string[]): readonly Row[] {
  return blocks.flatMap((block) => rowsOf(block, heads) ?? []);
}

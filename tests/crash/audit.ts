import { existsSync, readFileSync } from "node:fs";
import type { PayoutStatus } from "../../src/domain/payout.ts";
import { canReach } from "../../src/domain/transition.ts";
import type { Books, Violation } from "./books.ts";
import type { Told } from "./told.ts";

/** Holds what callers were told against what is stored. */
export function auditTold(books: Books, told: Told): readonly Violation[] {
  const violations: Violation[] = told.faults.map((promise) => ({ promise, payoutId: null }));
  const broken = (promise: string, payoutId: string) => violations.push({ promise, payoutId });
  const payouts = books.payouts();
  const stored = new Map(payouts.map((payout) => [payout.payoutId, payout]));
  for (const { payoutId, tag, minorAmount } of payouts) {
    const order = told.orders.get(tag ?? "");
    if (order === undefined) broken("a payout that nobody ordered", payoutId);
    else if (order.minorAmount !== minorAmount) broken("another amount was stored", payoutId);
  }
  for (const [payoutId, tag] of told.payouts) {
    const payout = stored.get(payoutId);
    if (payout === undefined) broken("an answered payout is lost", payoutId);
    else if (payout.tag !== tag) broken("an order was answered with another's payout", payoutId);
  }
  for (const [payoutId, statuses] of told.statuses) {
    const end = stored.get(payoutId)?.status;
    if (end === undefined) continue;
    for (const status of statuses as Set<PayoutStatus>) {
      if (status === end || canReach(status, end)) continue;
      broken(`told as ${status}, and it became ${end}`, payoutId);
    }
  }
  for (const [key, answers] of told.answers) {
    if (answers.size === 1) continue;
    const [first = "{}"] = answers;
    broken(`the key ${key} was answered in ${answers.size} ways`, JSON.parse(first).payoutId);
  }
  return violations;
}

/** Looks for secrets where none may be: in logs, and in the database files as they are on disk. */
export function auditSecrets(
  paths: readonly string[],
  secrets: readonly string[],
): readonly Violation[] {
  return paths
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const bytes = readFileSync(path);
      return secrets
        .filter((secret) => bytes.includes(secret))
        .map(() => ({ promise: `a secret is in ${path}`, payoutId: null }));
    });
}

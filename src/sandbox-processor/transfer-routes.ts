import type { Context, Decision } from "./context.ts";
import { ACCOUNT_CLOSED, type Move, moveTransfer, scenarioOf, startOf, tell } from "./course.ts";
import type { ExecuteOnce } from "./execute-once.ts";
import { magicScenario } from "./magic-numbers.ts";
import { maskAccount } from "./mask.ts";
import { priceOf } from "./pricing.ts";
import {
  type Fields,
  readAmount,
  readBody,
  readCurrency,
  readDestination,
  readExponent,
  readKey,
  readOptionalText,
  readScenario,
  readText,
} from "./read-body.ts";
import { badRequest, Refusal, unknownTransfer } from "./refusal.ts";
import { ok } from "./reply.ts";
import { type Scenario, SUCCESS } from "./scenarios.ts";
import { type TransferRow, toWireTransfer } from "./transfer-store.ts";
import type { SandboxRequest, TransferState } from "./wire.ts";

/**
 * POST /transfers. With `hold` the money waits for its release: the scenario then disturbs the
 * release, save a decline, which is told at once so that a declined transfer is never in the ledger.
 */
export function createTransfer(
  context: Context,
  once: ExecuteOnce,
  request: SandboxRequest,
): Decision {
  const key = readKey(request);
  const fields = readBody(request);
  const { account, kind } = readDestination(fields);
  const scenario = readScenario(fields) ?? magicScenario(kind, account);
  const hold = fields["hold"] === true;
  const order = readOrder(fields);
  const destination = { kind, account: maskAccount(kind, account) };
  return once({
    key,
    content: ["transfer", order, destination, scenario.name, hold],
    scenario: () => (hold ? undisturbed(scenario) : scenario),
    run: () => {
      const now = context.now();
      const start: Move = hold
        ? { state: "HELD", reason: null, dueTime: null }
        : startOf(scenario, now, context.settleMs);
      const row = {
        transfer_id: `tr_${context.randomId()}`,
        idempotency_key: key,
        ...order,
        destination_kind: destination.kind,
        destination_account: destination.account,
        scenario: scenario.name,
        state: start.state,
        reason: start.reason,
        sequence: 1,
        due_time: start.dueTime,
        create_time: now,
        update_time: now,
      };
      context.transfers.insert(row);
      const stored = { ...row, number: 0 };
      if (start.state === "SETTLED") tell(context, stored, undefined);
      return toWireTransfer(stored);
    },
  });
}

/**
 * POST /transfers/{id or key}/release. Money that moves already is released already: the answer is
 * how it stands. Refused when it will never move.
 */
export function releaseTransfer(
  context: Context,
  once: ExecuteOnce,
  request: SandboxRequest,
  id: string,
): Decision {
  const find = finder(context, id);
  return once({
    key: readKey(request),
    content: ["release", id],
    scenario: () => {
      const row = find();
      return row.state === "HELD" ? { ...scenarioOf(row), declines: false } : SUCCESS;
    },
    run: () => {
      const row = find();
      if (row.state === "CANCELLED" || row.state === "FAILED") {
        throw new Refusal(409, "not_held", "The transfer will not move any more.");
      }
      if (row.state !== "HELD") return toWireTransfer(row);
      const start = startOf(scenarioOf(row), context.now(), context.settleMs);
      return toWireTransfer(moveTransfer(context, row, start));
    },
  });
}

/** POST /transfers/{id or key}/cancel. Refused once the money has arrived or is known not to. */
export function cancelTransfer(
  context: Context,
  once: ExecuteOnce,
  request: SandboxRequest,
  id: string,
): Decision {
  const find = finder(context, id);
  return once({
    key: readKey(request),
    content: ["cancel", id],
    scenario: () => SUCCESS,
    run: () => {
      const row = find();
      if (row.state === "CANCELLED") return toWireTransfer(row);
      if (row.state === "SETTLED") {
        throw new Refusal(409, "already_settled", "The transfer has settled already.");
      }
      if (row.state !== "HELD" && row.state !== "PENDING") {
        throw new Refusal(409, "not_cancellable", "The transfer has ended already.");
      }
      const move: Move = { state: "CANCELLED", reason: null, dueTime: null };
      return toWireTransfer(moveTransfer(context, row, move));
    },
  });
}

type Steering = "settle" | "fail" | "return";

const STEERINGS: Readonly<Record<Steering, { to: TransferState; from: readonly TransferState[] }>> =
  {
    settle: { to: "SETTLED", from: ["HELD", "PENDING"] },
    fail: { to: "FAILED", from: ["PENDING"] },
    return: { to: "RETURNED", from: ["SETTLED"] },
  };

/**
 * POST /transfers/{id or key}/settle, /fail and /return, for whoever tests: moves a transfer now. The
 * body may name a `reason` for the last two.
 */
export function steerTransfer(
  context: Context,
  request: SandboxRequest,
  id: string,
  steering: Steering,
): Decision {
  const reason = readOptionalText(readBody(request), "reason") || ACCOUNT_CLOSED;
  if (!/^[a-z0-9_]{1,64}$/.test(reason)) {
    throw badRequest("reason must be 1 to 64 small letters, digits and underscores.");
  }
  const { to, from } = STEERINGS[steering];
  const steer = context.ledger.transaction(() => {
    const row = finder(context, id)();
    if (!from.includes(row.state)) {
      throw new Refusal(409, "wrong_state", "The transfer is not in a state that allows this.");
    }
    const why = steering === "settle" ? null : reason;
    return moveTransfer(context, row, { state: to, reason: why, dueTime: null });
  });
  return ok(toWireTransfer(steer.immediate()));
}

/** GET /transfers/{id or key}. */
export function getTransfer(context: Context, id: string): Decision {
  return ok(toWireTransfer(finder(context, id)()));
}

function finder(context: Context, id: string): () => TransferRow {
  return () => {
    const row = context.transfers.find(id);
    if (row === undefined) throw unknownTransfer();
    return row;
  };
}

function undisturbed(scenario: Scenario): Scenario {
  return { ...SUCCESS, declines: scenario.declines };
}

/** The part of the row that the client decides, and what its money comes to at the other end. */
function readOrder(fields: Fields): OrderColumns {
  const amount = readAmount(fields);
  const currency = readCurrency(fields, "currency");
  const named = readOptionalText(fields, "destination_currency");
  const destinationCurrency =
    named === "" ? currency : readCurrency(fields, "destination_currency");
  const same = destinationCurrency === currency;
  const { destinationAmount } = priceOf({
    amount,
    currency,
    exponent: same ? 0 : readExponent(fields, "exponent"),
    destinationCurrency,
    destinationExponent: same ? 0 : readExponent(fields, "destination_exponent"),
  });
  if (destinationAmount === 0n) {
    throw new Refusal(422, "amount_too_small", "Nothing would arrive.");
  }
  return {
    account: readText(fields, "account"),
    payout_id: readText(fields, "payout_id"),
    amount: String(amount),
    currency,
    destination_amount: String(destinationAmount),
    destination_currency: destinationCurrency,
  };
}

type OrderColumns = Pick<
  TransferRow,
  "account" | "payout_id" | "amount" | "currency" | "destination_amount" | "destination_currency"
>;

import { createHash } from "node:crypto";
import type { Context, Decision } from "./context.ts";
import { Refusal } from "./refusal.ts";
import { disturb, errorBody, jsonReply, REFUSED } from "./reply.ts";
import { type Scenario, SUCCESS } from "./scenarios.ts";

export interface KeyedCall {
  readonly key: string;
  /** What the call asks for, accounts masked: the same key with another content is refused. */
  readonly content: readonly unknown[];
  /** The scenario that disturbs this call; read inside the transaction. */
  readonly scenario: () => Scenario;
  /** Does it, inside the transaction, and returns the body of the answer. Throws Refusal. */
  readonly run: () => unknown;
}

interface AnswerRow {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
}

/**
 * Carries a call out once for its key, for ever: effect, news and answer are stored together, and
 * every repeat is told the same. A refusal of a connection is counted and nothing else happens. What
 * is refused for its form or for the state of things is not remembered.
 */
export type ExecuteOnce = (call: KeyedCall) => Decision;

export function createExecuteOnce(context: Context): ExecuteOnce {
  const { ledger } = context;
  const recall = ledger.prepare<[string], AnswerRow>(
    "SELECT fingerprint, status, body FROM answers WHERE idempotency_key = ?",
  );
  const record = ledger.prepare(
    `INSERT INTO answers (idempotency_key, fingerprint, status, body, create_time)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const refused = ledger
    .prepare<[string], number>("SELECT count FROM refusals WHERE idempotency_key = ?")
    .pluck();
  const refuse = ledger.prepare(
    `INSERT INTO refusals (idempotency_key, count) VALUES (?, 1)
     ON CONFLICT (idempotency_key) DO UPDATE SET count = count + 1`,
  );

  const execute = ledger.transaction((call: KeyedCall): Decision => {
    const fingerprint = fingerprintOf(call.content);
    const told = recall.get(call.key);
    if (told !== undefined) return replay(told, fingerprint);
    const scenario = call.scenario();
    if ((refused.get(call.key) ?? 0) < scenario.refusals) {
      refuse.run(call.key);
      return REFUSED;
    }
    const [status, body] = scenario.declines
      ? [402, errorBody(DECLINED, `req_${context.randomId()}`)]
      : [200, JSON.stringify(call.run())];
    record.run(call.key, fingerprint, status, body, context.now());
    return disturb(jsonReply(status, body), scenario);
  });
  return (call) => execute.immediate(call);
}

const DECLINED = { code: "insufficient_funds", message: "The balance does not cover this." };

function replay(told: AnswerRow, fingerprint: string): Decision {
  if (told.fingerprint !== fingerprint) {
    throw new Refusal(
      409,
      "idempotency_key_reused",
      "This idempotency key was used for another request.",
    );
  }
  const reply = jsonReply(told.status, told.body);
  const headers = { ...reply.headers, "idempotency-replayed": "true" };
  return disturb({ ...reply, headers }, SUCCESS);
}

function fingerprintOf(content: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

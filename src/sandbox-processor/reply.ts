import type { Decision } from "./context.ts";
import { LIMITS } from "./limits.ts";
import type { Refusal } from "./refusal.ts";
import type { Scenario } from "./scenarios.ts";
import type { SandboxReply, WireError } from "./wire.ts";

/** A reply of JSON. */
export function jsonReply(status: number, body: string): SandboxReply {
  return { kind: "reply", status, headers: { "content-type": "application/json" }, body };
}

/** A plain answer of 200, at once. */
export function ok(value: unknown): Decision {
  return { answer: jsonReply(200, JSON.stringify(value)), holdMs: 0 };
}

/** The body of a refusal. */
export function errorBody(refusal: Pick<Refusal, "code" | "message">, requestId: string): string {
  const body: WireError = {
    error: { code: refusal.code, message: refusal.message, request_id: requestId },
  };
  return JSON.stringify(body);
}

/** The connection is refused, and nothing has happened. */
export const REFUSED: Decision = { answer: { kind: "fault", fault: "refused" }, holdMs: 0 };

/** The connection breaks before the answer. */
export const LOST: Decision = { answer: { kind: "fault", fault: "lost" }, holdMs: 0 };

/** The answer as the scenario lets it come back. What it tells of has been done and stored. */
export function disturb(reply: SandboxReply, scenario: Scenario): Decision {
  switch (scenario.reply) {
    case "prompt":
      return { answer: reply, holdMs: 0 };
    case "slow":
      return { answer: reply, holdMs: LIMITS.slowMs };
    case "lost":
      return LOST;
    case "server_error":
      return { answer: jsonReply(500, '{"error":{"code":"internal"'), holdMs: 0 };
    case "unreadable":
      return { answer: jsonReply(200, "<html>It works!</html>"), holdMs: 0 };
  }
}

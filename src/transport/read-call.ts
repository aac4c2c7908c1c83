import {
  type DescMessage,
  type DescMethod,
  type JsonValue,
  type MessageShape,
  toJson,
} from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import type { Clock } from "../clock.ts";
import { ServiceError } from "../domain/errors.ts";
import { limits } from "../limits.ts";
import type { IdempotencyClaim } from "../repository/repository.ts";
import type { KeyedHash } from "../security/keyed-hash.ts";
import type { Patience } from "../service/answer-payout.ts";
import type { Answer, Call, Caller } from "../service/call.ts";
import { callerKey } from "./call-context.ts";

/** The caller that the authenticating interceptor found. */
export function callerOf(context: HandlerContext): Caller {
  const caller = context.values.get(callerKey);
  if (caller === null) throw new ServiceError("API_KEY_MISSING");
  return caller;
}

export interface CallReader {
  /** A mutation: with its idempotency key, its fingerprint, and how long its caller waits. */
  read<I extends DescMessage>(
    method: DescMethod & { readonly input: I },
    request: MessageShape<I>,
    context: HandlerContext,
  ): Call;
  /** A reading: who asks, and for how long. */
  patience(context: HandlerContext): Patience;
}

export function createCallReader(options: {
  readonly hash: KeyedHash;
  readonly clock: Clock;
  /** How long a mutation waits for the processor when its caller gives no deadline (milliseconds). */
  readonly answerWaitMs: number;
}): CallReader {
  const { hash, clock, answerWaitMs } = options;
  const patience = (context: HandlerContext): Patience => {
    const given = context.timeoutMs();
    const waitMs =
      given === undefined
        ? answerWaitMs
        : Math.min(Math.max(0, given - limits.answerMarginMs), limits.answerWaitMs);
    return {
      caller: callerOf(context),
      answerBy: clock.now() + waitMs,
      signal: context.signal,
    };
  };
  return {
    patience,

    read: (method, request, context) => {
      if (method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS) {
        throw new Error("a call that changes nothing needs no record");
      }
      const fingerprint = hash.text(
        "request-fingerprint",
        `${method.parent.name}.${method.name}\0${canonicalJson(toJson(method.input, request))}`,
      );
      return {
        ...patience(context),
        caller: callerOf(context),
        claim: claimOf(method, fingerprint, context.requestHeader.get("idempotency-key")),
        fingerprint,
      };
    },
  };
}

function claimOf(
  method: DescMethod,
  fingerprint: string,
  key: string | null,
): IdempotencyClaim | null {
  if (key === null) return null;
  // Two headers arrive joined by a comma and a space, which is refused like any other space.
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new ServiceError("IDEMPOTENCY_KEY_INVALID");
  return { method: `${method.parent.name}.${method.name}`, key, fingerprint };
}

/**
 * A request in one form, whatever face it came by: proto3 JSON with sorted keys. Fields that are
 * not in the contract are no part of it, and neither is the order of a map.
 */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The value of an answer; a replayed one is marked as such. */
export function unwrap<T>(answer: Answer<T>, context: HandlerContext): T {
  if (answer.replayed) context.responseHeader.set("idempotency-replayed", "true");
  return answer.value;
}

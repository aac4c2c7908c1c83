import type { JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.js";

/** What a call came to, in one form for every face. */
export type Answer = Success | Refusal;

export interface Success {
  readonly ok: true;
  /** The response message as proto JSON, empty scalars printed. */
  readonly message: JsonObject;
  /** The header or metadata `idempotency-replayed`. */
  readonly replayed: string | null;
}

/** What every face tells of a refusal, and what only some do. */
export interface Refusal {
  readonly ok: false;
  readonly told: {
    /** As Connect spells it. */
    readonly code: string;
    readonly message: string;
    readonly reason: string;
    readonly metadata: Readonly<Record<string, string>>;
    readonly violations: readonly { readonly field: string; readonly message: string }[];
  };
  /** The details that RPC faces have beside. */
  readonly rpc?: {
    readonly domain: string;
    readonly preconditions: readonly { readonly type: string; readonly subject: string }[];
    readonly retrySeconds: number | null;
  };
  /** The whole answer of REST. */
  readonly rest?: RestRefusal;
}

export interface RestRefusal {
  readonly status: number;
  readonly headers: Headers;
  readonly problem: JsonObject;
}

/** A refusal as a client of Connect's sees it. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ConnectError)) throw error;
  const [info] = error.findDetails(ErrorInfoSchema);
  const [retry] = error.findDetails(RetryInfoSchema);
  return {
    ok: false,
    told: {
      code: codeName(error.code),
      message: error.rawMessage,
      reason: info?.reason ?? "",
      metadata: info?.metadata ?? {},
      violations: error
        .findDetails(BadRequestSchema)
        .flatMap(({ fieldViolations }) => fieldViolations)
        .map(({ field, description }) => ({ field, message: description })),
    },
    rpc: {
      domain: info?.domain ?? "",
      preconditions: error
        .findDetails(PreconditionFailureSchema)
        .flatMap(({ violations }) => violations)
        .map(({ type, subject }) => ({ type, subject })),
      retrySeconds: retry?.retryDelay === undefined ? null : Number(retry.retryDelay.seconds),
    },
  };
}

/** InvalidArgument as "invalid_argument". */
export function codeName(code: Code): string {
  return Code[code].replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

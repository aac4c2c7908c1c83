import type { IdKind } from "../domain/id.ts";
import type { EngineContext } from "../engine/engine-context.ts";
import type { Executor } from "../engine/executor.ts";
import type { KeyedHash } from "../security/keyed-hash.ts";
import type { Signals } from "./signals.ts";

/** What the use cases work with. */
export interface ServiceContext extends EngineContext {
  readonly executor: Executor;
  readonly signals: Signals;
  readonly hash: KeyedHash;
  readonly newId: (kind: IdKind) => string;
  readonly randomBytes: (size: number) => Uint8Array;
  /** How often a wait looks by itself (milliseconds). */
  readonly pollMs: number;
  /** The base of payout links, without a slash at its end. */
  readonly publicUrl: string;
}

/** A key under which a processor shall know a call: a random UUID, which every processor takes. */
export function newProcessorKey({ randomBytes }: Pick<ServiceContext, "randomBytes">): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** A token for a fresh lease, and when it ends. */
export function newLease({ randomBytes, clock, leaseMs }: ServiceContext) {
  return {
    token: Buffer.from(randomBytes(16)).toString("hex"),
    until: clock.now() + leaseMs,
  };
}

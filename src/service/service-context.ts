import type { EngineContext } from "../engine/engine-context.ts";
import type { Executor } from "../engine/executor.ts";
import type { ReadUrl } from "../net/read-url.ts";
import type { KeyedHash } from "../security/keyed-hash.ts";
import type { LinkTries } from "./link-tries.ts";
import type { Router } from "./routing/router.ts";
import type { Signals } from "./signals.ts";

/** What the use cases work with. */
export interface ServiceContext extends EngineContext {
  readonly executor: Executor;
  readonly signals: Signals;
  readonly hash: KeyedHash;
  readonly router: Router;
  readonly linkTries: LinkTries;
  /** The one way to a URL that a merchant gave. */
  readonly readUrl: ReadUrl;
  /** How often a wait looks by itself (milliseconds). */
  readonly pollMs: number;
  /** The base of payout links, without a slash at its end. */
  readonly publicUrl: string;
}

/** A token for a fresh lease, and when it ends. */
export function newLease({ randomBytes, clock, leaseMs }: ServiceContext) {
  return {
    token: Buffer.from(randomBytes(16)).toString("hex"),
    until: clock.now() + leaseMs,
  };
}

import type { ConnectorManifest } from "../../connectors/connector.ts";
import type { EffectOf } from "./attempts.ts";

/** What a decision needs besides the payout: the time, chance, and how the connector wants to be called. */
export interface Circumstances {
  readonly now: number;
  /** A random number in [0, 1), drawn before the transaction. */
  readonly chance: number;
  readonly manifest: Pick<ConnectorManifest, "retry" | "poll" | "idempotency" | "notFoundIsProof">;
  readonly effectOf: EffectOf;
  /** The name of the step that takes this one back. */
  readonly undoOf: (step: string) => string | undefined;
  /** A fresh key for a step that has to be added. */
  readonly newKey: () => string;
}

import type { Clock } from "../clock.ts";
import type { ConnectorRegistry } from "../connectors/registry.ts";
import type { IdKind } from "../domain/id.ts";
import type { Repository } from "../repository/repository.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Circuits } from "./circuits.ts";
import type { LaneHealth } from "./lane-health.ts";

/** What the engine works with: every source of time, chance and effect is a parameter. */
export interface EngineContext {
  readonly repository: Repository;
  readonly connectors: ConnectorRegistry;
  readonly clock: Clock;
  /** A random number in [0, 1). */
  readonly chance: () => number;
  readonly newId: (kind: IdKind) => string;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: Logger;
  readonly circuits: Circuits;
  readonly health: LaneHealth;
  /** How long a lease lasts; it is extended at a third of it (milliseconds). */
  readonly leaseMs: number;
  /** The limit of one call to a processor (milliseconds). */
  readonly connectorTimeoutMs: number;
}

import type { ConnectorManifest } from "../../../src/connectors/connector.ts";
import type { Kit } from "./check.ts";

/** What a connector says of itself; read before anything runs, by a module that reaches nothing. */
export function manifestOf({ create }: Kit): ConnectorManifest {
  const send = () => Promise.reject(new Error("nothing is sent"));
  return create({
    http: { send, close: () => {} },
    clock: { now: () => 0 },
  }).manifest;
}

/** Whether the processor can be asked how a payout stands. */
export function canBeAsked(kit: Kit): boolean {
  return manifestOf(kit).lookup !== "NONE";
}

import type { Connector, Operation } from "../connectors/connector.ts";
import { ServiceError, validationFailed } from "../domain/errors.ts";
import type { PayoutMethodKind } from "../domain/payout-method/index.ts";
import type { Caller } from "./call.ts";
import type { ServiceContext } from "./service-context.ts";

/** What is asked of a connector. */
export interface Wanted {
  readonly operation: Operation;
  /** Null while it is not known, as on a link. */
  readonly method: PayoutMethodKind | null;
  readonly currency: string | null;
}

/**
 * The connector that shall do it: the one that the caller names, or the first that can.
 *
 * @throws ServiceError VALIDATION_FAILED for a name that there is not, CONNECTOR_UNSUPPORTED for
 * what it cannot do, saying what it can; nothing has been sent then
 */
export function chooseConnector(
  { connectors }: Pick<ServiceContext, "connectors">,
  caller: Pick<Caller, "livemode">,
  name: string | null,
  wanted: Wanted,
): Connector {
  if (name !== null) {
    const connector = connectors.get(name);
    if (connector === undefined) {
      const message = "must name a connector that there is; ListConnectors lists them";
      throw validationFailed([{ field: "connector", message }]);
    }
    const lack = whatIsLacking(connector, caller, wanted);
    if (lack !== null) throw unsupported(connector, lack);
    return connector;
  }
  const candidates = connectors.availableTo(caller);
  const able = candidates.find((connector) => whatIsLacking(connector, caller, wanted) === null);
  if (able !== undefined) return able;
  const [only] = candidates;
  if (only === undefined) {
    throw new ServiceError("CONNECTOR_UNSUPPORTED", { metadata: { lacking: "connector" } });
  }
  throw unsupported(only, whatIsLacking(only, caller, wanted) ?? "operation");
}

/** What a connector cannot. */
export type Lack = "livemode" | "operation" | "method" | "currency";

export function whatIsLacking(
  { manifest }: Connector,
  { livemode }: Pick<Caller, "livemode">,
  { operation, method, currency }: Wanted,
): Lack | null {
  if (manifest.testOnly && livemode) return "livemode";
  if (manifest.operations[operation].support === "UNSUPPORTED") return "operation";
  if (method !== null && !manifest.methods.includes(method)) return "method";
  const { currencies } = manifest;
  if (currency !== null && currencies !== "all" && !currencies.includes(currency)) {
    return "currency";
  }
  return null;
}

/** The refusal for what a connector cannot; says what it can. */
export function unsupported({ manifest }: Connector, lacking: Lack): ServiceError {
  const operations = Object.entries(manifest.operations)
    .filter(([, { support }]) => support !== "UNSUPPORTED")
    .map(([operation]) => operation);
  return new ServiceError("CONNECTOR_UNSUPPORTED", {
    metadata: {
      connector: manifest.name,
      lacking,
      operations: operations.join(","),
      methods: manifest.methods.join(","),
      currencies: manifest.currencies === "all" ? "all" : manifest.currencies.join(","),
      serves: manifest.testOnly ? "test" : "test,live",
    },
  });
}

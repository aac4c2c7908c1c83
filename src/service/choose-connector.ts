import type { Connector, Operation } from "../connectors/connector.ts";
import { ServiceError, validationFailed } from "../domain/errors.ts";
import type { PayoutMethodKind } from "../domain/payout-method/index.ts";
import type { Caller } from "./call.ts";
import { MerchantConnectors, type Usable } from "./merchant-connectors.ts";
import type { ServiceContext } from "./service-context.ts";

/** What is asked of a connector. */
export interface Wanted {
  readonly operation: Operation;
  /** Given where it must be the processor that does it. */
  readonly by?: "PROCESSOR" | undefined;
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
export async function chooseConnector(
  context: Pick<ServiceContext, "connectors" | "repository">,
  caller: Pick<Caller, "merchantId" | "livemode">,
  name: string | null,
  wanted: Wanted,
): Promise<Connector> {
  const usable = await MerchantConnectors.of(context, caller);
  if (name !== null) {
    const named = usable.find(name);
    if (named === undefined) throw validationFailed([{ field: "connector", message: UNKNOWN }]);
    const lack = whatIsLacking(named, caller, wanted);
    if (lack !== null || named.connector === null) throw unsupported(named, lack ?? "account");
    return named.connector;
  }
  const all = usable.all();
  const able = all.find((each) => whatIsLacking(each, caller, wanted) === null)?.connector;
  if (able) return able;
  const only = all.find(({ connector }) => connector !== null) ?? all[0];
  if (only === undefined) {
    throw new ServiceError("CONNECTOR_UNSUPPORTED", { metadata: { lacking: "connector" } });
  }
  throw unsupported(only, whatIsLacking(only, caller, wanted) ?? "operation");
}

/** For a name that there is not. */
export const UNKNOWN = "must name a connector that there is; ListConnectors lists them";

/** What a connector cannot, or the merchant has not. */
export type Lack = "livemode" | "operation" | "method" | "currency" | "account";

export function whatIsLacking(
  { manifest, connector }: Usable,
  { livemode }: Pick<Caller, "livemode">,
  { operation, by, method, currency }: Wanted,
): Lack | null {
  if (manifest.testOnly && livemode) return "livemode";
  const { support } = manifest.operations[operation];
  if (support === "UNSUPPORTED" || (by !== undefined && support !== by)) return "operation";
  if (method !== null && !manifest.methods.includes(method)) return "method";
  const { currencies } = manifest;
  if (currency !== null && currencies !== "all" && !currencies.includes(currency)) {
    return "currency";
  }
  return connector === null ? "account" : null;
}

/**
 * The refusal for what a connector cannot; says what it can.
 *
 * @param able names of connectors that could
 */
export function unsupported(
  { manifest }: Usable,
  lacking: Lack,
  able: readonly string[] = [],
): ServiceError {
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
      ...(able.length > 0 && { connectors: [...new Set(able)].join(",") }),
    },
  });
}

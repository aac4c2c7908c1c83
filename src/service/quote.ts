import type {
  Connector,
  Outcome,
  PayoutInstruction,
  ProcessorQuote,
} from "../connectors/connector.ts";
import { ServiceError } from "../domain/errors.ts";
import { CALL_ENDS, callConnector, callTerms } from "../engine/call-connector.ts";
import type { ServiceContext } from "./service-context.ts";

/**
 * Asks for a price, where the connector gives one. A quote moves nothing, so an answer that is lost
 * is the same as one that never came.
 *
 * @throws ServiceError CONNECTOR_UNAVAILABLE, or CONNECTOR_UNSUPPORTED when the processor has no
 * price for this
 */
export async function askQuote(
  context: ServiceContext,
  connector: Connector,
  payout: PayoutInstruction,
): Promise<ProcessorQuote | null> {
  const { quote, manifest } = connector;
  if (quote === undefined) return null;
  const outcome = await callConnector<Outcome<ProcessorQuote>>(
    callTerms(context, payout.merchantId, connector),
    "quote",
    (signal) => quote.call(connector, { payout, signal }),
    CALL_ENDS,
  );
  switch (outcome.kind) {
    case "accepted":
      return outcome.value;
    case "rejected":
      throw new ServiceError("CONNECTOR_UNSUPPORTED", {
        metadata: { connector: manifest.name, lacking: "quote", reason: outcome.error.reason },
      });
    default:
      throw new ServiceError("CONNECTOR_UNAVAILABLE", { retryAfterMs: 1000 });
  }
}

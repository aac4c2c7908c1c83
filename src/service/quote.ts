import type { Connector, Outcome, ProcessorQuote } from "../connectors/connector.ts";
import { ServiceError } from "../domain/errors.ts";
import type { Money } from "../domain/money.ts";
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
  merchantId: string,
  connector: Connector,
  amount: Money,
  destinationCurrency: string,
): Promise<ProcessorQuote | null> {
  const { quote, manifest } = connector;
  if (quote === undefined) return null;
  const outcome = await callConnector<Outcome<ProcessorQuote>>(
    callTerms(context, merchantId, connector),
    "quote",
    (signal) => quote.call(connector, { amount, destinationCurrency, signal }),
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

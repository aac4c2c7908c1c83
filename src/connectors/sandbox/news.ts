import type { ProcessorNews } from "../connector.ts";
import { SANDBOX_MANIFEST } from "./manifest.ts";
import { asObject, type Fields, type ReadTransfer, readTransfer } from "./read-reply.ts";
import { toProcessorState } from "./state.ts";

/**
 * Translates one news of the processor's, of whatever shape it comes in; undefined when it is not
 * about a transfer that was made for a payout.
 */
export function toProcessorNews(news: unknown): ProcessorNews | undefined {
  const transfer: Fields | undefined = asObject(asObject(news)?.["transfer"]);
  const read = readTransfer(transfer);
  return read && newsOfTransfer(read);
}

/** What a transfer would be told as, as it stands. */
export function newsOfTransfer(transfer: ReadTransfer): ProcessorNews | undefined {
  if (transfer.idempotencyKey === "" || transfer.payoutId === "") return undefined;
  return {
    connector: SANDBOX_MANIFEST.name,
    processorKey: transfer.idempotencyKey,
    payoutId: transfer.payoutId,
    state: toProcessorState(transfer),
  };
}

import type { LookupResult, ProcessorNews } from "../connectors/connector.ts";
import { ServiceError } from "../domain/errors.ts";
import type { Money } from "../domain/money.ts";
import type { Payout, PayoutError } from "../domain/payout.ts";
import { limits } from "../limits.ts";
import { replayPayout } from "./answer-payout.ts";
import type { Answer, Call, Caller } from "./call.ts";
import { findReplay } from "./find-replay.ts";
import { openPosition, type Paged, type PageRequest, sealPosition } from "./paging.ts";
import { recordNews } from "./record-news.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

/** A transfer in the sandbox processor's ledger. */
export interface SandboxTransfer {
  readonly transferId: string;
  readonly idempotencyKey: string;
  readonly payoutId: string;
  readonly amount: Money;
  readonly state: string;
  readonly scenario: string;
  readonly createTime: number;
}

export type SteeringResult =
  | { readonly kind: "done"; readonly news: ProcessorNews }
  | { readonly kind: "not_found" }
  | { readonly kind: "conflict" }
  | { readonly kind: "unreachable"; readonly error: PayoutError };

/** What the sandbox processor lets testers do; a real processor has nothing like it. */
export interface SandboxSteering {
  settle(merchantId: string, payoutId: string, signal: AbortSignal): Promise<SteeringResult>;
  fail(
    merchantId: string,
    payoutId: string,
    reason: string,
    signal: AbortSignal,
  ): Promise<SteeringResult>;
  return(
    merchantId: string,
    payoutId: string,
    reason: string,
    signal: AbortSignal,
  ): Promise<SteeringResult>;
  listTransfers(filter: {
    readonly merchantId: string;
    readonly payoutId?: string;
    readonly limit: number;
    readonly after?: string;
    readonly signal: AbortSignal;
  }): Promise<
    LookupResult<{
      readonly transfers: readonly SandboxTransfer[];
      readonly nextAfter: string | null;
    }>
  >;
}

export type SandboxMove = "settle" | "fail" | "return";

/**
 * Makes the sandbox processor move a payout, and takes the news of it in at once.
 *
 * @throws ServiceError PAYOUT_NOT_FOUND, SANDBOX_STATE_CONFLICT, CONNECTOR_UNAVAILABLE;
 * CONNECTOR_UNSUPPORTED for live merchants, whom the sandbox does not serve
 */
export async function steerSandbox(
  context: ServiceContext,
  steering: SandboxSteering,
  call: Call,
  { move, payoutId, reason }: { move: SandboxMove; payoutId: string; reason: string },
): Promise<Answer<Payout>> {
  requireTestMerchant(call.caller);
  requireId("payout", payoutId, "payout_id");
  const { repository } = context;
  const { claim, caller, signal } = call;
  const { merchantId } = caller;
  const replay = await findReplay(context, call);
  if (replay !== null) return replayPayout(context, call, replay);
  if ((await repository.payouts.find(merchantId, { payoutId })) === null) {
    throw new ServiceError("PAYOUT_NOT_FOUND");
  }
  const why = reason === "" ? "ACCOUNT_CLOSED" : reason;
  const result = await (move === "settle"
    ? steering.settle(merchantId, payoutId, call.signal)
    : steering[move](merchantId, payoutId, why, call.signal));
  switch (result.kind) {
    case "done":
      await recordNews(context, result.news);
      break;
    case "unreachable":
      throw new ServiceError("CONNECTOR_UNAVAILABLE", { retryAfterMs: 1000 });
    case "not_found":
    case "conflict":
      throw new ServiceError("SANDBOX_STATE_CONFLICT");
  }
  // The processor has moved by now: the record only keeps what is answered.
  const kept = await repository.payouts.change(
    { merchantId, payoutId },
    { claim, signal, close: claim === null ? null : { claim, answer: ({ payout }) => payout } },
    (current) => current,
  );
  if (kept.kind === "replay") return replayPayout(context, call, kept);
  return { value: kept.aggregate.payout, replayed: false };
}

/** The merchant's part of the processor's ledger, newest first. @throws ServiceError */
export async function listSandboxTransfers(
  { hash }: Pick<ServiceContext, "hash">,
  steering: SandboxSteering,
  caller: Caller,
  { payoutId, pageSize, pageToken }: { readonly payoutId: string } & PageRequest,
  signal: AbortSignal,
): Promise<Paged<SandboxTransfer>> {
  requireTestMerchant(caller);
  if (payoutId !== "") requireId("payout", payoutId, "payout_id");
  const filter = ["sandbox-transfers", caller.merchantId, payoutId];
  const found = await steering.listTransfers({
    merchantId: caller.merchantId,
    limit: pageSize === 0 ? limits.pageSize.default : pageSize,
    signal,
    ...(payoutId === "" ? {} : { payoutId }),
    ...(pageToken === "" ? {} : { after: openPosition(hash, pageToken, filter) }),
  });
  if (found.kind === "not_found") throw new ServiceError("INVALID_PAGE_TOKEN");
  if (found.kind === "unreachable") {
    throw new ServiceError("CONNECTOR_UNAVAILABLE", { retryAfterMs: 1000 });
  }
  const { transfers, nextAfter } = found.value;
  const nextPageToken = nextAfter === null ? "" : sealPosition(hash, nextAfter, filter);
  return { items: transfers, nextPageToken };
}

function requireTestMerchant({ livemode }: Caller): void {
  if (livemode) {
    throw new ServiceError("CONNECTOR_UNSUPPORTED", {
      metadata: { connector: "sandbox", lacking: "livemode", serves: "test" },
    });
  }
}

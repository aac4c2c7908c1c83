import type { Money } from "../../domain/money.ts";
import type { PayoutError } from "../../domain/payout.ts";
import type { LookupResult, ProcessorNews } from "../connector.ts";
import { get, post } from "./call.ts";
import { newsOfTransfer } from "./news.ts";
import { type Fields, type ReadTransfer, readTransfer } from "./read-reply.ts";
import type { SandboxTransport } from "./transport.ts";

/** A transfer in the processor's ledger. `createTime` in milliseconds. */
export interface SandboxTransfer {
  readonly transferId: string;
  readonly idempotencyKey: string;
  readonly payoutId: string;
  readonly amount: Money;
  /** HELD, PENDING, SETTLED, FAILED, RETURNED, CANCELLED, or a word that is newer than we are. */
  readonly state: string;
  readonly scenario: string;
  readonly createTime: number;
}

/** `conflict`: the transfer is not in a state that allows this. `unreachable`: it may be done. */
export type SteeringResult =
  | {
      readonly kind: "done";
      readonly transfer: SandboxTransfer;
      /** The same news as the processor sends by itself, for whoever cannot wait for it. */
      readonly news: ProcessorNews;
    }
  | { readonly kind: "not_found" }
  | { readonly kind: "conflict" }
  | { readonly kind: "unreachable"; readonly error: PayoutError };

export interface TransferPage {
  readonly transfers: readonly SandboxTransfer[];
  /** `after` of the next page; null on the last. */
  readonly nextAfter: string | null;
}

export interface TransferFilter {
  /** Whose transfers: nobody else's are found. */
  readonly merchantId: string;
  /** Absent: of every payout of the merchant's. */
  readonly payoutId?: string;
  /** At most 100. */
  readonly limit: number;
  readonly after?: string;
  readonly signal: AbortSignal;
}

/** What whoever tests may do at the processor; a real one has nothing like it. */
export interface SandboxSteering {
  /**
   * Moves the newest transfer of a merchant's payout; another merchant's is not found. `reason` as
   * ours, such as "ACCOUNT_CLOSED".
   */
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
  /** The merchant's part of the ledger, newest first. */
  listTransfers(filter: TransferFilter): Promise<LookupResult<TransferPage>>;
}

export function createSandboxSteering(transport: SandboxTransport): SandboxSteering {
  const listTransfers = (filter: TransferFilter): Promise<LookupResult<TransferPage>> => {
    const query = new URLSearchParams({ account: filter.merchantId, limit: String(filter.limit) });
    if (filter.payoutId) query.set("payout_id", filter.payoutId);
    if (filter.after) query.set("after", filter.after);
    return get(transport, `/transfers?${query}`, filter.signal, readPage);
  };

  const steer = async (
    verb: "settle" | "fail" | "return",
    reason: string,
    whose: { readonly merchantId: string; readonly payoutId: string },
    signal: AbortSignal,
  ): Promise<SteeringResult> => {
    const page = await listTransfers({ ...whose, limit: 1, signal });
    if (page.kind !== "found") return page;
    const [newest] = page.value.transfers;
    if (newest === undefined) return { kind: "not_found" };
    const path = `/transfers/${encodeURIComponent(newest.transferId)}/${verb}`;
    const body = { reason: reason.toLowerCase() };
    const outcome = await post(transport, { path, key: "", body, signal }, readSteered);
    if (outcome.kind === "accepted") return { kind: "done", ...outcome.value };
    if (outcome.kind === "rejected") return { kind: "conflict" };
    return { kind: "unreachable", error: outcome.error };
  };

  return {
    settle: (merchantId, payoutId, signal) => steer("settle", "", { merchantId, payoutId }, signal),
    fail: (merchantId, payoutId, reason, signal) =>
      steer("fail", reason, { merchantId, payoutId }, signal),
    return: (merchantId, payoutId, reason, signal) =>
      steer("return", reason, { merchantId, payoutId }, signal),
    listTransfers,
  };
}

function readSteered(
  fields: Fields,
): Pick<SteeringResult & { kind: "done" }, "transfer" | "news"> | undefined {
  const read = readTransfer(fields);
  const news = read && newsOfTransfer(read);
  return read && news && { transfer: toSandboxTransfer(read), news };
}

function readPage(fields: Fields): TransferPage | undefined {
  const { transfers, next_after: after } = fields;
  if (!Array.isArray(transfers)) return undefined;
  const read = transfers.map((item) => readTransfer(item)).filter((item) => item !== undefined);
  return {
    transfers: read.map(toSandboxTransfer),
    nextAfter: typeof after === "string" && after !== "" ? after : null,
  };
}

function toSandboxTransfer(read: ReadTransfer): SandboxTransfer {
  const { transferId, idempotencyKey, payoutId, state, scenario, createTime } = read;
  const amount = { minorAmount: read.amount ?? 0n, currency: read.currency };
  return { transferId, idempotencyKey, payoutId, amount, state, scenario, createTime };
}

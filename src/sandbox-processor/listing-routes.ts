import type { Context, Decision } from "./context.ts";
import { LIMITS } from "./limits.ts";
import { readBody } from "./read-body.ts";
import { badRequest, unknownTransfer } from "./refusal.ts";
import { ok } from "./reply.ts";
import { toWireTransfer } from "./transfer-store.ts";
import type { SandboxRequest, WireNewsPage, WireTransferPage } from "./wire.ts";

/**
 * GET /transfers?idempotency_key=: the one transfer, or 404.
 * GET /transfers?account=&payout_id=&limit=&after=: a page, newest first, `after` being the
 * `next_after` of the page before. Pages are cut by the order of acceptance, so what is accepted
 * meanwhile neither repeats nor hides a row. An empty `payout_id` is none; an empty `account` is one
 * that nobody has, so that a client who forgets whose ledger it asks for is shown nobody's.
 */
export function listTransfers(context: Context, query: URLSearchParams): Decision {
  const key = query.get("idempotency_key");
  if (key !== null) {
    const row = context.transfers.findByKey(key);
    if (row === undefined) throw unknownTransfer();
    return ok(toWireTransfer(row));
  }
  const limit = readCount(query, "limit", LIMITS.pageDefault, LIMITS.pageMax);
  const before = readCount(query, "after", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const filter = { account: query.get("account"), payoutId: query.get("payout_id") || null };
  const rows = context.transfers.list(filter, before, limit + 1);
  const shown = rows.slice(0, limit);
  const page: WireTransferPage = {
    transfers: shown.map(toWireTransfer),
    next_after: rows.length > limit ? String(shown.at(-1)?.number) : null,
  };
  return ok(page);
}

/**
 * GET /news?after=&limit=: what nobody has acknowledged, in the order of delivery. `after` pages
 * within one round; a round starts without it, since news stays until it is acknowledged.
 */
export function listNews(context: Context, query: URLSearchParams): Decision {
  const limit = readCount(query, "limit", LIMITS.pageDefault, LIMITS.pageMax);
  const after = readCount(query, "after", 0, Number.MAX_SAFE_INTEGER);
  const news = context.news.open(after, limit + 1);
  const shown = news.slice(0, limit);
  const page: WireNewsPage = {
    news: shown,
    next_after: news.length > limit ? (shown.at(-1)?.seq ?? null) : null,
  };
  return ok(page);
}

/** POST /news/ack {"seqs": [1, 2]}: these have been taken and need not come again. */
export function acknowledgeNews(context: Context, request: SandboxRequest): Decision {
  const seqs = readBody(request)["seqs"];
  if (!Array.isArray(seqs) || seqs.length > LIMITS.pageMax || !seqs.every(Number.isSafeInteger)) {
    throw badRequest(`seqs must be a list of at most ${LIMITS.pageMax} whole numbers.`);
  }
  context.news.markDelivered(seqs);
  return ok({});
}

function readCount(query: URLSearchParams, name: string, absent: number, most: number): number {
  const text = query.get(name);
  if (text === null || text === "") return absent;
  if (!/^[0-9]{1,16}$/.test(text)) throw badRequest(`${name} must be a whole number.`);
  return Math.min(Number(text), most);
}

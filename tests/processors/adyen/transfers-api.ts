import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import { at, known } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";
import { transfersPrefix as prefix } from "./prefixes.ts";
import { invalid, noSuch, refusable } from "./refusal.ts";
import type { Reviews } from "./reviews.ts";
import type { Transfer } from "./transfer.ts";
import { type KnownResources, readTransferRequest } from "./transfer-request.ts";
import { searchTransfers } from "./transfer-search.ts";
import type { TransferStore } from "./transfer-store.ts";
import { type Owner, transferDataView, transferView } from "./views.ts";

export interface TransfersApiOptions {
  readonly store: TransferStore;
  readonly reviews: Reviews;
  readonly known: KnownResources;
  readonly owner: Owner;
  /** What becomes of a transfer by itself, before its creation is answered. */
  readonly created: (transfer: Transfer) => void;
  /** Called when an approval or a cancellation has been asked for. */
  readonly asked: (transfer: Transfer) => void;
}

/** The Transfers API, version 4: creation, review, and finding again. */
export function serveTransfers(http: FakeProcessor, options: TransfersApiOptions): void {
  const { store, reviews, known: resources, owner } = options;

  const create = (request: CapturedRequest): FakeReply => {
    const transfer = store.create(readTransferRequest(request, resources));
    options.created(transfer);
    const reply = { status: 202, body: transferView(transfer, owner) };
    // The reply says "received" even where a review begins: that is told by webhook.
    if (transfer.approvalsNeeded > 0) reviews.begin(transfer);
    return reply;
  };

  const review = (wish: "approve" | "cancel") => (request: CapturedRequest) => {
    const ids = at(request.body, "transferIds");
    if (!Array.isArray(ids) || ids.length === 0) throw invalid("transferIds", "", "is required");
    for (const transfer of reviews.ask(ids.map(String), wish)) options.asked(transfer);
    return { status: 200, body: {} };
  };

  const get = ({ params }: CapturedRequest): FakeReply => {
    const transfer = store.find(params["id"] ?? "");
    if (!transfer) throw noSuch("Transfer");
    return { status: 200, body: transferDataView(transfer, owner) };
  };

  const search = (request: CapturedRequest): FakeReply => {
    const found = searchTransfers(store.all(), request.query, (transfer, query) =>
      isOwned(transfer, query, owner),
    );
    const link = (cursor: string | undefined) => {
      if (cursor === undefined) return undefined;
      const query = new URLSearchParams(request.query);
      query.set("cursor", cursor);
      return { href: `${http.url}${request.path}?${query}` };
    };
    const links = known({ next: link(found.next), prev: link(found.previous) });
    const data = found.transfers.map((transfer) => transferDataView(transfer, owner));
    return { status: 200, body: { _links: links, data } };
  };

  http
    .route("POST", `${prefix}/transfers`, refusable(create))
    .route("GET", `${prefix}/transfers`, refusable(search))
    .route("POST", `${prefix}/transfers/approve`, refusable(review("approve")))
    .route("POST", `${prefix}/transfers/cancel`, refusable(review("cancel")))
    .route("GET", `${prefix}/transfers/{id}`, refusable(get));
}

function isOwned(transfer: Transfer, query: URLSearchParams, owner: Owner): boolean {
  const wanted = (name: string, value: string) => (query.get(name) ?? value) === value;
  return (
    wanted("balancePlatform", owner.balancePlatform) &&
    wanted("accountHolderId", owner.accountHolderId) &&
    wanted("balanceAccountId", transfer.balanceAccountId)
  );
}

/**
 * What goes over the wire between a client and the sandbox processor, the same in process and over
 * HTTP. Types only: this file is all that the connector may know of the processor.
 */

/** A request, shaped like HTTP. Header names in lower case; `body` is JSON text, "" for GET. */
export interface SandboxRequest {
  readonly method: "GET" | "POST";
  /** Path and query, such as `/transfers?idempotency_key=k`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SandboxReply {
  readonly kind: "reply";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A reply that never comes. `refused`: the connection is refused, nothing has happened. `lost`: the
 * request may have been carried out and the connection breaks before the answer.
 */
export interface SandboxFault {
  readonly kind: "fault";
  readonly fault: "refused" | "lost";
}

export type SandboxAnswer = SandboxReply | SandboxFault;

/** The processor as its clients see it. Never throws. */
export interface SandboxFace {
  handle(request: SandboxRequest): Promise<SandboxAnswer>;
}

/**
 * Over HTTP a listening server cannot refuse a connection, so `refused` is a 503 with this header set
 * to "1": the processor promises that it has done nothing.
 */
export type NothingHappenedHeader = "x-sandbox-nothing-happened";

export type TransferState = "HELD" | "PENDING" | "SETTLED" | "FAILED" | "RETURNED" | "CANCELLED";

/** A row of the ledger. Amounts are minor units as decimal text, times are milliseconds. */
export interface WireTransfer {
  readonly transfer_id: string;
  readonly idempotency_key: string;
  /** Whose money it is. */
  readonly account: string;
  readonly payout_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly destination_amount: string | null;
  readonly destination_currency: string;
  readonly destination: { readonly kind: string; readonly account: string };
  readonly scenario: string;
  readonly state: TransferState;
  /** Why it failed or came back, such as `account_closed`. */
  readonly reason: string | null;
  /** From 1, one more with every change of state. */
  readonly sequence: number;
  readonly create_time: number;
  readonly update_time: number;
}

export interface WireDestination {
  /** The rail, such as `ach`. */
  readonly kind: string;
  /** What identifies the account on that rail: a number, an IBAN, an address, a token. */
  readonly account: string;
}

/** Body of POST /transfers. The exponents are needed only where the currencies differ. */
export interface WireTransferRequest {
  /** Whose money it is: the client's account that pays, not the one that is paid. */
  readonly account: string;
  readonly payout_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly exponent?: number;
  readonly destination_currency?: string;
  readonly destination_exponent?: number;
  readonly destination: WireDestination;
  readonly scenario?: string;
  readonly hold?: boolean;
}

/** Answer of GET /transfers without a key: newest first; `next_after` is null on the last page. */
export interface WireTransferPage {
  readonly transfers: readonly WireTransfer[];
  readonly next_after: string | null;
}

/** Body of POST /quotes. */
export interface WireQuoteRequest {
  readonly amount: string;
  readonly currency: string;
  readonly exponent: number;
  readonly destination_currency: string;
  readonly destination_exponent: number;
}

export interface WireQuote {
  readonly quote_id: string;
  /** Exact decimal: destination units for one source unit, both major. */
  readonly rate: string;
  /** Minor units of the source currency, taken out of the amount. */
  readonly fee: string;
  readonly destination_amount: string;
  readonly expire_time: number;
}

/** Body of POST /recipients. */
export interface WireRecipientRequest {
  readonly reference: string;
  readonly scenario?: string;
}

export interface WireRecipient {
  readonly recipient_id: string;
  readonly idempotency_key: string;
  readonly reference: string;
  readonly status: "active";
}

/** Body of POST /accounts. An account behaves as its recipient's scenario says. */
export interface WireAccountRequest {
  readonly reference: string;
  readonly recipient_id?: string;
  readonly destination: WireDestination;
}

export interface WireAccount {
  readonly account_id: string;
  readonly idempotency_key: string;
  readonly reference: string;
  readonly status: "verified";
}

/** Body of every answer of 4xx and 5xx that the processor means. */
export interface WireError {
  readonly error: { readonly code: string; readonly message: string; readonly request_id: string };
}

/** A change of state, told by the processor. The same `event_id` is the same news. */
export interface WireNews {
  readonly event_id: string;
  /** Grows with every item of the outbox; the cursor of GET /news. */
  readonly seq: number;
  /** `transfer.` and the state in lower case. */
  readonly type: string;
  /** The transfer as it was right after the change. */
  readonly transfer: WireTransfer;
}

/** Answer of GET /news: what is not acknowledged yet, in the order of delivery. */
export interface WireNewsPage {
  readonly news: readonly WireNews[];
  readonly next_after: number | null;
}

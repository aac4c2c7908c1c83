import type { PayoutEvent } from "../domain/event.ts";
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryState,
  WebhookEndpoint,
  WebhookSecret,
} from "../domain/webhook.ts";
import type { AfterAttempt } from "../domain/webhook-retry.ts";
import type { Administered, IdempotencyClaim, Page, PagePosition, Replay } from "./repository.ts";

export interface WebhookEndpointStore {
  /** @throws ServiceError WEBHOOK_ENDPOINT_LIMIT past `most` endpoints of the merchant */
  create(
    input: OpenedEndpoint & { readonly most: number } & Administered,
  ): Promise<{ kind: "stored"; endpoint: WebhookEndpoint } | Replay>;
  /** Removed endpoints are not there. */
  find(ref: WebhookEndpointRef): Promise<WebhookEndpoint | null>;
  /** Newest first, disabled ones too. */
  list(filter: { readonly merchantId: string }, page: Page): Promise<readonly WebhookEndpoint[]>;
  /** @throws ServiceError WEBHOOK_ENDPOINT_NOT_FOUND, and whatever the decision throws */
  update(
    ref: WebhookEndpointRef,
    administered: Administered,
    decide: (current: OpenedEndpoint) => OpenedEndpoint,
  ): Promise<{ kind: "stored"; endpoint: WebhookEndpoint } | Replay>;
  /** Nothing is sent to it any more. @throws ServiceError WEBHOOK_ENDPOINT_NOT_FOUND */
  remove(
    ref: WebhookEndpointRef,
    administered: Administered,
  ): Promise<{ kind: "stored"; endpoint: WebhookEndpoint } | Replay>;
}

export interface WebhookEndpointRef {
  readonly merchantId: string;
  readonly endpointId: string;
}

export interface OpenedEndpoint {
  readonly endpoint: WebhookEndpoint;
  /** What its requests are signed with, the newest first. */
  readonly secrets: readonly WebhookSecret[];
}

export interface WebhookDeliveryStore {
  find(ref: WebhookDeliveryRef): Promise<WebhookDelivery | null>;
  /** Newest first. */
  list(filter: WebhookDeliveryFilter, page: Page): Promise<readonly WebhookDelivery[]>;
  /**
   * Asks for a delivery again, from the first try on.
   *
   * @throws ServiceError WEBHOOK_DELIVERY_NOT_FOUND, WEBHOOK_ENDPOINT_DISABLED
   */
  redeliver(
    ref: WebhookDeliveryRef,
    administered: Administered,
  ): Promise<{ kind: "stored"; delivery: WebhookDelivery } | Replay>;
  /**
   * The same for those of a span of time, the newest first, one page at a time.
   *
   * @throws ServiceError WEBHOOK_ENDPOINT_NOT_FOUND, WEBHOOK_ENDPOINT_DISABLED
   */
  redeliverAll(
    filter: Omit<WebhookDeliveryFilter, "eventId">,
    page: Page,
    administered: Administered,
  ): Promise<({ kind: "stored" } & Redelivered) | Replay>;
}

/** What was asked for again. */
export interface Redelivered {
  readonly count: number;
  /** The last one, when there may be more. */
  readonly last: PagePosition | null;
}

export interface WebhookDeliveryRef {
  readonly merchantId: string;
  readonly deliveryId: string;
}

export interface WebhookDeliveryFilter extends WebhookEndpointRef {
  readonly state: readonly WebhookDeliveryState[];
  readonly eventId: string | null;
  /** Inclusive. */
  readonly createTimeFrom: number | null;
  /** Exclusive. */
  readonly createTimeTo: number | null;
}

/**
 * Events on their way out. An event is in the table with the change that it tells of; from there it is
 * made into a delivery for each endpoint that wants it, and each delivery is claimed, sent and recorded.
 */
export interface WebhookOutbox {
  /**
   * Makes deliveries of the next events, and remembers how far it came, all at once.
   *
   * @param limit events that are looked at
   */
  makeDeliveries(limit: number): Promise<{
    readonly looked: number;
    readonly made: number;
  }>;
  /** When the next delivery can be claimed; null when there is none. */
  nextDueAt(): Promise<number | null>;
  /**
   * Claims due deliveries, of the longest due endpoint first: so many of one endpoint as
   * `limits.webhooksOut` lets be under way to it in all processes, and one of an endpoint that fails.
   */
  claimDue(room: ClaimRoom): Promise<readonly ClaimedDelivery[]>;
  /**
   * Writes an event to one endpoint alone, with its delivery, which the caller holds.
   *
   * @throws ServiceError WEBHOOK_ENDPOINT_NOT_FOUND
   */
  ping(
    ref: WebhookEndpointRef,
    options: {
      readonly claim: IdempotencyClaim | null;
      readonly signal: AbortSignal;
      readonly leaseMs: number;
    },
  ): Promise<{ kind: "stored"; claimed: ClaimedDelivery } | Replay>;
  /** What is to be sent where; null when the event or the endpoint is gone, or the claim is lost. */
  open(claimed: ClaimedDelivery): Promise<OutgoingEvent | null>;
  /**
   * Records a try by a decision. An endpoint that is given up by it gets its event.
   *
   * @throws LeaseLostError
   */
  record(
    claimed: ClaimedDelivery,
    attempt: WebhookAttempt,
    decide: (current: {
      readonly delivery: WebhookDelivery;
      readonly endpoint: WebhookEndpoint;
    }) => AfterAttempt,
  ): Promise<Recorded>;
  /**
   * Ends what was asked for too long ago and is still to be sent, and forgets what was asked for before
   * that or belongs to a removed endpoint; at most `limit` of each. Returns whether there may be more.
   */
  sweep(
    before: { readonly pending: number; readonly kept: number },
    limit: number,
  ): Promise<boolean>;
}

/** How much may be claimed. */
export interface ClaimRoom {
  /** Deliveries to endpoints that do not fail. */
  readonly healthy: number;
  /** Deliveries to endpoints that do, one for each. */
  readonly failing: number;
  readonly leaseMs: number;
}

/** A delivery that this process may send until its lease ends. */
export interface ClaimedDelivery extends WebhookDeliveryRef {
  readonly endpointId: string;
  readonly token: string;
  readonly leaseUntil: number;
  /** Whether its endpoint failed when it was claimed. */
  readonly isFailing: boolean;
}

export interface OutgoingEvent {
  readonly event: PayoutEvent;
  readonly url: string;
  /** Those that sign now, the newest first. */
  readonly secrets: readonly string[];
}

export interface Recorded {
  readonly delivery: WebhookDelivery;
  /** Whether its endpoint was disabled by it, with an event. */
  readonly hasGivenUp: boolean;
}

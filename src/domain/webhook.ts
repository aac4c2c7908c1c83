export const WEBHOOK_ENDPOINT_STATES = ["ENABLED", "DISABLED"] as const;
export type WebhookEndpointState = (typeof WEBHOOK_ENDPOINT_STATES)[number];

export const WEBHOOK_DISABLED_REASONS = ["BY_CALLER", "GONE_410", "FAILING"] as const;
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number];

export const WEBHOOK_DELIVERY_STATES = ["PENDING", "DELIVERED", "FAILED"] as const;
export type WebhookDeliveryState = (typeof WEBHOOK_DELIVERY_STATES)[number];

/** Where a merchant's events are sent, without what they are signed with. Times in milliseconds. */
export interface WebhookEndpoint {
  readonly merchantId: string;
  readonly endpointId: string;
  /** In the one form that `parseTarget` gives. */
  readonly url: string;
  readonly description: string;
  /** Names of types, or all of a kind such as `payout.*`; none: every type. */
  readonly eventTypes: readonly string[];
  readonly state: WebhookEndpointState;
  /** Null while it is enabled. */
  readonly disabledReason: WebhookDisabledReason | null;
  /** Since when every try has failed; null after a success. */
  readonly failingSince: number | null;
  readonly livemode: boolean;
  readonly createTime: number;
  readonly updateTime: number;
  readonly version: number;
}

/** One of the secrets that an endpoint's requests are signed with. */
export interface WebhookSecret {
  /** `whsec_` and base64 of 32 bytes. */
  readonly secret: string;
  /** Until when it signs; null: until it is replaced. Milliseconds. */
  readonly until: number | null;
}

/** Why a try failed; `GONE_410` and those about a status come with an answer. */
export type WebhookFailure =
  | "STATUS_NOT_2XX"
  | "REDIRECTED"
  | "GONE_410"
  | "ADDRESS_REFUSED"
  | "NAME_NOT_RESOLVED"
  | "CONNECTION_FAILED"
  | "TLS_FAILED"
  | "NO_ANSWER"
  | "ANSWER_CUT_OFF"
  | "TIMEOUT";

/** One try to deliver an event. Times in milliseconds. */
export interface WebhookAttempt {
  readonly startTime: number;
  readonly durationMs: number;
  /** Null: no answer began. */
  readonly statusCode: number | null;
  /** Null: it was delivered. */
  readonly failure: WebhookFailure | null;
  /** Without the signature. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** The beginning of the answer's body. */
  readonly answer: string;
}

/** One event on its way to one endpoint. Times in milliseconds. */
export interface WebhookDelivery {
  readonly merchantId: string;
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly state: WebhookDeliveryState;
  /** Since it was made or asked for again. */
  readonly tries: number;
  /** Null when it has ended. */
  readonly nextTryTime: number | null;
  /** The newest, oldest first. */
  readonly attempts: readonly WebhookAttempt[];
  readonly livemode: boolean;
  readonly createTime: number;
  readonly updateTime: number;
}

/** What `webhook_endpoint.*` events are called. */
export const PING_EVENT = "webhook_endpoint.ping";
export const DISABLED_EVENT = "webhook_endpoint.disabled";

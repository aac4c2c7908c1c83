/**
 * Every bound of the sandbox processor. It is a system of its own, so its bounds are not among the
 * service's.
 */
export const LIMITS = {
  /** A body: the largest honest one is under 2 KiB. */
  bodyBytes: 64 * 1024,
  /** Texts in a body; the longest is another processor's token, which the service takes to 2,048. */
  textLength: 2_048,
  /** An idempotency key, as the connector's manifest says. */
  keyLength: 255,
  /** Digits of an amount: 2^53 has 16; room for sums, not for a denial of service. */
  amountDigits: 20,
  /** Decimal places of a currency: ISO 4217 has at most 4. */
  exponent: 6,
  pageDefault: 50,
  pageMax: 100,
  /** Transfers moved in one transaction, so that a long sleep does not end in one long lock. */
  settleBatch: 256,
  /** News fetched at a time, and transfers whose news are delivered side by side. */
  newsBatch: 64,
  newsConcurrency: 8,
  /** One delivery; after it the news is taken as not delivered and comes again (milliseconds). */
  deliverMs: 10_000,
  /** Pauses between deliveries that fail double from the first to the second (milliseconds). */
  redeliverFirstMs: 500,
  redeliverMaxMs: 60_000,
  /** About two hours of trying; then the news stays in the outbox for whoever asks by GET /news. */
  redeliverTries: 120,
  /** What SQLite waits for another connection's lock (milliseconds). */
  busyMs: 5_000,
  /** The pause after work of the clockwork's that failed, such as a busy file (milliseconds). */
  retryMs: 1_000,
  /** The longest sleep of the clockwork: far under the 2^31 ms at which timers overflow. */
  sleepMs: 3_600_000,
  /** How long `slow` takes to answer (milliseconds), as the contract says. */
  slowMs: 1_500,
  /** HTTP: slow headers, slow bodies, idle connections (milliseconds), and how many connections. */
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 60_000,
  headerBytes: 16 * 1024,
  connections: 1_024,
  /** SIGTERM: how long calls under way may take before their connections are cut (milliseconds). */
  drainMs: 5_000,
} as const;

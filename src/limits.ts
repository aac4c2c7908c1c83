/**
 * Every bound in the system, with its reason. What a caller can set has its bound in the contract or
 * in config.ts; what nobody needs to set is here.
 */
export const limits = {
  /** Items of one page: enough for a screen, and one answer stays well under a megabyte. */
  pageSize: { default: 50, max: 100 },

  /** One RPC message or REST body, decompressed. The largest honest request is some 60 KiB. */
  bodyBytes: 1024 * 1024,
  /** Accounts of one merchant at processors: every connector several times over; all are read by a Create. */
  connectorAccounts: 50,

  /** JSON nesting: protobuf's own default. */
  jsonDepth: 100,
  /** Query parameters of a REST call. */
  queryParameters: 200,

  /**
   * Overload: requests under way at once, most of which wait for a processor, some 20 KB each, and
   * how many make a long queue when there is no time to spare, about half a second's worth; how
   * long a turn of the event loop may have run when new work is still begun while there is no time to
   * spare, so that a refusal takes some tens of milliseconds; merchants that get one request in per
   * turn all the same; API keys remembered for that; how often the load is looked at. Milliseconds.
   */
  overload: {
    maxInFlight: 10_000,
    longQueue: 256,
    turnMs: 2,
    sharesPerTurn: 16,
    knownCallers: 10_000,
    sampleMs: 250,
  },

  /** The one port. Times in milliseconds, sizes in bytes. */
  port: {
    /** An honest client speaks at once: ten seconds are a lost packet, sent again three times. */
    silentSocketMs: 10_000,
    headersMs: 10_000,
    /** The largest body in this time is 35 KB a second. */
    requestMs: 30_000,
    /** A walk over all connections costs some microseconds for each hundred of them. */
    checkEveryMs: 2_000,
    /** Proxies keep theirs for 60 s (nginx) or open another one; gRPC clients open another one. */
    idleMs: 60_000,
    pingMs: 10_000,
    /** As for a request: an answer is rarely larger than the largest request. */
    answerMs: 30_000,
    /** Some fifty of the largest pages of a list. */
    untakenBytes: 16 * 1024 * 1024,
    /**
     * A fifth of the requests that may be under way (`overload.maxInFlight`): slow ones keep nobody out.
     * Honest bodies are here for a round trip: 2,000 make 10,000 requests a second from 200 ms away.
     */
    unreadRequests: 2_000,
    untakenAnswers: 1_000,
    /** An API key, a trace and a browser's cookies come to 4 KiB; nginx and Node have 16 as well. */
    headerBytes: 16 * 1024,
    /** The longest query: a page token, filters, all of them short. Common servers have 8. */
    urlBytes: 8 * 1024,
    /** 64 characters, percent-encoded three times over, and room. */
    pathParameterBytes: 512,
    /** Clients that pipeline at all do it by ten; those that wait cost some 3 KB each. */
    http1Running: 16,
    http1Waiting: 500,
    /** What gRPC servers and RFC 9113 advise, so that a client's calls need not wait. */
    http2Streams: 100,
    /** Twice a client's open streams, and all of them every second: deadlines of a second that pass. */
    http2Resets: { atOnce: 200, perSecond: 100 },
    /** gRPC clients that measure their bandwidth ping once a round trip; 1,000 a second cost 0.5 % of a core. */
    http2Pings: { atOnce: 2_000, perSecond: 1_000 },
    /** Measured: 13 KB each that begins a request, 25 KB each of HTTP/2: 250 MB if all of them are held. */
    connections: 10_000,
    /** A company behind one address; or a proxy that nobody has configured, at 1,000 requests at once. */
    connectionsPerAddress: 1_000,
  },
  /**
   * Descriptors that connections leave to the database, logs, calls to processors (`runningJobs`) and
   * webhooks (`webhooksOut.exchanges`).
   */
  descriptorsKept: 768,

  /** Units of work that share one commit: bounds how long the database is held, about 10 ms. */
  unitsPerCommit: 64,
  /** Units of work that may wait for a commit: about a second's worth; more is refused. */
  unitsWaiting: 8192,
  /** How long a statement waits for another process's lock (milliseconds). */
  databaseBusyMs: 5000,

  /** Jobs that run at once in one process: each holds a few kilobytes and one call to a processor. */
  runningJobs: 256,
  /** Jobs of one merchant at one connector that run at once: a processor that hangs fills no more. */
  runningJobsPerLane: 64,
  /** Jobs that the worker claims with one statement. */
  jobsPerClaim: 64,
  /** Idempotency records that one sweep forgets, and how often it sweeps (milliseconds). */
  sweep: { records: 1000, everyMs: 60 * 60 * 1000 },

  /** What processors send by themselves. */
  webhooks: {
    /** Those that are known to be large have some 50 KiB; the largest body that the port takes is room enough. */
    bodyBytes: 1024 * 1024,
    /** Events of one message, and what one says as it is stored. */
    events: 100,
    eventBytes: 64 * 1024,
    /** A longer id of an event is kept as its hash. */
    eventIdBytes: 200,
    /** Messages of one account that are verified at once; some take a call to the processor. */
    verifications: 16,
    /** Verified messages of one account: so many at once, and a hundred a second for ever. */
    rate: { calls: 6_000, perMs: 60_000 },
    /** Accounts whose rates are remembered. */
    accounts: 10_000,
    /**
     * Entries of one account that are not settled: a merchant knows his own secret, and could sign as much
     * as he likes. A busy account's backlog of some minutes, and a few of the largest messages.
     */
    room: { entries: 10_000, bytes: 64 * 1024 * 1024 },
    /**
     * Entries that are applied at once, some of which take a call to the processor; of one account, which
     * takes no more once it has so many; and those that are claimed with one statement.
     */
    running: 64,
    runningPerAccount: 8,
    perClaim: 8,
    /** An id that payouts share: so many of the newest are considered, and so many looked at. */
    shared: { newest: 500, lookups: 50 },
    /**
     * What cannot be applied is tried again after a second, then after twice as long each time, up to five
     * minutes, for a day: its payout's Create may not have committed, or the processor may be down.
     */
    retry: { firstMs: 1_000, maxMs: 5 * 60_000 },
    giveUpMs: 24 * 60 * 60 * 1000,
    /**
     * Settled entries are only there to know a repeat by; no processor repeats for more than some days.
     * Those that wait for people are kept longer, and no longer than need be: they may hold personal data.
     */
    settledMs: 30 * 24 * 60 * 60 * 1000,
    reviewMs: 90 * 24 * 60 * 60 * 1000,
    /** Messages that nobody could verify are told of together, once in so long. */
    unverifiedEveryMs: 10_000,
  },

  /**
   * Encryption under another key beside the service that serves: ciphertexts that one commit
   * replaces, the pause after it, tries and the pause between them while others hold the database
   * (milliseconds); ciphertexts that are counted with one statement; those that a start looks at, at
   * either end of each table.
   */
  reencryption: {
    rows: 32,
    pauseMs: 20,
    busyTries: 60,
    busyPauseMs: 1000,
    countedRows: 5000,
    probedRows: 50,
  },

  /**
   * Characters of routing conditions: of one merchant's rules together, some 100 ms to compile; and of
   * those that are kept compiled, some 25 MB at the worst.
   */
  routing: { conditionCharacters: 32_768, cachedCharacters: 512 * 1024 },
  /**
   * A payout that surely was not sent goes to its next connector after so many tries, or so long
   * after the first (milliseconds): an outage is waited out for a while, not for ever.
   */
  fallback: { unsentTries: 5, unsentMs: 60_000 },

  /**
   * How long a processor may put a call off that it has not taken (milliseconds): none asks for more
   * than an hour, and one that does by mistake must not hold a payout for days.
   */
  laterMs: 60 * 60 * 1000,

  /** How long a mutation may wait for its answer, whatever deadline its caller gives (milliseconds). */
  answerWaitMs: 60_000,
  /** An answer is sent this long before the caller's deadline, so that it arrives (milliseconds). */
  answerMarginMs: 100,
  /** Calls that wait for a payout to change. */
  waiters: 20_000,

  /** A staged payout that nobody confirms expires (milliseconds). */
  stagedMs: 30 * 24 * 60 * 60 * 1000,
  /**
   * Wrong claim codes of one link in a minute, links that are remembered for it, and wrong codes after
   * which the link is locked: of codes of four digits half a per cent.
   */
  claimCodes: { tries: 10, windowMs: 60_000, subjects: 10_000, inAll: 50 },
  /**
   * Wrong link tokens and claim codes of one address in a minute: an office's worth of old links. A
   * token cannot be found by trying; this keeps the trying cheap.
   */
  linkAddress: { tries: 60, windowMs: 60_000, subjects: 10_000 },
  /** A replaced API key goes on working (milliseconds). */
  keyOverlap: { defaultMs: 24 * 60 * 60 * 1000, maxMs: 30 * 24 * 60 * 60 * 1000 },
  /** Payout links (milliseconds). */
  link: { defaultMs: 7 * 24 * 60 * 60 * 1000, maxMs: 30 * 24 * 60 * 60 * 1000 },
  /** Accounts that a recipient may try on one link, each of which costs a call to a processor. */
  linkClaims: 10,
  /** A merchant's logo: bytes, enough for a sharp one on a light page; how long it may take to come. */
  logo: { maxBytes: 256 * 1024, timeoutMs: 5000 },

  /**
   * Watch: streams at once, and of one merchant (each event is encoded for each of them); events
   * read at a time and kept in memory; the pause between heartbeats (milliseconds).
   */
  watch: { streams: 1000, streamsPerMerchant: 50, batch: 100, recent: 500, heartbeatMs: 15_000 },
  /**
   * Webhooks out. Endpoints of one merchant; the secrets of one that sign at once; how long replaced
   * ones do; events that one transaction makes deliveries of; requests under way in one process, some
   * 50 KB each, with pings; those to endpoints that work and to those that fail, without pings; those to
   * one endpoint in all processes; the whole
   * exchange, and the right to make it, which lasts longer; what is read of an answer, and kept;
   * tries that are kept of a delivery; how long after it was asked for a delivery is still sent, and
   * how long it is kept; deliveries that one sweep forgets, and how often it sweeps; deliveries that one call sends
   * again. Milliseconds, bytes.
   */
  webhooksOut: {
    endpoints: 20,
    secrets: 5,
    overlap: { defaultMs: 24 * 60 * 60 * 1000, maxMs: 7 * 24 * 60 * 60 * 1000 },
    eventsPerTurn: 500,
    exchanges: 256,
    running: 144,
    runningToFailing: 48,
    runningPerEndpoint: 4,
    exchangeMs: 15_000,
    leaseMs: 20_000,
    answerBytes: 64 * 1024,
    keptAnswerBytes: 4 * 1024,
    keptAttempts: 20,
    pendingMs: 7 * 24 * 60 * 60 * 1000,
    keptMs: 30 * 24 * 60 * 60 * 1000,
    sweep: { deliveries: 500, everyMs: 60 * 60 * 1000 },
    redelivered: 1000,
  },
  /** Health watches at once. */
  healthWatches: 1000,

  /** Stop: how long calls may finish, within the 25 seconds that a supervisor grants (milliseconds). */
  drainMs: 12_000,
  /** Stop: how long calls to processors may finish after that; their jobs go on elsewhere if not. */
  lastJobsMs: 9_500,
} as const;

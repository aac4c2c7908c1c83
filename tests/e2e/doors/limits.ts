/** Where else a bound of limits.ts is tested: a file, and words of it. A name stands for its group. */
export const PROOFS: Readonly<Record<string, { readonly file: string; readonly words: string }>> = {
  "overload.maxInFlight": {
    file: "tests/transport/overload/admission.test.ts",
    words: "bounds what is under way at once",
  },
  "overload.turnMs": {
    file: "tests/transport/overload/admission.test.ts",
    words: "while the turn is young",
  },
  "overload.sharesPerTurn": {
    file: "tests/transport/overload/admission.test.ts",
    words: "bounds the merchants that get a share",
  },
  "overload.longQueue": {
    file: "tests/transport/overload/admission.test.ts",
    words: "or no long queue",
  },
  "overload.knownCallers": {
    file: "tests/transport/overload/rate-limiter.test.ts",
    words: "remembers so many keys and no more",
  },
  port: { file: "tests/transport/server/limits.test.ts", words: "limits that would not hold" },
  unitsPerCommit: {
    file: "tests/repository/sqlite/unit-queue.test.ts",
    words: "bounds the units of a commit",
  },
  unitsWaiting: {
    file: "tests/repository/sqlite/unit-queue.test.ts",
    words: "refuses at once past its bound",
  },
  databaseBusyMs: {
    file: "tests/repository/sqlite/unit-queue.test.ts",
    words: "waits for another process's lock, and rejects past the limit",
  },
  runningJobs: { file: "tests/engine/hanging-connector.test.ts", words: "limits." },
  runningJobsPerLane: { file: "tests/engine/hanging-connector.test.ts", words: "limits." },
  "reencryption.rows": {
    file: "tests/cli/rotate-encryption.test.ts",
    words: "pauses after what it changed",
  },
  "reencryption.pauseMs": {
    file: "tests/cli/rotate-encryption.test.ts",
    words: "pauses after what it changed",
  },
  "reencryption.busyTries": {
    file: "tests/cli/rotate-encryption.test.ts",
    words: "and not for ever",
  },
  "reencryption.busyPauseMs": {
    file: "tests/cli/rotate-encryption.test.ts",
    words: "and not for ever",
  },
  "reencryption.probedRows": {
    file: "tests/repository/sqlite/reencryption.test.ts",
    words: "is missed at either end",
  },
  "routing.cachedCharacters": {
    file: "tests/service/routing/condition.test.ts",
    words: "forgets the longest unused when there are too many",
  },
  fallback: {
    file: "tests/engine/fallback.test.ts",
    words: "goes to the next when nothing could be sent for a while",
  },
  "claimCodes.inAll": { file: "tests/service/links.test.ts", words: "have locked it" },
  "linkAddress.tries": {
    file: "tests/service/links.test.ts",
    words: "wrong tokens of one address",
  },
  "linkAddress.windowMs": {
    file: "tests/service/links.test.ts",
    words: "wrong tokens of one address",
  },
  linkClaims: { file: "tests/engine/reopen-link.test.ts", words: "after too many accounts" },
  "logo.maxBytes": { file: "tests/e2e/links/logo.test.ts", words: "is asked for with its bounds" },
  "logo.timeoutMs": { file: "tests/e2e/links/logo.test.ts", words: "is asked for with its bounds" },
  keyOverlap: { file: "tests/e2e/doors/admin.test.ts", words: "overlaps by 30 days at most" },
  "watch.streamsPerMerchant": {
    file: "tests/e2e/faces/refusals-by-hand.test.ts",
    words: "a merchant's streams past their bound",
  },
  healthWatches: {
    file: "tests/transport/health/health.test.ts",
    words: "is bounded, and an ended one makes room",
  },
};

/** Bounds that no call meets, and why. */
export const NOT_FROM_OUTSIDE: Readonly<Record<string, string>> = {
  "overload.sampleMs": "A pace of looking: no call is refused for it by itself.",
  descriptorsKept:
    "What is left of the machine's descriptors: a start counts with it, no call does.",
  jobsPerClaim: "How much the worker takes at a time; the rest is taken next.",
  sweep: "How much is forgotten at a time; the rest is forgotten next.",
  "reencryption.countedRows": "How much is counted at a time; the rest is counted next.",
  answerWaitMs:
    "A call that waits for a whole minute; the wait itself is tested with shorter deadlines.",
  answerMarginMs: "So little that only a fast client on an idle machine can tell.",
  waiters: "20,000 calls at once, which the bound of requests under way refuses first.",
  "claimCodes.subjects": "10,000 links with wrong codes within a minute.",
  "linkAddress.subjects": "10,000 addresses with wrong tokens within a minute.",
  "watch.streams":
    "1,000 streams of 20 merchants; that of one merchant is counted in the same way.",
  "watch.batch": "How much is read at a time; the rest is read next.",
  "watch.recent": "How much is kept in memory; what is older is read from the table.",
  drainMs: "How long a stop waits; start-stop.test.ts holds the whole stop to its 25 seconds.",
  lastJobsMs: "How long a stop waits; start-stop.test.ts holds the whole stop to its 25 seconds.",
};

const RECEIVING = "tests/e2e/webhooks/receiving.test.ts";
const APPLYING = "tests/e2e/webhooks/applying.test.ts";

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
  laterMs: { file: "tests/engine/effects.test.ts", words: "limits.laterMs" },
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
  "webhooks.bodyBytes": { file: RECEIVING, words: "webhooks.bodyBytes: is taken" },
  "webhooks.events": { file: RECEIVING, words: "webhooks.events: of one message" },
  "webhooks.eventBytes": { file: RECEIVING, words: "what cannot be read is kept for people" },
  "webhooks.eventIdBytes": { file: RECEIVING, words: "webhooks.eventIdBytes: a longer id" },
  "webhooks.verifications": { file: RECEIVING, words: "webhooks.verifications: of one account" },
  "webhooks.unverifiedEveryMs": { file: RECEIVING, words: "is no flood of lines" },
  "webhooks.rate": {
    file: "tests/service/webhooks/receive-webhook.test.ts",
    words: "refuses those past its rate",
  },
  "webhooks.room": {
    file: "tests/repository/contract/inbox.ts",
    words: "lets give way what waits",
  },
  "webhooks.running": {
    file: "tests/worker/inbox-worker.test.ts",
    words: "applies so many at once",
  },
  "webhooks.runningPerAccount": {
    file: "tests/worker/inbox-worker.test.ts",
    words: "an account that hangs holds up no other",
  },
  "webhooks.shared": {
    file: "tests/service/webhooks/work-inbox.test.ts",
    words: "has so many of the newest looked at",
  },
  "webhooks.retry": {
    file: "tests/service/webhooks/work-inbox.test.ts",
    words: "longer each time",
  },
  "webhooks.giveUpMs": { file: APPLYING, words: "webhooks.giveUpMs: " },
  "webhooks.settledMs": { file: APPLYING, words: "is forgotten after a month" },
  "webhooks.reviewMs": { file: APPLYING, words: "is forgotten after a month" },
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
  "webhooksOut.overlap.defaultMs": {
    file: "tests/e2e/webhooks-out/lifecycle.test.ts",
    words: "for a day where nothing else is said",
  },
  "webhooksOut.runningPerEndpoint": {
    file: "tests/repository/contract/webhooks.ts",
    words: "is claimed a few at a time for an endpoint",
  },
  "webhooksOut.exchangeMs": {
    file: "tests/service/webhooks-out/sender.test.ts",
    words: "that is not answered has failed after so long",
  },
  "webhooksOut.leaseMs": {
    file: "tests/e2e/webhooks-out/crash.test.ts",
    words: "Until its lease has ended nobody else sends it",
  },
  "webhooksOut.answerBytes": {
    file: "tests/net/guarded-http.test.ts",
    words: "reads an answer so far and no further",
  },
  "webhooksOut.keptAnswerBytes": {
    file: "tests/e2e/webhooks-out/delivery.test.ts",
    words: "is read no further than it need be",
  },
  "webhooksOut.keptAttempts": {
    file: "tests/repository/contract/webhooks.ts",
    words: "keeps the newest tries",
  },
  "webhooksOut.pendingMs": {
    file: "tests/e2e/webhooks-out/lifecycle.test.ts",
    words: "waits for seven days",
  },
  "webhooksOut.keptMs": {
    file: "tests/e2e/webhooks-out/lifecycle.test.ts",
    words: "is kept for thirty",
  },
  "webhooksOut.redelivered": {
    file: "tests/repository/contract/webhooks.ts",
    words: "one or a span of time, page by page",
  },
  "webhooksOut.running": {
    file: "tests/worker/webhook-worker.test.ts",
    words: "claims no more than it has places for",
  },
  "webhooksOut.runningToFailing": {
    file: "tests/worker/webhook-worker.test.ts",
    words: "claims no more than it has places for",
  },
  "webhooksOut.exchanges": {
    file: "tests/service/webhooks-out/ping.test.ts",
    words: "is refused when too much is under way",
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
  "webhooks.accounts": "10,000 accounts that send at once; whose rate is forgotten has it anew.",
  "webhooks.perClaim": "How much is claimed at a time; the rest is claimed next.",
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
  "webhooksOut.eventsPerTurn": "How much is looked at at a time; the rest is looked at next.",
  "webhooksOut.sweep": "How much is forgotten at a time; the rest is forgotten next.",
  "watch.batch": "How much is read at a time; the rest is read next.",
  "watch.recent": "How much is kept in memory; what is older is read from the table.",
  drainMs: "How long a stop waits; start-stop.test.ts holds the whole stop to its 25 seconds.",
  lastJobsMs: "How long a stop waits; start-stop.test.ts holds the whole stop to its 25 seconds.",
};

import type Database from "better-sqlite3";
import type { Connector } from "../../src/connectors/connector.ts";
import { nextConnectors, rerouted } from "../../src/domain/routing.ts";
import { newStep } from "../../src/engine/decisions/attempts.ts";
import type { PayoutAggregate } from "../../src/repository/payout-aggregate.ts";
import type { PayoutStore, Repository } from "../../src/repository/repository.ts";
import type { SeededRandom } from "./random.ts";

/**
 * A bug, planted at a seam between the service's parts, to show that the simulation finds it. The
 * service's own code is untouched: what is planted wraps the repository or the connector.
 */
export interface Plant {
  readonly name: string;
  readonly about: string;
  readonly connector?: (connector: Connector, random: SeededRandom) => Connector;
  readonly repository?: (repository: Repository, database: Database.Database) => Repository;
}

export const NO_PLANT: Plant = { name: "none", about: "the service as it is" };

/** Changes how the payout store works, and leaves the rest. */
function payouts(
  change: (store: PayoutStore, database: Database.Database) => Partial<PayoutStore>,
): NonNullable<Plant["repository"]> {
  return (repository, database) => ({
    ...repository,
    payouts: { ...repository.payouts, ...change(repository.payouts, database) },
  });
}

/** Every decision of `change`, with its result altered. */
function decisions(
  alter: (before: PayoutAggregate, after: PayoutAggregate) => PayoutAggregate,
): NonNullable<Plant["repository"]> {
  return payouts((store) => ({
    change: (ref, options, decide) =>
      store.change(ref, options, (current) => alter(current, decide(current))),
  }));
}

const uuid = (random: SeededRandom) => Buffer.from(random.bytes(16)).toString("hex");

export const PLANTS: readonly Plant[] = [
  {
    name: "no-key-on-retry",
    about: "a repeated call carries no key, and the processor takes it for a new one",
    connector: (connector, random) => {
      const called = new Set<string>();
      return {
        ...connector,
        callStep: (input) => {
          const repeated = called.has(input.processorKey);
          called.add(input.processorKey);
          return connector.callStep(repeated ? { ...input, processorKey: uuid(random) } : input);
        },
      };
    },
  },
  {
    name: "new-key-on-retry",
    about: "each call of a step gets a fresh key, which is stored",
    repository: decisions((before, after) => {
      const attempt = after.attempts.at(-1);
      const old = before.attempts.at(-1);
      if (attempt === undefined || old === undefined) return after;
      const steps = attempt.steps.map((step, index) =>
        step.tries > 1 && step.tries > (old.steps[index]?.tries ?? 0)
          ? { ...step, processorKey: `${step.processorKey.slice(0, 30)}${step.tries}` }
          : step,
      );
      return { ...after, attempts: [...after.attempts.slice(0, -1), { ...attempt, steps }] };
    }),
  },
  {
    name: "unfenced-completion",
    about: "whoever called records what came of it, although somebody else has taken over",
    repository: payouts((store) => {
      const seen = new Map<string, PayoutAggregate>();
      return {
        create: async (input) => {
          const created = await store.create(input);
          const token = input.aggregate.job?.lease?.token;
          if (created.kind === "stored" && token !== undefined) seen.set(token, created.aggregate);
          return created;
        },
        change: async (ref, { lease, ...options }, decide) => {
          if (lease === undefined) return store.change(ref, options, decide);
          // The holder writes what follows from the state that it remembers, whoever has the lease.
          const mine = seen.get(lease);
          const changed = await store.change(ref, options, (current) => decide(mine ?? current));
          if (changed.kind === "stored") seen.set(lease, changed.aggregate);
          return changed;
        },
      };
    }),
  },
  {
    name: "outcome-before-commit",
    about: "the processor is called before the payout is stored",
    repository: payouts((store) => ({
      create: (input) => {
        const stored = store.create(input);
        return Promise.race([
          stored,
          Promise.resolve({ kind: "stored" as const, aggregate: input.aggregate }),
        ]);
      },
      // What is called then has to come from memory, since it is not stored yet.
      find: async (merchantId, by) => {
        const found = await store.find(merchantId, by);
        return found;
      },
    })),
  },
  {
    name: "timeout-as-failed",
    about: "a timeout is taken for a no",
    connector: (connector) => ({
      ...connector,
      callStep: async (input) => {
        const outcome = await connector.callStep(input);
        return outcome.kind === "unknown" ? { kind: "rejected", error: outcome.error } : outcome;
      },
    }),
  },
  {
    name: "not-found-as-failed",
    about: "a look-up that finds nothing right after a timeout frees the payout",
    connector: (connector) => ({
      ...connector,
      lookup: async (input) => {
        const result = await connector.lookup(input);
        if (result.kind !== "not_found" || input.step === null) return result;
        return { kind: "found", value: { status: "FAILED" } };
      },
    }),
  },
  {
    name: "missing-job",
    about: "a payout is stored without its job",
    repository: payouts((store) => ({
      create: (input) => store.create({ ...input, aggregate: { ...input.aggregate, job: null } }),
    })),
  },
  {
    name: "job-dropped-on-unknown",
    about: "a payout whose outcome is unknown loses its job",
    repository: decisions((before, after) =>
      after.payout.waitingFor?.reason === "OUTCOME_UNKNOWN" && before.payout.status !== "PENDING"
        ? { ...after, job: null }
        : after,
    ),
  },
  {
    name: "double-event",
    about: "a change of status writes its event twice",
    repository: payouts((store, database) => ({
      change: async (ref, options, decide) => {
        const changed = await store.change(ref, options, decide);
        if (changed.kind === "stored") {
          database
            .prepare(
              `INSERT OR IGNORE INTO events (event_id, merchant_id, type, object_id, sequence, previous_status, resource, livemode, create_time)
               SELECT event_id || 'x', merchant_id, type, object_id, sequence + 1, previous_status, resource, livemode, create_time
                 FROM events WHERE object_id = ? ORDER BY sequence DESC LIMIT 1`,
            )
            .run(ref.payoutId);
        }
        return changed;
      },
    })),
  },
  {
    name: "stale-webhook-wins",
    about: "news is applied as it comes, however old it is",
    repository: payouts((store, database) => ({
      change: async (ref, options, decide) => {
        const before = await store.find(ref.merchantId, { payoutId: ref.payoutId });
        const changed = await store.change(ref, options, decide);
        // Only news changes a payout without lease or claim and may be older than what is stored.
        const isNews = options.lease === undefined && options.claim === undefined;
        const same = changed.kind === "stored" && changed.aggregate.payout === before?.payout;
        if (isNews && !same && before?.payout.status === "SUCCESS") {
          database
            .prepare("UPDATE payouts SET status = 'PENDING' WHERE payout_id = ?")
            .run(ref.payoutId);
        }
        return changed;
      },
    })),
  },
  {
    name: "idempotency-in-another-transaction",
    about: "the idempotency record is written after the payout, by itself",
    repository: payouts((store, database) => ({
      create: async (input) => {
        const { claim } = input;
        const { merchantId, payoutId, merchantPayoutId } = input.aggregate.payout;
        if (claim === null || merchantPayoutId !== null) return store.create(input);
        const record = database
          .prepare(
            "SELECT subject_id, answer FROM idempotency_records WHERE merchant_id = ? AND method = ? AND idempotency_key = ?",
          )
          .get(merchantId, claim.method, claim.key) as
          | { subject_id: string; answer: string | null }
          | undefined;
        if (record !== undefined) {
          return { kind: "replay", subjectId: record.subject_id, answer: record.answer };
        }
        const stored = await store.create({ ...input, claim: null });
        database
          .prepare(
            "INSERT OR REPLACE INTO idempotency_records (merchant_id, method, idempotency_key, fingerprint, subject_id, answer, create_time) VALUES (?, ?, ?, ?, ?, NULL, 0)",
          )
          .run(merchantId, claim.method, claim.key, claim.fingerprint, payoutId);
        return stored;
      },
    })),
  },
  {
    name: "wrong-transition",
    about: "a payout that has ended is opened again by a look-up",
    repository: payouts((store, database) => ({
      change: async (ref, options, decide) => {
        const changed = await store.change(ref, options, decide);
        if (changed.kind === "stored" && changed.aggregate.payout.status === "FAILED") {
          database
            .prepare(
              "UPDATE payouts SET status = 'PENDING', version = version + 1 WHERE payout_id = ?",
            )
            .run(ref.payoutId);
        }
        return changed;
      },
    })),
  },
  {
    name: "void-forgets-the-unknown",
    about: "a payout whose call was not answered is cancelled without asking the processor",
    repository: decisions((before, after) =>
      before.voidRequest === null && after.voidRequest?.state === "REQUESTED"
        ? {
            ...after,
            voidRequest: null,
            payout: { ...after.payout, status: "CANCELLED", waitingFor: null },
            job: null,
          }
        : after,
    ),
  },
  {
    name: "answer-not-recorded",
    about: "a repeat is answered with the payout as it now is, not as it was first answered",
    repository: (repository) => ({
      ...repository,
      idempotency: {
        ...repository.idempotency,
        find: async (merchantId, claim) => {
          const record = await repository.idempotency.find(merchantId, claim);
          return record === null ? null : { ...record, answer: null };
        },
        close: async (_merchantId, _claim, answer) => answer,
      },
      payouts: {
        ...repository.payouts,
        create: async (input) => {
          const created = await repository.payouts.create(input);
          return created.kind === "replay" ? { ...created, answer: null } : created;
        },
      },
    }),
  },
  {
    name: "undo-without-its-key",
    about: "what takes a step back carries a fresh key on each call, and is done as often",
    connector: (connector, random) => ({
      ...connector,
      callStep: (input) =>
        connector.callStep(
          input.step === "unfund" ? { ...input, processorKey: uuid(random) } : input,
        ),
    }),
  },
  {
    name: "undo-forgotten",
    about: "a payout that has to be taken back is FAILED, and nothing is taken back",
    repository: decisions((_before, after) => {
      const attempt = after.attempts.at(-1);
      if (attempt?.state !== "UNDOING") return after;
      const dead = { ...attempt, state: "DEAD" as const, endTime: attempt.createTime };
      return {
        ...after,
        payout: { ...after.payout, status: "FAILED", waitingFor: null },
        attempts: [...after.attempts.slice(0, -1), dead],
        job: null,
      };
    }),
  },
  {
    name: "failed-before-undone",
    about: "a payout is FAILED as soon as its money begins to be taken back",
    repository: decisions((before, after) =>
      after.attempts.at(-1)?.state === "UNDOING" && before.payout.status === "PENDING"
        ? { ...after, payout: { ...after.payout, status: "FAILED" } }
        : after,
    ),
  },
  {
    name: "undone-though-paid",
    about: "a lost answer of a payment is taken for a no, and what it is paid from is taken back",
    connector: (connector) => ({
      ...connector,
      callStep: async (input) => {
        const outcome = await connector.callStep(input);
        return input.step === "pay" && outcome.kind === "unknown"
          ? { kind: "rejected", error: outcome.error }
          : outcome;
      },
    }),
  },
  {
    name: "effects-forgotten",
    about: "whatever a step leaves behind counts as nothing",
    connector: (connector) => ({ ...connector, effectOf: () => "NOTHING" }),
  },
  {
    name: "staged-and-paid-anew",
    about: "a payout that the processor has staged is paid by another transfer",
    connector: (connector) => ({
      ...connector,
      plan: (operation, payout) =>
        connector.plan(operation, payout).map((step) => (step === "approve" ? "transfer" : step)),
    }),
  },
  {
    name: "link-expires-here",
    about: "a processor's own link that nobody has claimed so far is taken for expired",
    repository: decisions((before, after) => {
      const waits = (each: PayoutAggregate) =>
        each.payout.status === "REQUIRES_PAYOUT_METHOD_DATA" && each.link?.state === "ACTIVE";
      if (after.link === null || !waits(before) || !waits(after)) return after;
      return {
        ...after,
        payout: { ...after.payout, status: "EXPIRED", waitingFor: null },
        link: { ...after.link, state: "EXPIRED" },
        voidRequest: null,
        job: null,
      };
    }),
  },
  {
    name: "fallback-after-unknown",
    about: "a payout whose outcome is unknown goes to the next connector",
    repository: decisions((_before, after) => {
      const { routing } = after.payout;
      const attempt = after.attempts.at(-1);
      const [next] = nextConnectors(routing);
      const inDoubt = attempt?.steps.some(({ outcome }) => outcome === "UNKNOWN");
      if (attempt === undefined || routing === null || next === undefined || !inDoubt) return after;
      const dead = { ...attempt, state: "DEAD" as const, endTime: attempt.createTime };
      const fresh = {
        ...attempt,
        attemptId: `${attempt.attemptId}x`,
        number: attempt.number + 1,
        connector: next,
        steps: attempt.steps.map(({ ordinal, name, processorKey }) =>
          newStep(ordinal, name, `${processorKey}x`),
        ),
      };
      return {
        ...after,
        payout: {
          ...after.payout,
          connector: next,
          routing: rerouted(routing, { verdict: "UNREACHABLE", why: "" }, next),
        },
        attempts: [...after.attempts.slice(0, -1), dead, fresh],
      };
    }),
  },
];

import type { Clock } from "../clock.ts";
import { ServiceError } from "../domain/errors.ts";
import type { Job } from "../repository/job.ts";
import type { Repository } from "../repository/repository.ts";

/**
 * Tells whoever waits in this process that something has changed. Only a hint: whoever waits also
 * looks by itself now and then, since another process may have made the change.
 */
export class Signals {
  readonly #clock: Clock;
  readonly #maxWaiters: number;
  readonly #waiters = new Map<string, Set<() => void>>();
  #count = 0;

  constructor(clock: Clock, maxWaiters: number) {
    this.#clock = clock;
    this.#maxWaiters = maxWaiters;
  }

  notify(topic: string): void {
    const waiters = this.#waiters.get(topic);
    if (waiters === undefined) return;
    this.#waiters.delete(topic);
    for (const wake of waiters) wake();
  }

  /**
   * Begins to wait for a change on behalf of a call. Begin before you look, so that no change falls
   * between.
   *
   * @throws ServiceError OVERLOADED when too many wait already
   */
  next(topic: string, maxMs: number, signal?: AbortSignal): Wait {
    if (this.#count >= this.#maxWaiters) throw new ServiceError("OVERLOADED");
    this.#count += 1;
    return this.#wait(topic, maxMs, signal, () => {
      this.#count -= 1;
    });
  }

  /** The same for the service's own few loops, which callers can never crowd out. */
  nextForService(topic: string, maxMs: number, signal?: AbortSignal): Wait {
    return this.#wait(topic, maxMs, signal, () => {});
  }

  #wait(topic: string, maxMs: number, signal: AbortSignal | undefined, end: () => void): Wait {
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    let open = true;
    const done = () => {
      if (!open) return;
      open = false;
      end();
      cancelTimer();
      signal?.removeEventListener("abort", done);
      const waiters = this.#waiters.get(topic);
      waiters?.delete(done);
      if (waiters?.size === 0) this.#waiters.delete(topic);
      settle();
    };
    const cancelTimer = this.#clock.after(maxMs, done);
    const waiters = this.#waiters.get(topic) ?? new Set();
    waiters.add(done);
    this.#waiters.set(topic, waiters);
    signal?.addEventListener("abort", done, { once: true });
    if (signal?.aborted) done();
    return { settled, cancel: done };
  }
}

export interface Wait {
  /** Resolves at the next change, when the time is up, or when the signal aborts. */
  readonly settled: Promise<void>;
  cancel(): void;
}

/** The topic of one payout, recipient or account. */
export const objectTopic = (id: string) => `object:${id}`;
/** The topic of everything that belongs to a merchant. */
export const merchantTopic = (merchantId: string) => `merchant:${merchantId}`;
/** The topic of everything that may have written an event, whosever it is. */
export const EVENTS_TOPIC = "events";
/** The topic of webhook deliveries that have become due, or of room for them. */
export const DELIVERIES_TOPIC = "deliveries";
/** The topic of jobs that have become due. */
export const JOBS_TOPIC = "jobs";
/** The topic of what processors have sent. */
export const INBOX_TOPIC = "inbox";

/** The repository, with a signal after every change that somebody may wait for. */
export function signalling(repository: Repository, signals: Signals): Repository {
  const changed = (merchantId: string, ...ids: string[]) => {
    for (const id of ids) signals.notify(objectTopic(id));
    signals.notify(merchantTopic(merchantId));
    signals.notify(EVENTS_TOPIC);
  };
  /** Work that nobody holds: the worker looks when it is due. */
  const offered = (job: Job | null) => {
    if (job !== null && job.lease === null) signals.notify(JOBS_TOPIC);
  };
  /** After an operation on one subject of one merchant. */
  const after = async <T>(done: Promise<T>, merchantId: string, ...ids: string[]): Promise<T> => {
    const result = await done;
    changed(merchantId, ...ids);
    return result;
  };
  const { payouts, recipients, accounts, registrations, jobs, inbox } = repository;
  const { webhookEndpoints, webhookDeliveries, webhookOutbox } = repository;
  /** After something that may let a delivery go on. */
  const deliverable = async <T>(done: Promise<T>): Promise<T> => {
    const result = await done;
    signals.notify(DELIVERIES_TOPIC);
    return result;
  };
  return {
    ...repository,
    payouts: {
      ...payouts,
      create: async (input) => {
        const { merchantId, payoutId } = input.aggregate.payout;
        const created = await after(payouts.create(input), merchantId, payoutId);
        if (created.kind === "stored") offered(created.aggregate.job);
        return created;
      },
      change: async (ref, options, decide) => {
        const changing = payouts.change(ref, options, decide);
        const done = await after(changing, ref.merchantId, ref.payoutId);
        if (done.kind === "stored") offered(done.aggregate.job);
        return done;
      },
      redeem: async (input) => {
        const redeemed = await payouts.redeem(input);
        if (redeemed.kind === "wrong_code") return redeemed;
        const { payout, job } = redeemed.aggregate;
        changed(payout.merchantId, payout.payoutId);
        offered(job);
        return redeemed;
      },
    },
    recipients: {
      ...recipients,
      create: (input) => {
        const { merchantId, recipientId } = input.recipient;
        return after(recipients.create(input), merchantId, recipientId);
      },
      update: (ref, options, decide) =>
        after(recipients.update(ref, options, decide), ref.merchantId, ref.recipientId),
    },
    accounts: {
      ...accounts,
      create: (input) => {
        const { merchantId, disburseAccountId } = input.account;
        return after(accounts.create(input), merchantId, disburseAccountId);
      },
      setDefault: (ref, requested) =>
        after(accounts.setDefault(ref, requested), ref.merchantId, ref.disburseAccountId),
      remove: (ref, now, requested) =>
        after(accounts.remove(ref, now, requested), ref.merchantId, ref.disburseAccountId),
    },
    registrations: {
      ...registrations,
      change: async (ref, options, decide) => {
        const changing = registrations.change(ref, options, decide);
        const registration = await after(changing, ref.merchantId, ref.subjectId);
        offered(registration.job);
        return registration;
      },
      lookAgain: async (named) => {
        const end = await registrations.lookAgain(named);
        if (end !== "unknown") signals.notify(JOBS_TOPIC);
        return end;
      },
      start: async (registration) => {
        const { merchantId, subjectId } = registration;
        const started = await after(registrations.start(registration), merchantId, subjectId);
        if (started) offered(registration.job);
        return started;
      },
      discard: (ref, options) =>
        after(registrations.discard(ref, options), ref.merchantId, ref.subjectId),
    },
    webhookEndpoints: {
      ...webhookEndpoints,
      update: (...args) => deliverable(webhookEndpoints.update(...args)),
    },
    webhookDeliveries: {
      ...webhookDeliveries,
      redeliver: (...args) => deliverable(webhookDeliveries.redeliver(...args)),
      redeliverAll: (...args) => deliverable(webhookDeliveries.redeliverAll(...args)),
    },
    webhookOutbox: {
      ...webhookOutbox,
      makeDeliveries: async (limit) => {
        const made = await webhookOutbox.makeDeliveries(limit);
        if (made.made > 0) signals.notify(DELIVERIES_TOPIC);
        return made;
      },
      ping: (ref, options) => after(webhookOutbox.ping(ref, options), ref.merchantId),
      record: async (claimed, attempt, decide) => {
        const recorded = await deliverable(webhookOutbox.record(claimed, attempt, decide));
        signals.notify(objectTopic(claimed.deliveryId));
        if (recorded.hasGivenUp) changed(claimed.merchantId);
        return recorded;
      },
    },
    inbox: {
      ...inbox,
      add: async (...args) => {
        const added = await inbox.add(...args);
        if (added.length > 0) signals.notify(INBOX_TOPIC);
        return added;
      },
    },
    jobs: {
      ...jobs,
      defer: async (...args) => {
        await jobs.defer(...args);
        signals.notify(JOBS_TOPIC);
      },
    },
  };
}

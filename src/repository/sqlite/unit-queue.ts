import type Database from "better-sqlite3";
import { ServiceError } from "../../domain/errors.ts";
import { IllegalTransitionError, LeaseLostError, RepositoryError } from "../repository.ts";

interface Unit {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

export interface UnitQueueOptions {
  /** How many units share one commit at most: bounds how long the database is held. */
  readonly maxPerCommit: number;
  /** How many may wait; past it, callers are refused at once with OVERLOADED. */
  readonly maxWaiting: number;
  /** Runs a callback once the units that arrive together have arrived. */
  readonly schedule: (flush: () => void) => void;
}

/**
 * Group commit: the units of work that arrive together run in one immediate transaction, each in a
 * savepoint of its own, and are answered after the COMMIT that made them durable. One unit that
 * fails is rolled back alone. A commit costs a disk sync, a unit next to nothing.
 *
 * A unit is synchronous: on one connection nothing can come between its reads and its writes.
 */
export class UnitQueue {
  readonly #client: Database.Database;
  readonly #options: UnitQueueOptions;
  #waiting: Unit[] = [];
  #scheduled = false;

  constructor(client: Database.Database, options: UnitQueueOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Resolves with the unit's value once it is durable. A unit whose signal has aborted before its
   * turn is refused and does nothing: nobody waits for it any more, and whoever asked was told so.
   */
  run<T>(run: () => T, signal?: AbortSignal): Promise<T> {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      return Promise.reject(new ServiceError("OVERLOADED", { retryAfterMs: 1000 }));
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject, signal });
      this.#wake();
    });
  }

  /** Runs everything that waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) {
      this.#commit(this.#waiting.splice(0, this.#options.maxPerCommit));
    }
  }

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.schedule(() => {
      this.#scheduled = false;
      this.#commit(this.#waiting.splice(0, this.#options.maxPerCommit));
      if (this.#waiting.length > 0) this.#wake();
    });
  }

  #commit(units: readonly Unit[]): void {
    const settle: (() => void)[] = [];
    try {
      this.#client.exec("BEGIN IMMEDIATE");
      for (const unit of units) settle.push(this.#runInSavepoint(unit));
      this.#client.exec("COMMIT");
    } catch (error) {
      // Nothing of the batch happened, whatever its units thought.
      if (this.#client.inTransaction) this.#client.exec("ROLLBACK");
      const failure = toRepositoryError(error);
      for (const unit of units) unit.reject(failure);
      return;
    }
    for (const answer of settle) answer();
  }

  #runInSavepoint({ run, resolve, reject, signal }: Unit): () => void {
    if (signal?.aborted) return () => reject(new ServiceError("DEADLINE_EXCEEDED"));
    this.#client.exec("SAVEPOINT unit");
    try {
      const value = run();
      this.#client.exec("RELEASE unit");
      return () => resolve(value);
    } catch (error) {
      // SQLite may have rolled back everything by itself (disk full, I/O error): then the whole
      // batch fails, for the reason that this unit failed for.
      if (!this.#client.inTransaction) throw error;
      this.#client.exec("ROLLBACK TO unit; RELEASE unit");
      const failure = toRepositoryError(error);
      return () => reject(failure);
    }
  }
}

/** Refusals pass; whatever a driver threw is replaced, since its text holds statements and values. */
export function toRepositoryError(error: unknown): Error {
  if (
    error instanceof ServiceError ||
    error instanceof LeaseLostError ||
    error instanceof IllegalTransitionError ||
    error instanceof RepositoryError
  ) {
    return error;
  }
  const driver = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  const code = driver?.code ?? driver?.cause?.code;
  if (typeof code === "string" && code.startsWith("SQLITE_")) return new RepositoryError(code);
  return error instanceof Error ? error : new Error("a unit of work threw something odd");
}

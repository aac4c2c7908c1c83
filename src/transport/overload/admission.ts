/** What an Admission needs of the process. All times in milliseconds. */
export interface AdmissionOptions {
  /** A clock that never goes back. */
  readonly now: () => number;
  /** Calls back once what is ready in this turn of the event loop has run, before new requests are read. */
  readonly nextTurn: (callback: () => void) => void;
  /** The share of time since the last call, 0 to 1, in which the event loop was busy. */
  readonly utilization: () => number;
  /** Requests that are under way at once at most, whatever the load. */
  readonly maxInFlight: number;
  /** Requests under way from which on there is more to do than a burst. */
  readonly longQueue: number;
  /** While overloaded, how long one turn may have run when a new request is still let in. */
  readonly turnMs: number;
  /** Merchants that are let in once a turn all the same, at most. */
  readonly sharesPerTurn: number;
}

/** From here on the event loop has no time left, and down to here it has some again. */
const BUSY = 0.97;
const IDLE_AGAIN = 0.85;
/** Samples in a row without time that make an overload, when the queue is long too. */
const SAMPLES = 2;

/**
 * Decides at the door whether a request is worked on, so that a refusal costs next to nothing and
 * comes at once, however much there is to do.
 *
 * While the event loop has time to spare, or little is under way, everything is let in. Once there has
 * been no time for a while and a long queue, work that was begun goes before work that is new: a request is let in only while its turn of the
 * loop is young. Each known merchant gets one request in per turn all the same, so that whoever
 * floods the service takes nothing from those who do not.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Those that were let in past the turn's time, in this turn. */
  readonly #shares = new Set<string>();
  #inFlight = 0;
  #busySamples = 0;
  #overloaded = false;
  /** Since the last sample. */
  #refused = false;
  #turnBegan = 0;
  #turnIsWatched = false;
  #sawRequest = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get overloaded(): boolean {
    return this.#overloaded;
  }

  /** Looks at the load; to be called at a steady pace, some times a second. */
  sample(): void {
    const utilization = this.#options.utilization();
    this.#busySamples = utilization >= BUSY ? this.#busySamples + 1 : 0;
    const isLong = this.#inFlight >= this.#options.longQueue;
    if (this.#busySamples >= SAMPLES && isLong) this.#overloaded = true;
    else if (utilization < IDLE_AGAIN || !this.#refused) this.#overloaded = false;
    this.#refused = false;
  }

  /**
   * Whether a request is let in.
   *
   * @param merchant whose request it is, as far as is known; null for strangers, who share nothing
   */
  enters(merchant: () => string | null): boolean {
    const enters = this.#mayEnter(merchant);
    if (!enters) this.#refused = true;
    return enters;
  }

  /** A request is there as a whole: from now on it is work. */
  begun(): void {
    this.#inFlight += 1;
  }

  /** A request that was begun has been answered, or nobody waits for it any more. */
  ended(): void {
    this.#inFlight -= 1;
  }

  #mayEnter(merchant: () => string | null): boolean {
    if (this.#inFlight >= this.#options.maxInFlight) return false;
    if (!this.#overloaded) return true;
    this.#watchTurn();
    if (this.#options.now() - this.#turnBegan <= this.#options.turnMs) return true;
    const name = merchant();
    if (name === null || this.#shares.has(name)) return false;
    if (this.#shares.size >= this.#options.sharesPerTurn) return false;
    this.#shares.add(name);
    return true;
  }

  /** Knows when a turn began for as long as requests come in every turn. */
  #watchTurn(): void {
    if (!this.#turnIsWatched) {
      this.#turnIsWatched = true;
      this.#beginTurn();
    }
    this.#sawRequest = true;
  }

  #beginTurn(): void {
    this.#turnBegan = this.#options.now();
    this.#shares.clear();
    this.#sawRequest = false;
    this.#options.nextTurn(() => {
      if (this.#sawRequest) this.#beginTurn();
      else this.#turnIsWatched = false;
    });
  }
}

/** Time, as deadlines need it; a parameter, so that tests can move it. */
export type Timers = {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds; the answer cancels it. */
  after(ms: number, callback: () => void): () => void;
};

/** The time of this process. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

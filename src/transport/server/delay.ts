/**
 * Calls `task` once, `ms` milliseconds from now, unless the returned function is called first.
 * A parameter of everything here that waits, so that tests and simulations own the time.
 */
export type Delay = (ms: number, task: () => void) => () => void;

/** Node's clock. Does not keep the process alive: open sockets do, and they are what is waited for. */
export const nodeDelay: Delay = (ms, task) => {
  const timer = setTimeout(task, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

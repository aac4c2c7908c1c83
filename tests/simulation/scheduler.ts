import type { Clock } from "../../src/clock.ts";
import type { SeededRandom } from "./random.ts";

interface Task {
  readonly process: SimulatedProcess;
  readonly name: string;
  readonly run: () => void;
}

interface Timer extends Task {
  readonly at: number;
  readonly number: number;
}

/** When the simulated world begins. */
const EPOCH = Date.UTC(2026, 0, 1);

/**
 * Decides the order of everything that can happen. At each seam the program stops and waits to be
 * let on; one step lets one waiter on, chosen by the seed, and runs until everything waits again.
 * Time passes only here.
 */
export class Scheduler {
  readonly random: SeededRandom;
  #now = EPOCH;
  #ready: Task[] = [];
  #timers: Timer[] = [];
  #count = 0;
  /** What was let on, newest last: the trace of a run that fails. */
  readonly trace: string[] = [];

  constructor(random: SeededRandom) {
    this.random = random;
  }

  now(): number {
    return this.#now;
  }

  process(name: string): SimulatedProcess {
    return new SimulatedProcess(this, name);
  }

  ready(task: Task): void {
    this.#ready.push(task);
  }

  timer(process: SimulatedProcess, delayMs: number, run: () => void): () => void {
    this.#count += 1;
    const at = this.#now + Math.max(0, delayMs);
    const timer = { process, name: "timer", run, at, number: this.#count };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  note(line: string): void {
    this.trace.push(`${((this.#now - EPOCH) / 1000).toFixed(3)}s ${line}`);
  }

  /**
   * Lets one waiter on. Now and then time passes although something is ready: that is a process that
   * is slow, or stopped, while its leases and deadlines run.
   *
   * @param hurry the chance that it does
   * @returns false when nothing is ready and no timer is set
   */
  async step(hurry: number): Promise<boolean> {
    this.#bury();
    const running = ({ process }: Task) => process.stoppedUntil <= this.#now;
    const ready = this.#ready.filter(running);
    const due = this.#timers.filter((timer) => timer.at <= this.#now && running(timer));
    const open = ready.length + due.length;
    if (open === 0 || (this.#timers.length > due.length && this.random.happens(hurry))) {
      const next = this.#nextTimer();
      if (next === undefined && open === 0) return false;
      if (next !== undefined) {
        this.#now = Math.max(this.#now, next.at);
        return true;
      }
    }
    const chosen = this.random.below(open);
    if (chosen < ready.length) {
      const task = ready[chosen];
      if (task !== undefined) {
        this.#ready.splice(this.#ready.indexOf(task), 1);
        this.#letOn(task);
      }
    } else {
      const timer = due[chosen - ready.length];
      if (timer !== undefined) {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        this.#letOn(timer);
      }
    }
    await quiet();
    return true;
  }

  /** Jumps ahead: everything that is set to happen by then is due at once. */
  pass(ms: number): void {
    this.#now += ms;
  }

  #letOn(task: Task): void {
    if (task.name !== "timer") this.note(`${task.process.name}: ${task.name}`);
    task.run();
  }

  /** When something can happen next: a timer runs out, or a stopped process goes on. */
  #nextTimer(): { readonly at: number } | undefined {
    let next: number | undefined;
    for (const { at, process } of [
      ...this.#timers,
      ...this.#ready.map((task) => ({ at: 0, ...task })),
    ]) {
      const possible = Math.max(at, process.stoppedUntil);
      if (possible > this.#now && (next === undefined || possible < next)) next = possible;
    }
    return next === undefined ? undefined : { at: next };
  }

  /** What belongs to a process that was killed never happens. */
  #bury(): void {
    if (this.#ready.some(({ process }) => !process.alive)) {
      this.#ready = this.#ready.filter(({ process }) => process.alive);
    }
    if (this.#timers.some(({ process }) => !process.alive)) {
      this.#timers = this.#timers.filter(({ process }) => process.alive);
    }
  }
}

/** Everything that runs by promises alone has run: there is no real I/O in a simulation. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A process of the simulated world. Killed, it stops at whatever seam it waits at, for ever. */
export class SimulatedProcess implements Clock {
  readonly name: string;
  readonly #scheduler: Scheduler;
  alive = true;
  /** SIGSTOP: until then nothing of it is let on, while the world goes on. */
  stoppedUntil = 0;

  constructor(scheduler: Scheduler, name: string) {
    this.#scheduler = scheduler;
    this.name = name;
  }

  now(): number {
    return this.#scheduler.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#scheduler.timer(this, delayMs, callback);
  }

  /** Waits to be let on. */
  seam(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.#scheduler.ready({ process: this, name, run: resolve });
    });
  }

  /** The same for code that is not async. */
  later(name: string, run: () => void): void {
    this.#scheduler.ready({ process: this, name, run });
  }

  kill(): void {
    this.alive = false;
  }
}

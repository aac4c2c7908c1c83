import type { SeededRandom } from "../simulation/random.ts";
import { type Fault, type FaultProxy, PASS, type Way } from "./fault-proxy.ts";
import { pause } from "./pause.ts";
import type { Program } from "./process.ts";

/** The mean time between two acts (milliseconds). */
const EVERY_MS = 150;
/** How often a lull comes between two acts. */
const LULLS = 0.08;

export interface AgentOptions {
  readonly programs: readonly Program[];
  readonly proxies: readonly FaultProxy[];
  readonly leaseMs: number;
  readonly random: SeededRandom;
  /** Ends after so many kills. */
  readonly kills: number;
  /** Or then (milliseconds since the epoch). */
  readonly deadline: number;
  readonly onProgress?: (kills: number) => void;
}

/** Makes mischief: kills and pauses processes, and breaks the network between them. */
export class Agent {
  kills = 0;
  stops = 0;
  readonly #options: AgentOptions;
  /** Restarts and resumptions under way. */
  readonly #pending = new Set<Promise<void>>();

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Resolves when the mischief is over: every process runs, and the network is well. */
  async run(): Promise<void> {
    const { random, programs, proxies, kills, deadline, leaseMs } = this.#options;
    for (const proxy of proxies) this.#spoil(proxy);
    while (this.kills < kills && Date.now() < deadline) {
      await pause(random.between(EVERY_MS / 2, (EVERY_MS * 3) / 2));
      // A lull now and then: payouts get to their later stages before the next blow.
      if (random.happens(LULLS)) await pause(random.between(0, 2 * leaseMs));
      const program = random.pick(programs);
      const act = random.below(10);
      if (act < 5) this.#kill(program);
      else if (act < 7) this.#pause(program);
      else this.#spoil(random.pick(proxies));
    }
    for (const proxy of proxies) {
      proxy.choose = () => PASS;
      await proxy.open();
    }
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Also a process that is just starting, or paused; one that is down is left alone. */
  #kill(program: Program): void {
    const { random, onProgress } = this.#options;
    if (program.state === "down") return;
    // A start is a short time: it is spared mostly, or nothing else would ever happen.
    if (program.state === "starting" && random.happens(0.8)) return;
    this.kills += 1;
    onProgress?.(this.kills);
    const downMs = random.happens(0.7) ? 0 : random.between(0, 800);
    this.#later(async () => {
      await program.kill();
      await pause(downMs);
      await program.start();
    });
  }

  #pause(program: Program): void {
    const { random, leaseMs } = this.#options;
    if (program.state !== "up") return;
    this.stops += 1;
    program.pause();
    // Short ones mostly; some outlast the lease.
    const ms = random.happens(0.6) ? random.between(20, 400) : random.between(400, 2 * leaseMs);
    this.#later(async () => {
      await pause(ms);
      // Killed and started again meanwhile: then there is nothing to resume.
      if (program.state === "paused") program.resume();
    });
  }

  /** Gives a proxy another mood. */
  #spoil(proxy: FaultProxy): void {
    const { random, leaseMs } = this.#options;
    const mood = random.below(10);
    if (mood === 0) {
      proxy.refuse();
      this.#later(async () => {
        await pause(random.between(50, leaseMs));
        await proxy.open();
      });
      return;
    }
    const share = random.pick([0, 0.1, 0.3, 0.7]);
    proxy.choose = () => (random.happens(share) ? anyFault(random, leaseMs) : PASS);
  }

  #later(task: () => Promise<void>): void {
    const work = task().finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }
}

function anyFault(random: SeededRandom, leaseMs: number): Fault {
  const way: Way = random.happens(0.5) ? "request" : "reply";
  switch (random.below(4)) {
    case 0:
      return { kind: "reset" };
    case 1:
      return { kind: "half_open" };
    case 2:
      return { kind: "hold", way, until: pause(random.between(50, 2 * leaseMs)).then(() => {}) };
    default:
      return { kind: "cut", way, bytes: random.between(0, 400) };
  }
}

import type { CapturedRequest } from "./captured-request.ts";
import { matches, type RequestMatch } from "./faults.ts";

/** Holds one request inside the processor, so that another can meet it there. */
export interface Gate {
  /** Resolves when the request has arrived and waits. */
  readonly arrived: Promise<void>;
  open(): void;
}

/** Requests that shall wait just before their handler acts, after idempotency was looked at. */
export class Gates {
  #waiting: { match: RequestMatch; arrive: () => void; opened: Promise<void> }[] = [];
  readonly #open = new Set<() => void>();

  /** The next request that fits waits until the gate is opened. */
  next(match: RequestMatch): Gate {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    this.#waiting.push({ match, arrive, opened });
    this.#open.add(open);
    return { arrived, open };
  }

  async pass(request: CapturedRequest): Promise<void> {
    const gate = this.#waiting.find(({ match }) => matches(match, request));
    if (!gate) return;
    this.#waiting = this.#waiting.filter((each) => each !== gate);
    gate.arrive();
    await gate.opened;
  }

  openAll(): void {
    for (const open of this.#open) open();
  }
}

import type { CapturedRequest } from "./captured-request.ts";

/** A thing that goes wrong on the way, once, around one request. */
export type Fault =
  /** The port is closed at once and stays closed until `openPort()`: the client is refused. */
  | { readonly kind: "refuse" }
  /** The next new connection is ended as soon as it is accepted. */
  | { readonly kind: "drop-at-accept" }
  /** The connection is reset when the headers are there, before the body is read. */
  | { readonly kind: "reset-before-read" }
  | { readonly kind: "reset-after-read" }
  /** The connection ends within the reply's headers. */
  | { readonly kind: "half-headers" }
  /** The connection ends within the reply's body, whose length was announced. */
  | { readonly kind: "half-body" }
  /** Never answers; the connection stays open until the client or `close()` ends it. */
  | { readonly kind: "stall" }
  | { readonly kind: "stall-before-act" }
  | { readonly kind: "status-500-before-act" }
  | { readonly kind: "status-503-after-act" }
  /** The reply's status, and a body that is no JSON. */
  | { readonly kind: "unparseable-2xx" }
  | { readonly kind: "empty-2xx" }
  /** The reply's body, changed: a number as text, a new field, a new status word. */
  | { readonly kind: "drift"; readonly change: (body: never) => unknown }
  | { readonly kind: "slow"; readonly ms: number }
  | { readonly kind: "rate-limited"; readonly retryAfterSeconds: number };

export type FaultKind = Fault["kind"];

/** Whether the processor acted on the request that the fault hit. */
export const effectHappened: Readonly<Record<FaultKind, boolean>> = {
  refuse: false,
  "drop-at-accept": false,
  "reset-before-read": false,
  "reset-after-read": true,
  "half-headers": true,
  "half-body": true,
  stall: true,
  "stall-before-act": false,
  "status-500-before-act": false,
  "status-503-after-act": true,
  "unparseable-2xx": true,
  "empty-2xx": true,
  drift: true,
  slow: true,
  "rate-limited": false,
};

/** Which request is meant. What is left out fits every request. */
export interface RequestMatch {
  readonly method?: string;
  /** The route's template, "/v1/payouts/{payout}", or the path itself. */
  readonly path?: string;
  readonly when?: (request: CapturedRequest) => boolean;
}

export function matches(match: RequestMatch, request: CapturedRequest): boolean {
  return (
    (match.method ?? request.method) === request.method &&
    (match.path === undefined || match.path === request.template || match.path === request.path) &&
    (match.when?.(request) ?? true)
  );
}

/** The faults that wait for their request, in the order in which they were written. */
export class FaultScript {
  #waiting: { match: RequestMatch; fault: Fault; left: number }[] = [];
  readonly #armed: (fault: Fault) => void;

  constructor(armed: (fault: Fault) => void) {
    this.#armed = armed;
  }

  /** The next `times` requests that fit are hit. */
  next(match: RequestMatch, fault: Fault, times = 1): void {
    if (fault.kind === "refuse") {
      this.#armed(fault);
      return;
    }
    this.#waiting.push({ match, fault, left: times });
    this.#armed(fault);
  }

  /** Takes the first fault that fits the request. `when` sees no body yet. */
  take(request: CapturedRequest): Fault | undefined {
    return this.#takeFirst(
      ({ match, fault }) => fault.kind !== "drop-at-accept" && matches(match, request),
    );
  }

  takeAtAccept(): Fault | undefined {
    return this.#takeFirst(({ fault }) => fault.kind === "drop-at-accept");
  }

  /** How many hits are still to come: 0 says that the script has been played. */
  get left(): number {
    return this.#waiting.reduce((sum, each) => sum + each.left, 0);
  }

  clear(): void {
    this.#waiting = [];
  }

  #takeFirst(fits: (waiting: { match: RequestMatch; fault: Fault }) => boolean): Fault | undefined {
    const found = this.#waiting.find(fits);
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#waiting = this.#waiting.filter((each) => each !== found);
    return found.fault;
  }
}

import type { Clock } from "../clock.ts";
import type { ConnectorManifest } from "../connectors/connector.ts";

type CircuitOptions = ConnectorManifest["circuit"];

interface Circuit {
  /** Calls in a row that the processor did not answer. */
  failures: number;
  /** How often it has opened since it was last closed. */
  openings: number;
  /** Closed: 0. Until then no call is made. */
  openUntil: number;
  /** A call is trying whether the processor answers again. */
  probing: boolean;
}

/**
 * A circuit for each lane (one merchant's account at one connector). After enough calls in a row
 * without an answer it opens: calls are refused here, before anything is sent, so that a processor
 * that is down is not asked by every payout, and nobody waits for its timeouts. When its time is up
 * one call probes; an answer closes it, whatever the answer is.
 *
 * Written here because the breakers there are (cockatiel, opossum) read the machine's clock, and a
 * simulation has its own.
 */
export class Circuits {
  readonly #clock: Pick<Clock, "now">;
  readonly #circuits = new Map<string, Circuit>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Whether a call may be made now. One that may is followed by `report`. */
  admits(lane: string): boolean {
    const circuit = this.#circuits.get(lane);
    if (circuit === undefined || circuit.openUntil === 0) return true;
    if (circuit.probing || this.#clock.now() < circuit.openUntil) return false;
    circuit.probing = true;
    return true;
  }

  /** What came of a call: whether the processor answered. */
  report(lane: string, answered: boolean, { failures, open }: CircuitOptions): void {
    if (answered) {
      // A circuit that is closed and whole needs no entry: the map holds only lanes in trouble.
      this.#circuits.delete(lane);
      return;
    }
    const circuit = this.#circuits.get(lane) ?? {
      failures: 0,
      openings: 0,
      openUntil: 0,
      probing: false,
    };
    circuit.failures += 1;
    const probed = circuit.probing;
    circuit.probing = false;
    if (probed || (circuit.openUntil === 0 && circuit.failures >= failures)) {
      const pause = Math.min(open.maxMs, open.firstMs * 2 ** Math.min(circuit.openings, 30));
      circuit.openings += 1;
      circuit.openUntil = this.#clock.now() + pause;
    }
    this.#circuits.set(lane, circuit);
  }

  /** Until when a lane's calls are refused (milliseconds); null when it is closed. */
  openUntil(lane: string): number | null {
    const circuit = this.#circuits.get(lane);
    return circuit === undefined || circuit.openUntil === 0 ? null : circuit.openUntil;
  }
}

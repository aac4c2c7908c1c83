import type { Later } from "../../connectors/connector.ts";
import { limits } from "../../limits.ts";

/**
 * When a call that surely did nothing, or a look-up, is made again: not before the engine's own pause is over, nor
 * before the processor wants it, within bounds.
 *
 * @returns milliseconds from now, whole
 */
export function pauseUntilLater(pause: number, later: Later | undefined): number {
  const wanted = later?.afterMs ?? 0;
  // What is no number bounds nothing.
  return wanted > pause ? Math.ceil(Math.min(wanted, Math.max(pause, limits.laterMs))) : pause;
}

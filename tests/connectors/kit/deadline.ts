import type { FakeProcessor } from "../../processors/support/fake-processor.ts";

/** How often the fake is looked at (milliseconds). */
const LOOK_MS = 10;
/** Looks after which a request that stalls has surely been read and acted on. */
const LOOKS = 3;
/** A call that nothing stalls ends long before; past this something hangs (milliseconds). */
const HANGS_MS = 15_000;

/**
 * Calls back when a request stalls at the fake that did not stall before: a limit of time for what
 * never answers, and only for that, so that a slow machine ends no call too early.
 *
 * @returns cancels
 */
export function onStall(http: FakeProcessor, callback: () => void): () => void {
  const stalled = () => http.requests.filter(({ fault }) => fault?.startsWith("stall")).length;
  const before = stalled();
  let looks = 0;
  const end = () => {
    clearInterval(timer);
    clearTimeout(last);
  };
  const fire = () => {
    end();
    callback();
  };
  const timer = setInterval(() => {
    if (stalled() > before) looks += 1;
    if (looks > LOOKS) fire();
  }, LOOK_MS);
  const last = setTimeout(fire, HANGS_MS);
  return end;
}

/** Makes a call with a signal that ends it when it stalls. */
export async function inTime<T>(
  http: FakeProcessor,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = onStall(http, () => controller.abort());
  try {
    return await call(controller.signal);
  } finally {
    cancel();
  }
}

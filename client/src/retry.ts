import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { retryAfterMs } from "./retry-after.ts";

/** The longest wait that is worth it (milliseconds): who is told to wait longer is told so at once. */
const LONGEST_WAIT_MS = 10_000;
/** Between tries where nobody says how long; doubled each time, and shortened by up to a half by chance. */
const FIRST_WAIT_MS = 250;

export interface RetryOptions {
  /** How often a call is repeated at most. */
  readonly retries: number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when that comes first. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
}

/**
 * Repeats a call that was not answered, or that the service says to repeat, when that cannot do anything
 * twice: it reads, or it carries an idempotency key. Nothing else is ever sent again, and a stream never.
 */
export function retrying({ retries, sleep, random }: RetryOptions): Interceptor {
  return (next) => async (request) => {
    if (request.stream) return next(request);
    const most = isHarmless(request.method, request.header) ? retries : 0;
    for (let tries = 0; ; tries += 1) {
      try {
        return await next(request);
      } catch (thrown) {
        const error = withoutAnswer(thrown, request.signal);
        const waitMs = waitOf(error, FIRST_WAIT_MS * 2 ** tries * (1 - random() / 2));
        if (tries >= most || waitMs === undefined || waitMs > LONGEST_WAIT_MS) throw error;
        await sleep(waitMs, request.signal);
      }
    }
  };
}

/** Whether sending it twice is as sending it once. */
function isHarmless(method: DescMethod, header: Headers): boolean {
  return (
    method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
    (header.get("idempotency-key") ?? "") !== ""
  );
}

/** How long to wait before the same call again; undefined when it would end the same way, or nobody knows. */
function waitOf(error: unknown, otherwiseMs: number): number | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  // ABORTED is also what becomes of an etag that is not the newest: only with a time to come again.
  if (error.code !== Code.Unavailable && error.code !== Code.Aborted) return undefined;
  return retryAfterMs(error) ?? (isAnswer(error) ? undefined : otherwiseMs);
}

/** Whether it is the service that said so. */
function isAnswer(error: ConnectError): boolean {
  return error.findDetails(ErrorInfoSchema).length > 0;
}

/**
 * A call that got no answer, as one kind of error. fetch says so by a TypeError; HTTP/2 by ABORTED where the
 * connection was reset, and by CANCELED where it ended, though nobody here gave up.
 */
function withoutAnswer(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return error;
  const isBroken =
    error instanceof TypeError ||
    (error instanceof ConnectError && BROKEN.has(error.code) && !isAnswer(error));
  if (!isBroken) return error;
  const message = "The service was not reached, or its answer did not arrive.";
  return new ConnectError(message, Code.Unavailable, undefined, undefined, error);
}

const BROKEN: ReadonlySet<Code> = new Set([Code.Aborted, Code.Canceled]);

import { Code, type Interceptor } from "@connectrpc/connect";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { begunKey, callerKey, requestIdKey } from "../call-context.ts";
import { normalizeError, reasonOf } from "../errors/normalize-error.ts";
import { codeName } from "../rest/index.ts";

/**
 * The outermost interceptor: turns whatever was thrown into what callers are told, and writes one
 * line a call. gRPC answers errors with HTTP 200, so calls are counted here, by code.
 */
export function report(log: Logger, clock: Clock): Interceptor {
  return (next) => async (request) => {
    const began = clock.now();
    request.contextValues.set(begunKey, true);
    const line = (code: string, reason?: string) => ({
      rpc: `${request.service.typeName}/${request.method.name}`,
      code,
      ...(reason === undefined ? {} : { reason }),
      ms: clock.now() - began,
      request_id: request.contextValues.get(requestIdKey),
      merchant: request.contextValues.get(callerKey)?.merchantId,
    });
    try {
      const response = await next(request);
      if (!response.stream) {
        log.info(line("ok"), "call");
        return response;
      }
      // A stream's end is told when it ends, and its errors are normalized on the way.
      const { message } = response;
      return {
        ...response,
        message: (async function* () {
          try {
            yield* message;
            log.info(line("ok"), "stream");
          } catch (error) {
            throw tell(error);
          }
        })(),
      };
    } catch (error) {
      throw tell(error);
    }

    function tell(error: unknown): Error {
      const normalized = normalizeError(error);
      const told = line(codeName(normalized.code), reasonOf(normalized));
      if (normalized.code === Code.Internal) {
        log.error({ ...told, err: normalized.cause ?? normalized }, "call failed by our fault");
      } else if (normalized.code === Code.Unavailable) {
        log.warn({ ...told, err: normalized.cause }, "call failed for now");
      } else {
        log.info(told, "call");
      }
      return normalized;
    }
  };
}

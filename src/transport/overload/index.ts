import type { IncomingMessage, ServerResponse } from "node:http";
import { Http2ServerRequest } from "node:http2";
import { performance } from "node:perf_hooks";
import type { Clock } from "../../clock.ts";
import { limits } from "../../limits.ts";
import type { OnePortServerOptions } from "../server/one-port-options.ts";
import { Admission } from "./admission.ts";
import { KnownCallers } from "./known-callers.ts";
import { refuseOverload } from "./refuse-overload.ts";

export interface Overload {
  /** For the port. */
  readonly admit: NonNullable<OnePortServerOptions["admit"]>;
  /** Remembers whose key was accepted, so that merchants can be told apart at the door. */
  readonly accept: (authorization: string, merchantId: string) => void;
  stop(): void;
}

/** Refuses at the door what this process cannot work on in time. */
export function overloadProtection(clock: Clock, newRequestId: () => string): Overload {
  const callers = new KnownCallers(limits.overload.knownCallers);
  let last = performance.eventLoopUtilization();
  const admission = new Admission({
    now: () => performance.now(),
    nextTurn: setImmediate,
    utilization: () => {
      const current = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(current, last);
      last = current;
      return utilization;
    },
    ...limits.overload,
  });
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(limits.overload.sampleMs, () => {
      admission.sample();
      next();
    });
  };
  next();
  return {
    accept: (authorization, merchantId) => callers.accept(authorization, merchantId),
    admit: (request, response) => {
      if (isExempt(request.url ?? "")) return true;
      const entered = admission.enters(() => callers.merchantOf(request.headers.authorization));
      if (entered) countWork(admission, request, response);
      else refuseOverload(request, response, newRequestId());
      return entered;
    },
    stop: () => cancel(),
  };
}

/**
 * A request is work from when it is there as a whole until its answer has left: one whose body drips
 * in, or whose answer nobody takes, costs no time, and has bounds of its own.
 */
function countWork(admission: Admission, request: IncomingMessage, response: ServerResponse): void {
  let isWork = false;
  const end = () => {
    if (isWork) admission.ended();
    isWork = false;
    response.off("finish", end);
    response.off("close", end);
    request.off("end", begin);
  };
  const begin = () => {
    isWork = true;
    admission.begun();
  };
  response.once("finish", end);
  response.once("close", end);
  if (isWhole(request)) begin();
  else request.once("end", begin);
}

/** Whether nothing follows the headers. */
function isWhole(request: IncomingMessage): boolean {
  if (request instanceof Http2ServerRequest) return request.stream.endAfterHeaders;
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  return length === "0" && encoding === undefined;
}

/** Whoever watches a service asks it when it has most to do. */
function isExempt(url: string): boolean {
  return url === "/livez" || url === "/readyz" || url.startsWith("/grpc.health.v1.Health/");
}

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
      if (entered) response.once("close", () => admission.left());
      else refuseOverload(request, response, newRequestId());
      return entered;
    },
    stop: () => cancel(),
  };
}

/** Whoever watches a service asks it when it has most to do. */
function isExempt(url: string): boolean {
  return url === "/livez" || url === "/readyz" || url.startsWith("/grpc.health.v1.Health/");
}

import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import {
  Health,
  type HealthCheckRequest,
  type HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import type { HealthState, Serving } from "./health-state.ts";

type Response = MessageInitShape<typeof HealthCheckResponseSchema>;

export interface HealthRpcOptions {
  readonly state: HealthState;
  /** Aborted when the server stops: every Watch then sends its last status and ends. */
  readonly stopping: AbortSignal;
  /** Watches open at once; more are RESOURCE_EXHAUSTED. They need no key, so anyone can open them. Default 1,000. */
  readonly maxWatches?: number;
}

/** grpc.health.v1.Health, for load balancers, Kubernetes and clients' own health checks. */
export function healthRpc(options: HealthRpcOptions): (router: ConnectRouter) => void {
  const service = createHealthService(options);
  return (router) => router.service(Health, service);
}

function createHealthService(options: HealthRpcOptions): ServiceImpl<typeof Health> {
  const { state, stopping, maxWatches = 1_000 } = options;
  let watches = 0;

  return {
    check({ service }: HealthCheckRequest): Response {
      const serving = state.get(service);
      if (serving === undefined) throw new ConnectError("unknown service", Code.NotFound);
      return { status: toStatus(serving) };
    },

    async *watch({ service }: HealthCheckRequest, context: HandlerContext) {
      if (watches >= maxWatches) {
        throw new ConnectError("too many watches", Code.ResourceExhausted);
      }
      watches += 1;
      try {
        for await (const serving of changes(state, service, [stopping, context.signal])) {
          yield { status: toStatus(serving) };
        }
      } finally {
        watches -= 1;
      }
    },
  };
}

/**
 * The status now and each other one that follows, until one of `ends`. A slow reader misses what
 * came and went meanwhile, never the latest: nothing is queued.
 */
async function* changes(
  state: HealthState,
  service: string,
  ends: readonly AbortSignal[],
): AsyncGenerator<Serving> {
  let wake = Promise.withResolvers<void>();
  const onChange = (): void => wake.resolve();
  const unsubscribe = state.subscribe(onChange);
  // Not AbortSignal.any: the stop signal lives as long as the process and would keep every watch.
  for (const end of ends) end.addEventListener("abort", onChange);
  try {
    let last = state.get(service);
    yield last;
    while (!ends.some((end) => end.aborted)) {
      await wake.promise;
      wake = Promise.withResolvers();
      const now = state.get(service);
      if (now !== last) yield now;
      last = now;
    }
  } finally {
    unsubscribe();
    for (const end of ends) end.removeEventListener("abort", onChange);
  }
}

function toStatus(serving: Serving): ServingStatus {
  if (serving === undefined) return ServingStatus.SERVICE_UNKNOWN;
  return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
}

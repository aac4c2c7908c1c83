import { randomUUID } from "node:crypto";
import { create, fromJson, type JsonObject } from "@bufbuild/protobuf";
import {
  CreateRequestSchema,
  GetRequest_Sync,
  GetRequestSchema,
  PayoutService,
} from "../../../gen/payout/v1/payout_service_pb.js";
import { grpcLoad } from "../load/grpc-load.ts";
import type { Load } from "../load/load.ts";
import { restLoad } from "../load/rest-load.ts";
import { destinationOf, termsOf } from "../orders.ts";
import { API_KEY, type ServerProcess } from "../server-process.ts";

export const CALLERS = [1, 16, 64] as const;

/** One row of the comparison: the same calls to the service and to the baseline. */
export interface Case {
  readonly call: "Create" | "Get";
  readonly face: "REST" | "gRPC";
  readonly callers: number;
  readonly service: Load;
  readonly baseline: Load;
}

export interface Servers {
  readonly service: ServerProcess;
  readonly baseline: ServerProcess;
  /** Payouts that are there, to be got. */
  readonly payoutIds: readonly string[];
}

const AUTHORIZATION = `Bearer ${API_KEY}`;
const JSON_HEADERS = { authorization: AUTHORIZATION, "content-type": "application/json" };
const CONNECT_PATH = `/${PayoutService.typeName}`;

/** Settled in the answer: nothing of a payout is left to be done when its call is answered. */
export const SCENARIO = "instant_success";

/** A Create request of a usual size. */
export function newOrder(): JsonObject {
  return {
    ...termsOf("USD", { scenario: SCENARIO, reference: randomUUID() }),
    ...destinationOf("USD"),
  };
}

export function casesOf(servers: Servers): readonly Case[] {
  return (["Create", "Get"] as const).flatMap((call) =>
    CALLERS.flatMap((callers) => [
      { call, face: "REST" as const, callers, ...restLoads(call, callers, servers) },
      { call, face: "gRPC" as const, callers, ...grpcLoads(call, callers, servers) },
    ]),
  );
}

type Loads = Pick<Case, "service" | "baseline">;

/** The baseline has no REST: its handler is called with the same message by Connect's JSON. */
function restLoads(
  call: Case["call"],
  callers: number,
  { service, baseline, payoutIds }: Servers,
): Loads {
  const plain = baseline.addresses["http1"] ?? "";
  if (call === "Create") {
    const request = (path: string) => () => ({
      method: "POST" as const,
      path,
      headers: { ...JSON_HEADERS, "idempotency-key": randomUUID() },
      body: JSON.stringify(newOrder()),
    });
    return {
      service: restLoad(service.url, callers, request("/v1/payouts")),
      baseline: restLoad(plain, callers, request(`${CONNECT_PATH}/Create`)),
    };
  }
  const next = turn(payoutIds);
  return {
    service: restLoad(service.url, callers, () => ({
      method: "GET",
      path: `/v1/payouts/${next()}?sync=STORED`,
      headers: { authorization: AUTHORIZATION },
    })),
    baseline: restLoad(plain, callers, () => ({
      method: "POST",
      path: `${CONNECT_PATH}/Get`,
      headers: JSON_HEADERS,
      body: JSON.stringify({ payoutId: next(), sync: "STORED" }),
    })),
  };
}

function grpcLoads(
  call: Case["call"],
  callers: number,
  { service, baseline, payoutIds }: Servers,
): Loads {
  const both = (load: (url: string) => Load): Loads => ({
    service: load(service.url),
    baseline: load(baseline.addresses["http2"] ?? ""),
  });
  if (call === "Create") {
    const request = () => ({
      message: fromJson(CreateRequestSchema, newOrder()),
      headers: { authorization: AUTHORIZATION, "idempotency-key": randomUUID() },
    });
    return both((url) => grpcLoad(url, callers, PayoutService.method.create, request));
  }
  const next = turn(payoutIds);
  const request = () => ({
    message: create(GetRequestSchema, { payoutId: next(), sync: GetRequest_Sync.STORED }),
    headers: { authorization: AUTHORIZATION },
  });
  return both((url) => grpcLoad(url, callers, PayoutService.method.get, request));
}

/** Each of them in turn. */
export function turn(of: readonly string[]): () => string {
  let index = 0;
  return () => {
    index = (index + 1) % of.length;
    return of[index] ?? "";
  };
}

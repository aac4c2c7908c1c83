import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Routing_Basis,
  Routing_Candidate_Verdict,
  type RoutingSchema,
} from "../../../gen/payout/v1/payout_pb.js";
import type { RoutingRulesSchema } from "../../../gen/payout/v1/routing_service_pb.js";
import { connectorAccountOf, connectorNameOf } from "../../domain/connector-ref.ts";
import type { Routing, RoutingRules } from "../../domain/routing.ts";
import { etagOf } from "../../service/etag.ts";
import { toEnum } from "./enums.ts";
import { toTimestamp } from "./scalars.ts";

export function toRouting(
  routing: Routing | null | undefined,
): MessageInitShape<typeof RoutingSchema> | undefined {
  // Snapshots that were stored before payouts were routed have none.
  if (routing === null || routing === undefined) return undefined;
  return {
    basis: toEnum(Routing_Basis, routing.basis),
    rule: routing.rule,
    candidates: routing.candidates.map(({ connector, verdict, why }) => ({
      connector: connectorNameOf(connector),
      connectorAccountId: connectorAccountOf(connector) ?? "",
      verdict: toEnum(Routing_Candidate_Verdict, verdict),
      why,
    })),
    unevaluatedRules: [...routing.unevaluated],
  };
}

export function toRoutingRules({
  rules,
  version,
  updateTime,
}: RoutingRules): MessageInitShape<typeof RoutingRulesSchema> {
  return {
    rules: rules.map(({ name, condition, connectors }) => ({
      name,
      condition,
      connectors: [...connectors],
    })),
    etag: etagOf(version),
    updateTime: toTimestamp(updateTime),
  };
}

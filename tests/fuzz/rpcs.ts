import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import { http } from "../../gen/google/api/annotations_pb.js";
import type { HttpRule } from "../../gen/google/api/http_pb.js";
import { Health } from "../../gen/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../gen/grpc/reflection/v1/reflection_pb.js";
import { SERVICES } from "../../src/app.ts";

/** Every RPC that the service serves, from its own list: a new one is fuzzed without an edit here. */
export const RPCS: readonly DescMethod[] = [...SERVICES, Health, ServerReflection].flatMap(
  ({ methods }) => methods,
);

/** Those of ours that take and answer one message. */
export const UNARY: readonly DescMethod[] = SERVICES.flatMap(({ methods }) => methods).filter(
  ({ methodKind }) => methodKind === "unary",
);

/** Those that answer pages. */
export const LISTS: readonly DescMethod[] = UNARY.filter(({ input }) =>
  input.fields.some(({ name }) => name === "page_token"),
);

/** One way to call an RPC over REST. */
export interface Binding {
  readonly method: DescMethod;
  readonly httpMethod: string;
  /** As in the contract: /v1/payouts/{payout_id}. */
  readonly template: string;
  /** Whether the body is the request; otherwise the query is. */
  readonly hasBody: boolean;
}

export const BINDINGS: readonly Binding[] = RPCS.flatMap((method) => {
  if (!hasOption(method, http)) return [];
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].flatMap((each) => bindingOf(method, each));
});

function bindingOf(method: DescMethod, { pattern, body }: HttpRule): Binding[] {
  if (pattern.case === undefined || pattern.case === "custom") return [];
  const httpMethod = pattern.case.toUpperCase();
  return [{ method, httpMethod, template: pattern.value, hasBody: body === "*" }];
}

export function rpcPath({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { required_scope } from "../../../gen/payout/v1/options_pb.js";
import { SCOPES, type Scope } from "../../domain/access.ts";
import { requireScope } from "../../service/authenticate.ts";
import type { Caller } from "../../service/call.ts";
import { callerKey } from "../call-context.ts";

/**
 * Who calls, and whether they may: the scope that an RPC needs is an option of its descriptor. An
 * RPC without one needs no key; only health and reflection are such.
 */
export function authorize(
  authenticate: (authorization: string | null) => Promise<Caller>,
): Interceptor {
  return (next) => async (request) => {
    const scope = scopeOf(request.method);
    if (scope !== null) {
      const caller = await authenticate(request.header.get("authorization"));
      request.contextValues.set(callerKey, caller);
      requireScope(caller, scope);
    }
    return next(request);
  };
}

const OPEN_SERVICES: ReadonlySet<string> = new Set([
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
]);

/** @throws for an RPC of ours without a scope that there is: that is a fault of the contract */
export function scopeOf(method: DescMethod): Scope | null {
  if (OPEN_SERVICES.has(method.parent.typeName)) return null;
  const name = hasOption(method, required_scope) ? getOption(method, required_scope) : "";
  const scope = SCOPES.find((each) => each === name);
  if (scope === undefined) {
    throw new Error(`${method.parent.typeName}.${method.name} needs the option required_scope`);
  }
  return scope;
}

import { type ContextValues, createContextKey, createContextValues } from "@connectrpc/connect";
import type { FastifyRequest } from "fastify";
import type { Caller } from "../service/call.ts";

/** The request's id: in the log, in problem+json, and as x-request-id. */
export const requestIdKey = createContextKey<string>("", { description: "request id" });

/** Who calls; null on calls that need no key. Set by the authenticating interceptor. */
export const callerKey = createContextKey<Caller | null>(null, { description: "caller" });

/** Whether the call has begun: what fails before that is the request's fault and not ours. */
export const begunKey = createContextKey<boolean>(false, { description: "begun" });

/** What every call knows from its HTTP request, on every face. */
export function callContext(request: FastifyRequest): ContextValues {
  return createContextValues().set(requestIdKey, request.id);
}

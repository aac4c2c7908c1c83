import { expect } from "vitest";
import { catalogueEntry, type ErrorReason } from "../../../src/domain/errors.ts";
import type { Answer } from "./answer.ts";
import type { Refused } from "./refusals.ts";
import { withoutVolatile } from "./without-volatile.ts";

/**
 * Holds one face's answer to what a row says and to the catalogue, REST to RFC 9457, and what can be
 * tried again to saying when. What every face tells alike.
 */
export function checkRefusal(
  {
    told,
    rpc = {},
    status,
    retrySeconds,
  }: Pick<Refused, "told" | "rpc" | "status" | "retrySeconds">,
  answer: Answer,
): unknown {
  if (answer.ok) expect.fail("was not refused");
  expect(withoutVolatile(answer.told)).toMatchObject(told);
  const reason = answer.told.reason as ErrorReason;
  const { code, httpStatus, message, retryable = false } = catalogueEntry(reason);
  expect(answer.told).toMatchObject({ code, message });
  expect(status).toBe(httpStatus);
  expect(retryable, "what can be tried again says when").toBe(retrySeconds !== undefined);
  for (const violation of answer.told.violations) {
    expect(violation.message, "says the remedy").toMatch(
      /^(is required|must |give |a (key|value) must |Check )/,
    );
  }
  if (answer.rest === undefined) {
    const conflict = code === "failed_precondition" && reason !== "CONNECTOR_UNSUPPORTED";
    expect(answer.rpc).toMatchObject({
      domain: "payout.v1",
      preconditions: conflict ? [{ type: reason, subject: expect.any(String) }] : [],
      retrySeconds: retrySeconds ?? null,
      ...rpc,
    });
    return withoutVolatile(answer.told);
  }
  const { headers, problem } = answer.rest;
  expect(answer.rest.status).toBe(status);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(headers.get("retry-after")).toBe(retrySeconds === undefined ? null : String(retrySeconds));
  expect(headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
  expect(problem).toEqual({
    type: `/docs/errors#${reason.toLowerCase()}`,
    title: expect.stringMatching(/^[A-Z]/),
    status,
    detail: message,
    instance: expect.stringMatching(/^\/v1\//),
    code,
    reason,
    errors: answer.told.violations,
    metadata: answer.told.metadata,
    request_id: headers.get("x-request-id"),
    retryable,
  });
  expect(String(problem["instance"])).not.toContain("?");
  return withoutVolatile(answer.told);
}

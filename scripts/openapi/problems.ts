import type { JsonObject } from "@bufbuild/protobuf";
import { errorTitle } from "../../src/domain/error-title.ts";
import { catalogueEntry, ERROR_CATALOGUE, type ErrorReason } from "../../src/domain/errors.ts";
import type { Binding } from "./bindings.ts";

const REASONS = Object.keys(ERROR_CATALOGUE) as ErrorReason[];

/** Statuses that any request may meet, whatever it asks for. */
const ANYWHERE = [400, 401, 403, 429, 500, 503, 504];

/**
 * Statuses that come of how a request is written, and so at any path: they are the `default` answer.
 * 405 is one of them, for there is no operation with the wrong method.
 */
export const BY_DEFAULT: readonly number[] = [405, 413, 414, 415, 431, 501];

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is wrong, or asks for what cannot be done.",
  401: "There is no API key that works.",
  403: "The API key may not do this.",
  404: "Something that the request names is not there.",
  409: "The request does not go with how things stand.",
  412: "The resource has changed since it was read.",
  422: "The `Idempotency-Key` was used for another request.",
  429: "There is too much to do, or too many tries.",
  500: "Something went wrong in the service.",
  503: "The service, its database or a processor is not to be reached just now.",
  504: "The call's own deadline passed before there was an answer.",
};

/** The statuses of an operation's refusals. */
export function statusesOf({ method, pathFields }: Binding, mutates: boolean): number[] {
  const fields = method.input.fields.map(({ name }) => name);
  const named = pathFields.length > 0 || fields.includes("after_event_id");
  return [
    ...ANYWHERE,
    ...(named || mutates ? [404] : []),
    ...(mutates ? [409, 422] : []),
    ...(fields.includes("etag") ? [412] : []),
  ].sort((a, b) => a - b);
}

/** The answers of an operation's refusals, as references. */
export function refusals(statuses: readonly number[]): JsonObject {
  return {
    ...Object.fromEntries(
      statuses.map((status) => [
        String(status),
        { $ref: `#/components/responses/Problem${status}` },
      ]),
    ),
    default: { $ref: "#/components/responses/Problem" },
  };
}

/** One answer for each status, with the reasons that have it, and one for all others. */
export function problemResponses(): JsonObject {
  const statuses = Object.keys(TITLES).map(Number);
  const named = statuses.map((status): [string, JsonObject] => [
    `Problem${status}`,
    {
      description: `${TITLES[status]}\n\n${reasonList(status)}`,
      headers: headersOf(status),
      content: {
        "application/problem+json": { schema: schemaOf(status), example: example(status) },
      },
    },
  ]);
  const rest = BY_DEFAULT.filter((status) => reasonsOf(status).length > 0);
  const lists = rest.map((status) => `${status}:\n\n${reasonList(status)}`);
  return {
    ...Object.fromEntries(named),
    Problem: {
      description: `What comes of how a request is written, at any path. 414 and 431, for an address or headers that are too long, are \`MALFORMED_REQUEST\`.\n\n${lists.join("\n\n")}`,
      headers: headersOf(400),
      content: {
        "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
      },
    },
  };
}

/** The schema of every refusal: RFC 9457, as src/transport/errors renders it. */
export function problemSchema(): JsonObject {
  const codes = [...new Set(REASONS.map((reason) => catalogueEntry(reason).code))].sort();
  return {
    description: "A refusal, RFC 9457. `reason` is the word for programs; it is never renamed.",
    type: "object",
    properties: {
      type: {
        description: "Where the reason is explained, relative to this service.",
        type: "string",
        format: "uri-reference",
      },
      title: { description: "The reason in words.", type: "string" },
      status: { description: "The HTTP status.", type: "integer", minimum: 400, maximum: 599 },
      detail: { description: "What is wrong, for people.", type: "string" },
      instance: { description: "The path that was called.", type: "string" },
      code: {
        description: "The code that the call has on gRPC and Connect.",
        type: "string",
        enum: codes,
      },
      reason: { description: "Why, from a list that only grows.", type: "string", enum: REASONS },
      errors: {
        description: "The fields at fault.",
        type: "array",
        items: {
          type: "object",
          properties: {
            field: {
              description:
                "The field's path as the contract spells it, such as `amount.minor_amount`; empty for the request as a whole.",
              type: "string",
            },
            message: { description: "What is to be done about it.", type: "string" },
          },
          required: ["field", "message"],
        },
      },
      metadata: {
        description: "Facts for programs, such as the id of what is there already.",
        type: "object",
        additionalProperties: { type: "string" },
      },
      request_id: { description: "Also in the header `x-request-id`.", type: "string" },
      retryable: {
        description: "Whether the same call may succeed later, unchanged.",
        type: "boolean",
      },
    },
    required: [
      "type",
      "title",
      "status",
      "detail",
      "instance",
      "code",
      "reason",
      "errors",
      "metadata",
      "retryable",
    ],
  };
}

/** Headers that answers refer to. */
export function problemHeaders(): JsonObject {
  return {
    RequestId: {
      description: "The request's id, for the log and for support.",
      schema: { type: "string" },
    },
    RetryAfter: {
      description:
        "After how many seconds to try again; there for every refusal that is retryable.",
      schema: { type: "string", pattern: "^[0-9]+$" },
    },
    WwwAuthenticate: { description: "`Bearer`.", schema: { type: "string" } },
  };
}

function reasonsOf(status: number): readonly ErrorReason[] {
  return REASONS.filter((reason) => catalogueEntry(reason).httpStatus === status);
}

function reasonList(status: number): string {
  return reasonsOf(status)
    .map((reason) => `- \`${reason}\`: ${asMarkdown(catalogueEntry(reason).message)}`)
    .join("\n");
}

/** "<API key>" is no tag. */
function asMarkdown(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The schema for one status: only its own reasons. */
function schemaOf(status: number): JsonObject {
  return {
    $ref: "#/components/schemas/Problem",
    properties: { status: { const: status }, reason: { enum: [...reasonsOf(status)] } },
  };
}

function headersOf(status: number): JsonObject {
  const refer = (name: string) => ({ $ref: `#/components/headers/${name}` });
  return {
    "x-request-id": refer("RequestId"),
    ...(reasonsOf(status).some((reason) => catalogueEntry(reason).retryable)
      ? { "retry-after": refer("RetryAfter") }
      : {}),
    ...(status === 401 ? { "www-authenticate": refer("WwwAuthenticate") } : {}),
  };
}

function example(status: number): JsonObject {
  const preferred: ErrorReason[] = [
    "VALIDATION_FAILED",
    "PAYOUT_NOT_FOUND",
    "PAYOUT_STATE_CONFLICT",
    "RATE_LIMITED",
  ];
  const reasons = reasonsOf(status);
  const reason = preferred.find((each) => reasons.includes(each)) ?? reasons[0] ?? "INTERNAL";
  const { code, message, retryable = false } = catalogueEntry(reason);
  return {
    type: `/docs/errors#${reason.toLowerCase()}`,
    title: errorTitle(reason),
    status,
    detail: message,
    instance: "/v1/payouts",
    code,
    reason,
    errors:
      reason === "VALIDATION_FAILED"
        ? [{ field: "amount.minor_amount", message: "must be greater than 0" }]
        : [],
    metadata: reason === "PAYOUT_STATE_CONFLICT" ? { status: "SUCCESS" } : {},
    request_id: "1f0c2b1e-5d0a-4a53-9a55-0f7a3f2d9c11",
    retryable,
  };
}

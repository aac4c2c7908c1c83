import type { JsonObject } from "@bufbuild/protobuf";
import { refusals } from "./problems.ts";

/** The tag of what is no RPC. */
export const PLAIN_TAG = {
  name: "Service",
  description: "The service itself: whether it works, what it can do, and what processors send it.",
};

/** Routes that are no RPC, as src/transport and src/web serve them. None needs a key. */
export const PLAIN_PATHS: JsonObject = {
  "/webhooks/{connector}/{connectorAccountId}": {
    post: {
      tags: [PLAIN_TAG.name],
      operationId: "receiveConnectorWebhook",
      summary: "Takes what a processor sends by itself",
      description:
        "The address is `webhookUrl` of the connector account, to be entered at the processor. The body is whatever that processor sends; it is verified by the processor's own signature before it is read, and stored before it is answered.",
      security: [],
      parameters: [
        {
          name: "connector",
          in: "path",
          required: true,
          description: "The connector's name.",
          schema: { type: "string" },
        },
        {
          name: "connectorAccountId",
          in: "path",
          required: true,
          description: "The connector account's id.",
          schema: { type: "string" },
        },
      ],
      requestBody: {
        description: "The processor's own message, of at most 1 MiB.",
        content: { "*/*": { schema: {} } },
      },
      responses: {
        "2XX": {
          description:
            "Stored, now or before. Some processors expect another status than 200, or a body of their own.",
          headers: { "x-request-id": { $ref: "#/components/headers/RequestId" } },
        },
        ...refusals([400, 401, 404, 429, 500, 503]),
      },
    },
  },
  "/livez": {
    get: {
      tags: [PLAIN_TAG.name],
      operationId: "live",
      summary: "Whether the process answers",
      description: "For a liveness probe: a process that does not answer is to be started anew.",
      security: [],
      responses: {
        "200": { description: "It does.", content: { "text/plain": { schema: { const: "ok" } } } },
        ...refusals([429]),
      },
    },
  },
  "/readyz": {
    get: {
      tags: [PLAIN_TAG.name],
      operationId: "ready",
      summary: "Whether the service takes calls",
      description: "For a readiness probe: 503 while the service starts or stops.",
      security: [],
      responses: {
        "200": readiness("It does.", "SERVING"),
        "503": readiness("It does not: it starts or stops.", "NOT_SERVING"),
        ...refusals([429]),
      },
    },
  },
  "/openapi.json": {
    get: {
      tags: [PLAIN_TAG.name],
      operationId: "openapi",
      summary: "This document",
      description: "OpenAPI 3.1. It changes with the version of the service, and has an `etag`.",
      security: [],
      parameters: [
        {
          name: "if-none-match",
          in: "header",
          description: "The `etag` of the document that is known already.",
          schema: { type: "string" },
        },
      ],
      responses: {
        "200": {
          description: "The document.",
          headers: { etag: { description: "Changes with it.", schema: { type: "string" } } },
          content: { "application/json": { schema: { type: "object" } } },
        },
        "304": { description: "It has not changed." },
        ...refusals([429]),
      },
    },
  },
};

function readiness(description: string, status: string): JsonObject {
  const schema = {
    type: "object",
    properties: { status: { type: "string", const: status } },
    required: ["status"],
  };
  return { description, content: { "application/json": { schema } } };
}

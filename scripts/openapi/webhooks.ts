import type { JsonObject } from "@bufbuild/protobuf";
import type { Contract } from "./contract.ts";
import type { Schemas } from "./schemas.ts";

/** What the service sends to a merchant's endpoints. */
export function outgoingWebhooks(contract: Contract, schemas: Schemas): JsonObject {
  return {
    event: {
      post: {
        tags: ["WebhookEndpointService"],
        operationId: "event",
        summary: "An event, sent to your endpoint",
        description:
          "Signed as Standard Webhooks 1.0 has it; its libraries verify it with the endpoint's `secret`. Answer 2xx within 15 seconds, and do the work after that. Events come at least once and in any order: a repeat has the same `webhook-id`, and `sequence` orders the events of one object. 410 disables the endpoint.",
        security: [],
        parameters: [
          header("webhook-id", "The event's id, the same on every repeat."),
          header("webhook-timestamp", "When it was sent, in seconds since 1970."),
          header(
            "webhook-signature",
            "`v1,` and an HMAC-SHA256 in base64 over id, timestamp and body. Two of them, apart by a space, while a secret is rotated.",
          ),
        ],
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: schemas.answer(contract.message("payout.v1.Event")) },
          },
        },
        responses: {
          "2XX": { description: "It has arrived." },
          "410": { description: "Send nothing more: the endpoint is disabled." },
          default: {
            description: "It has not arrived; it is sent again, ten times in three days.",
          },
        },
      },
    },
  };
}

function header(name: string, description: string): JsonObject {
  return { name, in: "header", required: true, description, schema: { type: "string" } };
}

import type { JsonObject } from "@bufbuild/protobuf";
import type { Contract } from "./contract.ts";
import { contractPaths } from "./operations.ts";
import { PLAIN_PATHS, PLAIN_TAG } from "./plain-paths.ts";
import { problemHeaders, problemResponses, problemSchema } from "./problems.ts";
import { Schemas } from "./schemas.ts";
import { Texts } from "./texts.ts";
import { outgoingWebhooks } from "./webhooks.ts";

/** In the order in which people need them; a service that is not here comes after them. */
const ORDER = [
  "PayoutService",
  "RecipientService",
  "LinkService",
  "EventService",
  "WebhookEndpointService",
  "RoutingService",
  "ConnectorService",
  "SandboxService",
  "AdminService",
];

const DESCRIPTION = `**Keys.** Every call carries \`Authorization: Bearer <API key>\`. A key has scopes; each operation names the one that it needs. Test keys begin with \`sk_test_\` and never meet live money.

**Repeats.** Every call that changes something takes an \`Idempotency-Key\`. Repeating a call with the same key answers what was first answered and does nothing again, so a call whose answer was lost is made again with the same key.

**JSON.** Fields have lowerCamelCase names; snake_case is taken too. 64-bit numbers are answered as strings, and taken as strings or numbers. Money is a whole number of the currency's minor unit. Unknown fields are refused. \`null\` is as good as absent.

**Refusals** are \`application/problem+json\` with a \`reason\` that is never renamed; they are explained at [/docs/errors](/docs/errors). A decline by the processor is not one: the call answers 200 and the payout says FAILED, with its \`error\`.

**Deadlines.** The header \`connect-timeout-ms\` says how long the caller waits, in milliseconds.`;

/** The whole document. It depends on nothing but the contract, the error catalogue and the version. */
export function openApiDocument(contract: Contract, version: string): JsonObject {
  const texts = new Texts(contract);
  const schemas = new Schemas(contract, texts);
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const services = contract.services.toSorted((a, b) => rank(a.name) - rank(b.name));
  const paths = contractPaths(services, { contract, texts, schemas });
  const webhooks = outgoingWebhooks(contract, schemas);
  return {
    openapi: "3.1.0",
    info: {
      title: "Payout Service",
      version,
      summary: "Send money out, through any processor, once.",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This service." }],
    tags: [
      ...services.map((service) => ({ name: service.name, description: texts.of(service) })),
      PLAIN_TAG,
    ],
    paths: { ...paths, ...PLAIN_PATHS },
    webhooks,
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "An API key, such as `sk_test_...`. Its scopes say what it opens.",
        },
      },
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          description:
            "The caller's own name for this call, such as an order's number. A repeat with the same key answers what was first answered and does nothing again.",
          schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
        },
        LastEventId: {
          name: "Last-Event-ID",
          in: "header",
          description: "Start after this event, as `afterEventId` does, which goes before it.",
          schema: { type: "string" },
        },
      },
      headers: {
        ...problemHeaders(),
        IdempotencyReplayed: {
          description: "There when the answer is that of an earlier call with the same key.",
          schema: { type: "string", const: "true" },
        },
      },
      responses: problemResponses(),
      schemas: { ...schemas.components(), Problem: problemSchema() },
    },
  };
}

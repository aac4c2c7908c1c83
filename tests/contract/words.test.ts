import { expect, test } from "vitest";
import {
  Connector_Operation,
  Connector_Support,
} from "../../gen/payout/v1/connector_service_pb.js";
import { PayoutLink_State } from "../../gen/payout/v1/link_pb.js";
import {
  BankAccountType,
  PayoutMethod_Kind,
  PayoutMethodData_PixKey_Kind,
  PayoutMethodDataSchema,
} from "../../gen/payout/v1/payout_method_pb.js";
import {
  Attempt_State,
  AttemptStep_Outcome,
  Payout_Fulfillment,
  Payout_Priority,
  Payout_Status,
  PayoutError_Category,
  WaitingFor_Actor,
  WaitingFor_Reason,
} from "../../gen/payout/v1/payout_pb.js";
import {
  GetRequest_Sync,
  ResolveRequest_Resolution,
} from "../../gen/payout/v1/payout_service_pb.js";
import {
  DisburseAccount_Status,
  Recipient_Status,
  Recipient_Type,
} from "../../gen/payout/v1/recipient_pb.js";
import { SandboxTransfer_State } from "../../gen/payout/v1/sandbox_service_pb.js";
import {
  WebhookDelivery_State,
  WebhookEndpoint_DisabledReason,
  WebhookEndpoint_State,
} from "../../gen/payout/v1/webhook_pb.js";
import type { Operation, Support } from "../../src/connectors/connector.ts";
import { SANDBOX_MANIFEST } from "../../src/connectors/sandbox/manifest.ts";
import type { AttemptState, StepOutcome } from "../../src/domain/attempt.ts";
import { LINK_STATES } from "../../src/domain/link.ts";
import {
  type Fulfillment,
  PAYOUT_STATUSES,
  type PayoutErrorCategory,
  type PayoutPriority,
  type WaitingActor,
  type WaitingReason,
} from "../../src/domain/payout.ts";
import { PAYOUT_METHOD_KINDS, type PayoutMethod } from "../../src/domain/payout-method/index.ts";
import { PERSON_TYPES } from "../../src/domain/person.ts";
import { DISBURSE_ACCOUNT_STATUSES, RECIPIENT_STATUSES } from "../../src/domain/recipient.ts";
import {
  WEBHOOK_DELIVERY_STATES,
  WEBHOOK_DISABLED_REASONS,
  WEBHOOK_ENDPOINT_STATES,
} from "../../src/domain/webhook.ts";
import type { Resolution } from "../../src/engine/decisions/resolve.ts";
import type { TransferState } from "../../src/sandbox-processor/wire.ts";
import type { GetPayout } from "../../src/service/get-payout.ts";

/** The words of a type. The compiler sees to it that each is here, and nothing else. */
function words<W extends string>(all: Readonly<Record<W, true>>): readonly string[] {
  return Object.keys(all);
}

type KeyKind = NonNullable<Extract<PayoutMethod, { kind: "pix_key" }>["keyKind"]>;
type AccountType = Extract<PayoutMethod, { kind: "ach" }>["accountType"];

const PAIRS: Readonly<
  Record<string, readonly [Readonly<Record<string, unknown>>, readonly string[]]>
> = {
  "payout statuses": [Payout_Status, PAYOUT_STATUSES],
  "webhook endpoint states": [WebhookEndpoint_State, WEBHOOK_ENDPOINT_STATES],
  "reasons to disable a webhook endpoint": [
    WebhookEndpoint_DisabledReason,
    WEBHOOK_DISABLED_REASONS,
  ],
  "webhook delivery states": [WebhookDelivery_State, WEBHOOK_DELIVERY_STATES],
  "link states": [PayoutLink_State, LINK_STATES],
  "recipient statuses": [Recipient_Status, RECIPIENT_STATUSES],
  "recipient types": [Recipient_Type, PERSON_TYPES],
  "disburse account statuses": [DisburseAccount_Status, DISBURSE_ACCOUNT_STATUSES],
  "payout method kinds": [PayoutMethod_Kind, PAYOUT_METHOD_KINDS.map((kind) => kind.toUpperCase())],
  priorities: [
    Payout_Priority,
    words<PayoutPriority>({
      INSTANT: true,
      FAST: true,
      REGULAR: true,
      WIRE: true,
      CROSS_BORDER: true,
      INTERNAL: true,
    }),
  ],
  "ways of fulfillment": [
    Payout_Fulfillment,
    words<Fulfillment>({ AUTOMATIC: true, MANUAL: true }),
  ],
  "error categories": [
    PayoutError_Category,
    words<PayoutErrorCategory>({
      CONNECTOR_DECLINED: true,
      OUTCOME_UNKNOWN: true,
      CONNECTOR_UNAVAILABLE: true,
      VALIDATION: true,
      CONFIGURATION: true,
      INTERNAL: true,
    }),
  ],
  "reasons to wait": [
    WaitingFor_Reason,
    words<WaitingReason>({
      EXECUTION: true,
      CONNECTOR_UNAVAILABLE: true,
      OUTCOME_UNKNOWN: true,
      SETTLEMENT: true,
      VOID_REQUESTED: true,
      CONFIRMATION: true,
      FULFILLMENT: true,
      PAYOUT_METHOD_DATA: true,
      VENDOR_ACCOUNT: true,
      REVIEW: true,
      RETURN: true,
      UNDOING: true,
    }),
  ],
  actors: [
    WaitingFor_Actor,
    words<WaitingActor>({
      RECIPIENT: true,
      PROCESSOR: true,
      CALLER: true,
      OPERATOR: true,
      SERVICE: true,
    }),
  ],
  "attempt states": [
    Attempt_State,
    words<AttemptState>({ RUNNING: true, ACCEPTED: true, UNDOING: true, DEAD: true }),
  ],
  "step outcomes": [
    AttemptStep_Outcome,
    words<StepOutcome>({ NOT_SENT: true, REJECTED: true, ACCEPTED: true, UNKNOWN: true }),
  ],
  operations: [Connector_Operation, Object.keys(SANDBOX_MANIFEST.operations)],
  "operations, as a type": [
    Connector_Operation,
    words<Operation>({
      CREATE: true,
      TRANSFER: true,
      GET: true,
      VOID: true,
      STAGE: true,
      CREATE_LINK: true,
      CREATE_RECIPIENT: true,
      ENROLL_DISBURSE_ACCOUNT: true,
    }),
  ],
  "kinds of support": [
    Connector_Support,
    words<Support>({ PROCESSOR: true, SERVICE: true, UNSUPPORTED: true }),
  ],
  "ways to sync": [
    GetRequest_Sync,
    words<GetPayout["sync"]>({ AUTO: true, STORED: true, FORCE: true }),
  ],
  resolutions: [ResolveRequest_Resolution, words<Resolution>({ PAID: true, NOT_PAID: true })],
  "bank account types": [BankAccountType, words<AccountType>({ CHECKING: true, SAVINGS: true })],
  "pix key kinds": [
    PayoutMethodData_PixKey_Kind,
    words<KeyKind>({ CPF: true, CNPJ: true, EMAIL: true, PHONE: true, EVP: true }),
  ],
  "sandbox transfer states": [
    SandboxTransfer_State,
    words<TransferState>({
      HELD: true,
      PENDING: true,
      SETTLED: true,
      FAILED: true,
      RETURNED: true,
      CANCELLED: true,
    }),
  ],
};

for (const [name, [generated, domain]] of Object.entries(PAIRS)) {
  test(`${name}: the words of the service are those of the contract`, () => {
    const contract = Object.entries(generated)
      .filter(([, value]) => typeof value === "number" && value !== 0)
      .map(([word]) => word);
    expect([...domain].sort()).toEqual(contract.sort());
  });
}

test("the arms of a payout method are the kinds, in their order", () => {
  const [method] = PayoutMethodDataSchema.oneofs;
  expect(method?.fields.map(({ name }) => name)).toEqual([...PAYOUT_METHOD_KINDS]);
  expect(
    method?.fields.map(({ name, number }) => PayoutMethod_Kind[number] === name.toUpperCase()),
  ).toEqual(PAYOUT_METHOD_KINDS.map(() => true));
});

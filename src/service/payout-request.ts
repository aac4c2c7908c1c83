import { refOf } from "../connectors/registry.ts";
import { isCurrency } from "../domain/currency.ts";
import { ServiceError, validationFailed } from "../domain/errors.ts";
import type { Money } from "../domain/money.ts";
import type { Payout, PayoutPriority } from "../domain/payout.ts";
import {
  countryOfPayoutMethod,
  type MaskedPayoutMethod,
  maskPayoutMethod,
  type PayoutMethod,
  type PayoutMethodInput,
  type PayoutMethodKind,
  parsePayoutMethod,
  railAcceptsCurrency,
  railCurrencies,
} from "../domain/payout-method/index.ts";
import { type PersonInput, parsePerson } from "../domain/person.ts";
import type { DisburseAccount, Recipient } from "../domain/recipient.ts";
import type { FieldViolation } from "../domain/violation.ts";
import { beginStep } from "../engine/decisions/attempts.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { PayoutDestination, RegisteredDestination } from "../repository/repository.ts";
import type { Caller } from "./call.ts";
import { requireId } from "./require-id.ts";
import type { RoutingFacts } from "./routing/condition.ts";
import type { Route } from "./routing/router.ts";
import type { ServiceContext } from "./service-context.ts";

/** What every way to start a payout asks for. */
export interface PayoutTerms {
  readonly merchantPayoutId: string | null;
  readonly amount: Money;
  readonly destinationCurrency: string | null;
  readonly connector: string | null;
  readonly priority: PayoutPriority | null;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where the money shall go. */
export type DestinationRequest =
  | { readonly kind: "account"; readonly disburseAccountId: string }
  | { readonly kind: "recipient"; readonly recipientId: string }
  | {
      readonly kind: "inline";
      readonly method: PayoutMethodInput | undefined;
      readonly person: PersonInput | undefined;
    };

/** A destination that has been found and checked. */
export interface ResolvedDestination {
  readonly destination: PayoutDestination;
  readonly masked: MaskedPayoutMethod;
  readonly recipientId: string | null;
  readonly disburseAccountId: string | null;
}

/** @throws ServiceError VALIDATION_FAILED for a currency that there is not */
export function checkTerms({
  amount,
  destinationCurrency,
}: Pick<PayoutTerms, "amount" | "destinationCurrency">): void {
  const violations: FieldViolation[] = [];
  const message = "must be the ISO 4217 code of an active currency, such as EUR";
  if (!isCurrency(amount.currency)) violations.push({ field: "amount.currency", message });
  if (destinationCurrency !== null && !isCurrency(destinationCurrency)) {
    violations.push({ field: "destination_currency", message });
  }
  if (violations.length > 0) throw validationFailed(violations);
}

/**
 * Finds and checks a destination.
 *
 * @throws ServiceError VALIDATION_FAILED, RECIPIENT_NOT_FOUND, DISBURSE_ACCOUNT_NOT_FOUND,
 * RECIPIENT_HAS_NO_ACCOUNT, RECIPIENT_REJECTED
 */
export async function resolveDestination(
  context: ServiceContext,
  caller: Caller,
  request: DestinationRequest,
): Promise<ResolvedDestination> {
  if (request.kind === "inline") return resolveInline(context, request);
  if (request.kind === "account") {
    requireId("disburseAccount", request.disburseAccountId, "disburse_account_id");
    return resolveAccount(context, caller, request.disburseAccountId);
  }
  const { recipientId } = request;
  requireId("recipient", recipientId, "recipient_id");
  const { merchantId } = caller;
  const recipient = await context.repository.recipients.find({ merchantId, recipientId });
  if (recipient === null) throw new ServiceError("RECIPIENT_NOT_FOUND");
  if (recipient.defaultDisburseAccountId === null) {
    throw new ServiceError("RECIPIENT_HAS_NO_ACCOUNT", { metadata: { recipient_id: recipientId } });
  }
  return resolveAccount(context, caller, recipient.defaultDisburseAccountId);
}

function resolveInline(
  { clock }: ServiceContext,
  { method, person }: Extract<DestinationRequest, { kind: "inline" }>,
): ResolvedDestination {
  const at = { now: clock.now() };
  const parsedMethod = parsePayoutMethod(method, at, "payout_method_data");
  const parsedPerson = person === undefined ? null : parsePerson(person, at, "recipient");
  const violations = [
    ...(parsedMethod.violations ?? []),
    ...(parsedPerson === null ? [] : (parsedPerson.violations ?? [])),
  ];
  if (parsedMethod.violations !== undefined || violations.length > 0) {
    throw validationFailed(violations);
  }
  return {
    destination: { method: parsedMethod.method, person: parsedPerson?.person ?? null },
    masked: maskPayoutMethod(parsedMethod.method),
    recipientId: null,
    disburseAccountId: null,
  };
}

async function resolveAccount(
  { repository }: ServiceContext,
  { merchantId }: Caller,
  disburseAccountId: string,
): Promise<ResolvedDestination> {
  const account = await repository.accounts.find({ merchantId, disburseAccountId });
  if (account === null) throw new ServiceError("DISBURSE_ACCOUNT_NOT_FOUND");
  const { recipientId } = account;
  const recipient = await repository.recipients.find({ merchantId, recipientId });
  if (account.status === "REJECTED" || recipient?.status === "REJECTED") {
    throw new ServiceError("RECIPIENT_REJECTED", {
      metadata: { recipient_id: recipientId, disburse_account_id: disburseAccountId },
    });
  }
  const method = await repository.accounts.method({ merchantId, disburseAccountId });
  const person = await repository.recipients.person({ merchantId, recipientId });
  if (method === null) throw new ServiceError("DISBURSE_ACCOUNT_NOT_FOUND");
  const registered = registrationsOf(recipient, account);
  return {
    destination: { method, person, ...(registered.length > 0 && { registered }) },
    masked: account.payoutMethod,
    recipientId,
    disburseAccountId,
  };
}

/**
 * By what ids processors know the recipient and the account, kept with the payout: what is sent under
 * a key must be the same on every repeat, whatever is registered meanwhile.
 */
function registrationsOf(
  recipient: Recipient | null,
  { connectorAccounts }: DisburseAccount,
): readonly RegisteredDestination[] {
  const recipients = recipient?.connectorRecipients ?? [];
  const refs = new Set([...recipients, ...connectorAccounts].map(({ connector }) => connector));
  return [...refs].map((connector) => ({
    connector,
    recipientId:
      recipients.find((each) => each.connector === connector)?.connectorRecipientId ?? null,
    accountId:
      connectorAccounts.find((each) => each.connector === connector)?.connectorAccountId ?? null,
  }));
}

/** @throws ServiceError VALIDATION_FAILED when the rail cannot pay in the destination currency */
export function checkRail(
  terms: Pick<PayoutTerms, "amount" | "destinationCurrency">,
  kind: PayoutMethodKind,
): void {
  const currency = terms.destinationCurrency ?? terms.amount.currency;
  if (railAcceptsCurrency(kind, currency)) return;
  const field = terms.destinationCurrency === null ? "amount.currency" : "destination_currency";
  const payable = (railCurrencies(kind) ?? []).join(", ");
  throw validationFailed([
    { field, message: `must be ${payable}: the payout method ${kind} pays in nothing else` },
  ]);
}

/** What routing rules can ask of a payout. `method` is null while it is not known. */
export function factsOf(
  terms: Pick<PayoutTerms, "amount" | "destinationCurrency" | "priority" | "metadata">,
  method: PayoutMethod | null,
): RoutingFacts {
  const { amount, priority, metadata } = terms;
  return {
    amount,
    destinationCurrency: terms.destinationCurrency ?? amount.currency,
    method: method?.kind ?? null,
    country: (method === null ? undefined : countryOfPayoutMethod(method)) ?? null,
    priority,
    metadata,
  };
}

/** A payout as it begins, before its status says how. */
export function newPayout(
  context: ServiceContext,
  caller: Caller,
  terms: PayoutTerms,
  { connector, routing }: Route,
  more: Pick<Payout, "status" | "fulfillment" | "waitingFor"> & Partial<Payout>,
): Payout {
  const now = context.clock.now();
  return {
    merchantId: caller.merchantId,
    payoutId: context.newId("payout"),
    merchantPayoutId: terms.merchantPayoutId,
    amount: terms.amount,
    destinationCurrency: terms.destinationCurrency ?? terms.amount.currency,
    destinationAmount: null,
    connector: refOf(connector),
    routing,
    connectorReferences: [],
    connectorPayoutId: null,
    recipientId: null,
    disburseAccountId: null,
    payoutMethod: null,
    priority: terms.priority,
    description: terms.description,
    metadata: terms.metadata,
    quote: null,
    linkId: null,
    error: null,
    nextCheckTime: null,
    createTime: now,
    updateTime: now,
    livemode: caller.livemode,
    version: 1,
    ...more,
  };
}

/** Puts a payout in the hands of this process: its first step begun, its job leased. */
export function beginHere(
  aggregate: PayoutAggregate,
  lease: { readonly token: string; readonly until: number },
  now: number,
): PayoutAggregate {
  const begun = beginStep(aggregate, 0, now);
  return { ...begun, job: { runAt: now, tries: 0, lease } };
}

import { validationFailed } from "../domain/errors.ts";
import { checkId, ID_PREFIXES, type IdKind } from "../domain/id.ts";
import type { FieldViolation } from "../domain/violation.ts";

const NAMES: Readonly<Record<IdKind, string>> = {
  payout: "a payout id",
  recipient: "a recipient id",
  disburseAccount: "a disburse account id",
  link: "a payout link id",
  attempt: "an attempt id",
  event: "an event id",
  webhookEndpoint: "a webhook endpoint id",
  webhookDelivery: "a webhook delivery id",
  inboxEntry: "an inbox entry id",
  connectorAccount: "a connector account id",
  merchant: "a merchant id",
  apiKey: "an API key id",
  batch: "a batch id",
};

/** What is wrong with an id, if anything; says which kind was expected, and which was given. */
export function idViolation(kind: IdKind, id: string, field: string): FieldViolation | undefined {
  const check = checkId(kind, id);
  if (check.ok) return undefined;
  const expected = `must be ${NAMES[kind]} (${ID_PREFIXES[kind]}_...)`;
  const given = check.actual === undefined ? "" : `; ${NAMES[check.actual]} was given`;
  return { field, message: expected + given };
}

/** @throws ServiceError VALIDATION_FAILED for an id of the wrong kind */
export function requireId(kind: IdKind, id: string, field: string): void {
  const violation = idViolation(kind, id, field);
  if (violation !== undefined) throw validationFailed([violation]);
}

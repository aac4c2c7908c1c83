import { refOf } from "../connectors/registry.ts";
import { ServiceError, validationFailed } from "../domain/errors.ts";
import type { Payout } from "../domain/payout.ts";
import {
  fingerprintPayoutMethod,
  maskPayoutMethod,
  type PayoutMethod,
  type PayoutMethodInput,
  parsePayoutMethod,
  railAcceptsCurrency,
} from "../domain/payout-method/index.ts";
import { maskPerson, type Person, type PersonInput, parsePerson } from "../domain/person.ts";
import { waitFor } from "../engine/decisions/waiting.ts";
import { instruction } from "../engine/instruction.ts";
import { newAttempt } from "../engine/new-attempt.ts";
import { orFree } from "../engine/slots.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { NewAccount, NewRecipient, StoredLink } from "../repository/repository.ts";
import { claimCodeHash, tokenHash } from "./link-token.ts";
import { beginHere, factsOf } from "./payout-request.ts";
import { newLease, type ServiceContext } from "./service-context.ts";

export interface RedeemLink {
  readonly token: string;
  readonly claimCode: string;
  readonly method: PayoutMethodInput | undefined;
  /** Null where the merchant's hint says who is paid. */
  readonly person: PersonInput | null;
}

/**
 * The link of a token, whoever asks. Unknown, used and expired links look alike to a stranger.
 *
 * @throws ServiceError LINK_NOT_FOUND
 */
export async function findActiveLink(
  { repository, clock }: ServiceContext,
  token: string,
): Promise<StoredLink & { readonly payout: Payout }> {
  const found = await repository.links.findByTokenHash(tokenHash(token));
  if (found === null || found.link.state !== "ACTIVE" || found.link.expireTime <= clock.now()) {
    throw new ServiceError("LINK_NOT_FOUND");
  }
  const { merchantId, payoutId } = found.link;
  const aggregate = await repository.payouts.find(merchantId, { payoutId });
  if (aggregate === null) throw new ServiceError("LINK_NOT_FOUND");
  return { ...found, payout: aggregate.payout };
}

/**
 * Claims a link: stores the recipient and the account that they gave, points the payout at it and
 * executes it. Of many tries at once exactly one succeeds.
 *
 * @throws ServiceError VALIDATION_FAILED, LINK_NOT_FOUND, LINK_STATE_CONFLICT, CLAIM_CODE_WRONG
 */
export async function redeemLink(context: ServiceContext, request: RedeemLink): Promise<Payout> {
  const { clock, executor, repository, hash } = context;
  const { link, payout, hint } = await findActiveLink(context, request.token);
  const method = checkMethod(context, request, link.allowedMethods, payout.destinationCurrency);
  const person = request.person === null ? hint : checkPerson(context, request.person);
  if (person === null) {
    throw validationFailed([{ field: "recipient", message: "is required" }]);
  }
  // Rules that ask for the method or the country could not be answered before.
  const isNamed = payout.routing === null || payout.routing.basis === "CALLER";
  const { connector, routing } = await context.router.choose(link, {
    connector: isNamed ? payout.connector : null,
    operations: ["CREATE"],
    methods: [method.kind],
    facts: factsOf(payout, method),
  });

  const now = clock.now();
  const recipient = newRecipient(context, link, person, now);
  const account = newAccount(context, link, recipient.recipient.recipientId, method, now);
  const { recipientId } = recipient.recipient;
  const { disburseAccountId, payoutMethod } = account.account;
  const destination = { method, person };
  const attempt = newAttempt(context, connector, instruction({ payout }, destination), 1);
  const work = { merchantId: payout.merchantId, connector: refOf(connector) };
  const slot = executor.reserve(work);
  const lease = slot === null ? null : newLease(context);

  const redeeming = repository.payouts.redeem({
    tokenHash: tokenHash(request.token),
    claimCodeHash: claimCodeHash(hash, link.linkId, request.claimCode),
    now,
    recipient: {
      ...recipient,
      recipient: { ...recipient.recipient, defaultDisburseAccountId: disburseAccountId },
    },
    account,
    decide: (current) => {
      const claimed: PayoutAggregate = waitFor(
        {
          ...current,
          payout: {
            ...current.payout,
            status: "REQUIRES_CREATION",
            connector: refOf(connector),
            routing,
            recipientId,
            disburseAccountId,
            payoutMethod,
            error: null,
          },
          attempts: [...current.attempts, { ...attempt, number: current.attempts.length + 1 }],
          job: { runAt: now, tries: 0, lease: null },
        },
        now,
      );
      return lease === null ? claimed : beginHere(claimed, lease, now);
    },
  });
  const { aggregate } = await orFree(slot, redeeming);
  if (slot !== null && lease !== null) {
    void executor.runPayout(
      { ...work, kind: "payout", subjectId: payout.payoutId, token: lease.token },
      { begun: 0 },
      slot,
    );
  }
  return aggregate.payout;
}

function checkMethod(
  { clock }: ServiceContext,
  { method }: RedeemLink,
  allowed: readonly string[],
  currency: string,
): PayoutMethod {
  const parsed = parsePayoutMethod(method, { now: clock.now() }, "payout_method_data");
  if (parsed.violations !== undefined) throw validationFailed(parsed.violations);
  const { kind } = parsed.method;
  const offered = allowed.length === 0 || allowed.includes(kind);
  if (!offered || !railAcceptsCurrency(kind, currency)) {
    const message = "must be a payout method that this link offers";
    throw validationFailed([{ field: "payout_method_data", message }]);
  }
  return parsed.method;
}

function checkPerson({ clock }: ServiceContext, input: PersonInput): Person {
  const parsed = parsePerson(input, { now: clock.now() }, "recipient");
  if (parsed.violations !== undefined) throw validationFailed(parsed.violations);
  return parsed.person;
}

interface Owner {
  readonly merchantId: string;
  readonly livemode: boolean;
}

function newRecipient(
  { newId }: ServiceContext,
  { merchantId, livemode }: Owner,
  person: Person,
  now: number,
): NewRecipient {
  return {
    person,
    recipient: {
      merchantId,
      recipientId: newId("recipient"),
      merchantRecipientId: null,
      status: "ACTIVE",
      person: maskPerson(person),
      requirements: [],
      connectorRecipients: [],
      defaultDisburseAccountId: null,
      metadata: {},
      createTime: now,
      updateTime: now,
      livemode,
      version: 1,
    },
  };
}

function newAccount(
  { newId, hash }: ServiceContext,
  { merchantId, livemode }: Owner,
  recipientId: string,
  method: PayoutMethod,
  now: number,
): NewAccount {
  return {
    method,
    fingerprint: hash.text("account-fingerprint", fingerprintPayoutMethod(method)),
    account: {
      merchantId,
      disburseAccountId: newId("disburseAccount"),
      recipientId,
      status: "VERIFIED",
      payoutMethod: maskPayoutMethod(method),
      connectorAccounts: [],
      isDefault: true,
      createTime: now,
      livemode,
    },
  };
}

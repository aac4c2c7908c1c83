import { refOf } from "../connectors/registry.ts";
import { ServiceError, validationFailed } from "../domain/errors.ts";
import type { PayoutLink } from "../domain/link.ts";
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
import { withoutClaim } from "../engine/decisions/reopen-link.ts";
import { waitFor } from "../engine/decisions/waiting.ts";
import { instruction } from "../engine/instruction.ts";
import { newAttempt } from "../engine/new-attempt.ts";
import { orFree } from "../engine/slots.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { NewAccount, NewRecipient, Redemption, Stored } from "../repository/repository.ts";
import { claimCodeHash, tokenHash } from "./link-token.ts";
import { isPageMethod } from "./page-methods.ts";
import { beginHere, factsOf } from "./payout-request.ts";
import { newLease, type ServiceContext } from "./service-context.ts";
import { claimSecretHash, findLink } from "./visit-link.ts";

export interface RedeemLink {
  readonly token: string;
  /** The IP address that the claim comes from. */
  readonly address: string;
  readonly claimCode: string;
  /**
   * What the browser has been given for this link: then it sees the result even if the answer to its
   * claim is lost. Empty or absent: the claim makes it.
   */
  readonly claimSecret?: string;
  readonly method: PayoutMethodInput | undefined;
  /** Null where the merchant's hint says who is paid. */
  readonly person: PersonInput | null;
}

/** A payout on its way, and what the browser that claimed it shows to see what comes of it. */
export interface RedeemedLink {
  readonly payout: Payout;
  readonly claimSecret: string;
}

/**
 * Claims a link: stores the recipient and the account that they gave, points the payout at it and
 * executes it. Of many tries at once exactly one succeeds.
 *
 * @throws ServiceError VALIDATION_FAILED, LINK_NOT_FOUND, LINK_STATE_CONFLICT, CLAIM_CODE_WRONG,
 * LINK_TRIES_EXHAUSTED; CONNECTOR_UNSUPPORTED when nobody can pay to such an account
 */
export async function redeemLink(
  context: ServiceContext,
  request: RedeemLink,
): Promise<RedeemedLink> {
  const { clock, executor, repository, hash } = context;
  const { link, hint } = await findLink(context, { ...request, claimSecret: "" });
  const { merchantId, payoutId } = link;
  const current = await repository.payouts.find(merchantId, { payoutId });
  if (current === null) throw new Error("a link without its payout");
  // As it is without what is left of an account that was given before.
  const payout = withoutClaim(current).payout;
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

  const claimSecret = request.claimSecret || newClaimSecret(context);
  const redemption: Redemption = {
    tokenHash: tokenHash(request.token),
    claimCodeHash: claimCodeHash(hash, link.linkId, request.claimCode),
    claimSecretHash: claimSecretHash(claimSecret),
    now,
    recipient: {
      ...recipient,
      recipient: { ...recipient.recipient, defaultDisburseAccountId: disburseAccountId },
    },
    account,
    decide: (stored) => {
      const before = withoutClaim(stored);
      const claimed: PayoutAggregate = waitFor(
        {
          ...before,
          payout: {
            ...before.payout,
            status: "REQUIRES_CREATION",
            connector: refOf(connector),
            routing,
            recipientId,
            disburseAccountId,
            payoutMethod,
            error: null,
          },
          attempts: [...before.attempts, { ...attempt, number: before.attempts.length + 1 }],
          job: { runAt: now, tries: 0, lease: null },
        },
        now,
      );
      return lease === null ? claimed : beginHere(claimed, lease, now);
    },
  };
  const { aggregate } = await orFree(slot, redeem(context, link, request.address, redemption));
  if (slot !== null && lease !== null) {
    void executor.runPayout(
      { ...work, kind: "payout", subjectId: payout.payoutId, token: lease.token },
      { begun: 0 },
      slot,
    );
  }
  return { payout: aggregate.payout, claimSecret };
}

/** @throws ServiceError CLAIM_CODE_WRONG, LINK_TRIES_EXHAUSTED, and what the repository throws */
async function redeem(
  { repository, linkTries }: ServiceContext,
  { linkId, requiresClaimCode }: PayoutLink,
  address: string,
  redemption: Redemption,
): Promise<Stored> {
  const redeeming = () => repository.payouts.redeem(redemption);
  const redeemed = requiresClaimCode
    ? await linkTries.code(linkId, address, redeeming, ({ kind }) => kind === "wrong_code")
    : await redeeming();
  if (redeemed.kind === "wrong_code") throw new ServiceError("CLAIM_CODE_WRONG");
  return redeemed;
}

/** What a browser shows to see what comes of its claim: 256 bits. */
export function newClaimSecret({ randomBytes }: Pick<ServiceContext, "randomBytes">): string {
  return Buffer.from(randomBytes(32)).toString("base64url");
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
  const offered = isPageMethod(kind) && (allowed.length === 0 || allowed.includes(kind));
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

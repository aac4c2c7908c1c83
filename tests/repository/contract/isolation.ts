import { describe, expect, it } from "vitest";
import { anyPayout, claimOf, NO_CHANGE, type OpenRepository, World } from "../fixtures.ts";

const page = { limit: 100, after: null };

/** Everything that a merchant can own, and the same references under the stranger's name. */
async function owned(open: OpenRepository) {
  const world = await World.open(open);
  const { strangerId: merchantId } = world;
  const recipient = world.newRecipient({ merchantRecipientId: "r-1" });
  const { recipientId } = recipient.recipient;
  const registration = world.registration({ subjectId: recipientId, status: "ACTIVE" }, "lease");
  await world.repository.recipients.create({ ...recipient, registration, claim: null });
  const { account } = await world.createAccount(recipientId, "one");
  const { disburseAccountId } = account;
  const claim = claimOf("k");
  const { payout } = await world.create({ merchantPayoutId: "p-1", recipientId }, { claim });
  const linked = world.newLinkPayout("token");
  await world.repository.payouts.create(linked);
  const [event] = await world.eventsOf(payout.payoutId);
  return {
    world,
    claim,
    merchantId,
    linkId: linked.link.link.linkId,
    eventId: event?.eventId ?? "",
    objectId: payout.payoutId,
    payoutRef: { merchantId, payoutId: payout.payoutId },
    recipientRef: { merchantId, recipientId },
    accountRef: { merchantId, disburseAccountId },
    registrationRef: { merchantId, subjectId: recipientId },
  };
}

export function isolationContract(open: OpenRepository): void {
  describe("another merchant", () => {
    it("reads nothing", async () => {
      const own = await owned(open);
      const { merchantId, world, payoutRef, recipientRef, accountRef, registrationRef } = own;
      const { payouts, recipients, accounts, registrations, links, events, idempotency } =
        world.repository;
      expect(await payouts.find(merchantId, payoutRef)).toBeNull();
      expect(await payouts.find(merchantId, { merchantPayoutId: "p-1" })).toBeNull();
      expect(await payouts.stageFingerprint(payoutRef)).toBeNull();
      expect(await payouts.destination(payoutRef)).toBeNull();
      expect(await payouts.list(anyPayout(merchantId), page)).toEqual([]);
      expect(await recipients.find(recipientRef)).toBeNull();
      expect(await recipients.person(recipientRef)).toBeNull();
      const anyone = { merchantId, status: [], merchantRecipientId: null };
      expect(await recipients.list(anyone, page)).toEqual([]);
      expect(await accounts.find(accountRef)).toBeNull();
      expect(await accounts.method(accountRef)).toBeNull();
      await expect(accounts.list(recipientRef, page)).rejects.toMatchObject({
        reason: "RECIPIENT_NOT_FOUND",
      });
      expect(await registrations.find(registrationRef)).toBeNull();
      expect(await links.find(merchantId, own.linkId)).toBeNull();
      expect(await links.list({ merchantId, state: [], payoutId: null }, page)).toEqual([]);
      expect(await events.find(merchantId, own.eventId)).toBeNull();
      expect(await events.after(merchantId, 0, 100)).toEqual([]);
      expect(await events.position(merchantId, own.eventId)).toBeNull();
      expect(await events.position(merchantId, null)).toBe(0);
      const { objectId } = own;
      const filter = { merchantId, type: [], objectId, createTimeFrom: null, createTimeTo: null };
      expect(await events.list(filter, page)).toEqual([]);
      expect(await idempotency.find(merchantId, own.claim)).toBeNull();
    });

    it("changes nothing", async () => {
      const own = await owned(open);
      const { merchantId, world, claim, payoutRef, recipientRef, accountRef, registrationRef } =
        own;
      const { payouts, recipients, accounts, registrations, idempotency } = world.repository;
      const before = await world.repository.events.after(world.merchantId, 0, 100);
      await expect(payouts.change(payoutRef, {}, NO_CHANGE)).rejects.toMatchObject({
        reason: "PAYOUT_NOT_FOUND",
      });
      await expect(
        recipients.update(recipientRef, { claim: null }, NO_CHANGE),
      ).rejects.toMatchObject({ reason: "RECIPIENT_NOT_FOUND" });
      const none = { reason: "DISBURSE_ACCOUNT_NOT_FOUND" };
      await expect(accounts.setDefault(accountRef, { claim: null })).rejects.toMatchObject(none);
      await expect(accounts.remove(accountRef, world.time, { claim: null })).rejects.toMatchObject(
        none,
      );
      const { recipientId } = recipientRef;
      const foreign = world.newAccount(recipientId, "two", { merchantId });
      const options = { setDefault: true, registration: null, claim: null };
      await expect(accounts.create({ ...foreign, ...options })).rejects.toMatchObject({
        reason: "RECIPIENT_NOT_FOUND",
      });
      const lease = { lease: "lease" };
      await expect(registrations.change(registrationRef, lease, NO_CHANGE)).rejects.toThrow();
      await expect(
        registrations.discard(registrationRef, { ...lease, claim: null }),
      ).rejects.toThrow();
      await idempotency.forget(merchantId, claim);
      expect(await idempotency.close(merchantId, claim, "theirs")).toBe("theirs");
      const record = await idempotency.find(world.merchantId, claim);
      expect(record).toMatchObject({ answer: null });
      expect(await world.repository.events.after(world.merchantId, 0, 100)).toEqual(before);
    });

    it("gets no destination out of an account that is not theirs", async () => {
      const own = await owned(open);
      const { disburseAccountId } = own.accountRef;
      const { recipientId } = own.recipientRef;
      const changes = { merchantId: own.merchantId, disburseAccountId, recipientId };
      const { payout } = await own.world.create(changes, { destination: null });
      expect(await own.world.repository.payouts.destination(payout)).toBeNull();
    });
  });
}

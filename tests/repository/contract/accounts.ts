import { describe, expect, it } from "vitest";
import { claimOf, METHOD, type OpenRepository, PERSON, World } from "../fixtures.ts";

const page = { limit: 100, after: null };
const REMOVE = { method: "RecipientService.DeleteDisburseAccount" };

export function accountContract(open: OpenRepository): void {
  describe("recipients", () => {
    it("stores, finds, updates and answers a repeat", async () => {
      const world = await World.open(open);
      const { recipients } = world.repository;
      const input = world.newRecipient({ merchantRecipientId: "r-1" });
      const claim = claimOf("k", { method: "PayoutService.CreateRecipient" });
      const created = await recipients.create({ ...input, registration: null, claim });
      expect(created).toEqual({ kind: "stored", recipient: input.recipient });
      expect(await recipients.find(input.recipient)).toEqual(input.recipient);
      expect(await recipients.person(input.recipient)).toEqual(PERSON);
      const replay = await recipients.create({
        ...world.newRecipient(),
        registration: null,
        claim,
      });
      expect(replay).toMatchObject({ kind: "replay", subjectId: input.recipient.recipientId });
      expect(replay.kind === "replay" && JSON.parse(replay.answer ?? "")).toEqual(input.recipient);
      const duplicate = world.newRecipient({ merchantRecipientId: "r-1" });
      expect(await recipients.create({ ...duplicate, registration: null, claim: null })).toEqual({
        kind: "duplicate",
        recipientId: input.recipient.recipientId,
      });

      world.time += 5;
      const update = claimOf("k", { method: "RecipientService.UpdateRecipient" });
      const person = { ...PERSON, email: "jane@example.com" };
      const changed = await recipients.update(input.recipient, { claim: update }, (current) => ({
        recipient: { ...current.recipient, metadata: { a: "b" }, status: "REJECTED" },
        person,
      }));
      expect(changed).toMatchObject({
        recipient: { metadata: { a: "b" }, version: 2, updateTime: world.time },
      });
      expect(await recipients.person(input.recipient)).toEqual(person);
      const again = await recipients.update(input.recipient, { claim: update }, () => {
        throw new Error("a repeat must decide nothing");
      });
      expect(again.kind).toBe("replay");
      const events = await world.eventsOf(input.recipient.recipientId);
      expect(
        events.map(({ type, sequence, previousStatus }) => [type, sequence, previousStatus]),
      ).toEqual([
        ["recipient.active", 1, ""],
        ["recipient.rejected", 2, "ACTIVE"],
      ]);
    });
  });

  describe("accounts", () => {
    it("makes the first account the default, others when asked", async () => {
      const world = await World.open(open);
      const { recipientId } = await world.createRecipient();
      const first = await world.createAccount(recipientId, "one");
      const second = await world.createAccount(recipientId, "two");
      expect([first, second].map(({ account }) => account.isDefault)).toEqual([true, false]);
      const third = await world.createAccount(recipientId, "three", true);
      expect(third.account.isDefault).toBe(true);
      const ref = { merchantId: world.merchantId, recipientId };
      const listed = await world.repository.accounts.list(ref, page);
      expect(listed.filter(({ isDefault }) => isDefault)).toEqual([third.account]);
      await world.repository.accounts.setDefault(first.account, { claim: null });
      const recipient = await world.repository.recipients.find(ref);
      expect(recipient?.defaultDisburseAccountId).toBe(first.account.disburseAccountId);
    });

    it("answers the account that is there when it is enrolled again, fifty times at once too", async () => {
      const world = await World.open(open);
      const { recipientId } = await world.createRecipient();
      const ends = await Promise.all(
        Array.from({ length: 50 }, () => world.createAccount(recipientId, "one")),
      );
      expect(ends.filter(({ kind }) => kind === "stored")).toHaveLength(1);
      expect(new Set(ends.map(({ account }) => account.disburseAccountId)).size).toBe(1);
      await world.createAccount(recipientId, "two", true);
      const again = await world.createAccount(recipientId, "one", true);
      expect(again).toMatchObject({ kind: "exists", account: { isDefault: true } });
      const other = await world.createRecipient();
      expect((await world.createAccount(other.recipientId, "one")).kind).toBe("stored");
    });

    it("removes an account from sight, and keeps its data for payouts under way", async () => {
      const world = await World.open(open);
      const { accounts, payouts, recipients } = world.repository;
      const { recipientId } = await world.createRecipient();
      const { account } = await world.createAccount(recipientId, "one");
      const { disburseAccountId } = account;
      const { payout } = await world.create({ recipientId, disburseAccountId });
      const claim = claimOf("k", REMOVE);
      const removed = await accounts.remove(account, world.time, { claim });
      expect(removed).toMatchObject({ kind: "stored", account: { isDefault: false } });
      expect((await accounts.remove(account, world.time, { claim })).kind).toBe("replay");
      await expect(accounts.remove(account, world.time, { claim: null })).rejects.toMatchObject({
        reason: "DISBURSE_ACCOUNT_NOT_FOUND",
      });
      expect(await accounts.find(account)).toBeNull();
      const ref = { merchantId: world.merchantId, recipientId };
      expect(await accounts.list(ref, page)).toEqual([]);
      expect((await recipients.find(ref))?.defaultDisburseAccountId).toBeNull();
      expect(await accounts.method(account)).toEqual(METHOD);
      expect(await payouts.destination(payout)).toEqual({ method: METHOD, person: PERSON });
      const again = await world.createAccount(recipientId, "one");
      expect(again.kind).toBe("stored");
      expect(again.account.isDefault).toBe(true);
      const types = (await world.eventsOf(disburseAccountId)).map(({ type }) => type);
      expect(types).toEqual(["disburse_account.verified", "disburse_account.removed"]);
    });
  });
}

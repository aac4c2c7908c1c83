import { describe, expect, it } from "vitest";
import type { PayoutLink } from "../../../src/domain/link.ts";
import { limits } from "../../../src/limits.ts";
import type { PayoutAggregate } from "../../../src/repository/payout-aggregate.ts";
import type { Redemption } from "../../../src/repository/repository.ts";
import { claimOf, METHOD, type OpenRepository, PERSON, START, sha256, World } from "../fixtures.ts";

/** A redemption by somebody: a recipient and an account of their own. */
function redemption(world: World, token: string, changes: Partial<Redemption> = {}): Redemption {
  const recipient = world.newRecipient();
  const account = world.newAccount(recipient.recipient.recipientId, "fingerprint");
  const { recipientId } = recipient.recipient;
  const { disburseAccountId } = account.account;
  return {
    tokenHash: sha256(token),
    claimCodeHash: null,
    claimSecretHash: sha256("secret"),
    now: world.time,
    recipient,
    account,
    decide: (current: PayoutAggregate) => ({
      ...current,
      payout: { ...current.payout, status: "REQUIRES_CREATION", recipientId, disburseAccountId },
      attempts: [...current.attempts, world.attempt(["transfer"])],
      job: { runAt: world.time, tries: 0, lease: null },
    }),
    ...changes,
  };
}

export function linkContract(open: OpenRepository): void {
  describe("links", () => {
    it("stores a link with its payout, and finds it by id and by token", async () => {
      const world = await World.open(open);
      const input = world.newLinkPayout("token", { claimCodeHash: "code" });
      await world.repository.payouts.create(input);
      const { link } = input.link;
      expect(await world.repository.links.find(world.merchantId, link.linkId)).toEqual(link);
      expect(await world.repository.links.findByTokenHash(sha256("token"))).toEqual({
        link,
        merchant: { name: "Shop", accentColor: null, logoTime: null },
        claimSecretHash: null,
        hint: PERSON,
      });
      expect(await world.repository.links.findByTokenHash(sha256("other"))).toBeNull();
      const found = await world.repository.payouts.find(world.merchantId, input.aggregate.payout);
      expect(found?.link).toEqual(link);
      expect(await world.repository.payouts.destination(input.aggregate.payout)).toBeNull();
      const [event] = await world.eventsOf(link.linkId);
      expect(event).toMatchObject({ type: "payout_link.active", sequence: 1, previousStatus: "" });
    });

    it("keeps the address of a processor's own link sealed, the first one, and gives it to nobody else", async () => {
      const world = await World.open(open);
      const { payouts, links } = world.repository;
      const input = world.newLinkPayout("", { host: "PROCESSOR", tokenHash: null });
      await payouts.create(input);
      const { link } = input.link;
      expect(await links.url(link)).toBeNull();
      for (const linkUrl of ["https://pay.example/1", "https://pay.example/2"]) {
        const changed = await payouts.change(input.aggregate.payout, {}, (current) => ({
          ...current,
          linkUrl,
        }));
        expect(changed).not.toHaveProperty("aggregate.linkUrl");
      }
      expect(await links.url(link)).toBe("https://pay.example/1");
      expect(await links.url({ ...link, merchantId: world.strangerId })).toBeNull();
      expect(await payouts.find(world.merchantId, link)).not.toHaveProperty("linkUrl");
      expect(await world.eventsOf(link.linkId)).toHaveLength(1);
    });

    it("changes when it ends without an event of a state that it does not enter", async () => {
      const world = await World.open(open);
      const { payouts, links } = world.repository;
      const input = world.newLinkPayout("", { host: "PROCESSOR", tokenHash: null });
      await payouts.create(input);
      const { link } = input.link;
      const expireTime = link.expireTime + 1234;
      await payouts.change(input.aggregate.payout, {}, (current) => ({
        ...current,
        link: current.link && { ...current.link, expireTime },
      }));
      expect(await links.find(world.merchantId, link.linkId)).toMatchObject({ expireTime });
      expect(await world.eventsOf(link.linkId)).toHaveLength(1);
    });

    it("is redeemed once under a hundred parallel tries, from two processes", async () => {
      const world = await World.open(open);
      const nodes = [world.repository, await world.another()];
      const input = world.newLinkPayout("token");
      await world.repository.payouts.create(input);
      const tries = Array.from({ length: 100 }, () => redemption(world, "token"));
      const ends = await Promise.allSettled(
        tries.map((each, index) => nodes[index % 2]?.payouts.redeem(each)),
      );
      const winners = ends.flatMap((end, index) => (end.status === "fulfilled" ? [index] : []));
      expect(winners).toHaveLength(1);
      for (const end of ends) {
        if (end.status === "fulfilled") continue;
        expect(end.reason).toMatchObject({
          reason: "LINK_STATE_CONFLICT",
          metadata: { state: "CLAIMED" },
        });
      }
      const winner = tries[winners[0] ?? -1];
      const ref = input.aggregate.payout;
      const found = await world.repository.payouts.find(world.merchantId, ref);
      expect(found?.attempts).toHaveLength(1);
      expect(found?.payout.disburseAccountId).toBe(winner?.account.account.disburseAccountId);
      expect(found?.link).toMatchObject({ state: "CLAIMED", claimTime: START });
      expect(await world.repository.payouts.destination(ref)).toEqual({
        method: METHOD,
        person: PERSON,
      });
      const filter = { merchantId: world.merchantId, status: [], merchantRecipientId: null };
      const recipients = await world.repository.recipients.list(filter, {
        limit: 100,
        after: null,
      });
      expect(recipients).toHaveLength(1);
      const events = await world.eventsOf(input.link.link.linkId);
      expect(events.map(({ type, sequence }) => [type, sequence])).toEqual([
        ["payout_link.active", 1],
        ["payout_link.claimed", 2],
      ]);
      expect(await world.eventsOf(ref.payoutId)).toHaveLength(2);
    });

    it("is not claimed at its last moment, by a wrong code, nor when revoked; nothing is stored", async () => {
      const world = await World.open(open);
      const input = world.newLinkPayout("token", { claimCodeHash: "code" });
      await world.repository.payouts.create(input);
      const { payouts, links } = world.repository;
      const { linkId, expireTime } = input.link.link;

      const wrong = payouts.redeem(redemption(world, "token", { claimCodeHash: "wrong" }));
      expect(await wrong).toEqual({ kind: "wrong_code" });
      const late = payouts.redeem(redemption(world, "token", { now: expireTime }));
      await expect(late).rejects.toMatchObject({ metadata: { state: "EXPIRED" } });
      const unknown = payouts.redeem(redemption(world, "other"));
      await expect(unknown).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
      const failing = payouts.redeem(
        redemption(world, "token", {
          claimCodeHash: "code",
          decide: () => {
            throw new TypeError("a fault in a decision");
          },
        }),
      );
      await expect(failing).rejects.toBeInstanceOf(TypeError);
      expect((await links.findByTokenHash(sha256("token")))?.claimSecretHash).toBeNull();
      expect((await links.find(world.merchantId, linkId))?.state).toBe("ACTIVE");
      expect(await world.eventsOf(linkId)).toHaveLength(1);

      await payouts.change(input.aggregate.payout, {}, (current) => ({
        ...current,
        payout: { ...current.payout, status: "CANCELLED" },
        link: current.link && { ...current.link, state: "REVOKED" },
      }));
      const revoked = payouts.redeem(redemption(world, "token", { claimCodeHash: "code" }));
      await expect(revoked).rejects.toMatchObject({ metadata: { state: "REVOKED" } });
      expect(
        (await world.eventsOf(linkId)).map(({ type, previousStatus }) => [type, previousStatus]),
      ).toEqual([
        ["payout_link.active", ""],
        ["payout_link.revoked", "ACTIVE"],
      ]);
    });

    it("gets another token once for a key, and forgets what was of the old one", async () => {
      const world = await World.open(open);
      const input = world.newLinkPayout("token", { claimCodeHash: "code" });
      await world.repository.payouts.create(input);
      const { payouts, links } = world.repository;
      const { merchantId } = world;
      const { linkId } = input.link.link;
      const claim = claimOf("again", { method: "LinkService.ResendLink" });
      const resend = (tokenHash: (link: PayoutLink) => string, ref = { merchantId, linkId }) =>
        links.resend(ref, { claim }, tokenHash);
      const { inAll } = limits.claimCodes;
      for (let i = 0; i < inAll; i += 1) {
        await payouts.redeem(redemption(world, "token", { claimCodeHash: "wrong" }));
      }
      const locked = payouts.redeem(redemption(world, "token", { claimCodeHash: "code" }));
      await expect(locked).rejects.toMatchObject({ metadata: { state: "LOCKED" } });

      const stranger = resend(() => "", { merchantId: world.strangerId, linkId });
      await expect(stranger).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
      const resent = await resend(({ tokenVersion }) => sha256(`token-${tokenVersion}`));
      expect(resent).toMatchObject({ kind: "stored", link: { tokenVersion: 2, locked: false } });
      const repeated = await resend(() => sha256("never"));
      expect(repeated).toMatchObject({ kind: "replay", subjectId: linkId });
      expect(await links.findByTokenHash(sha256("token"))).toBeNull();
      expect((await links.findByTokenHash(sha256("token-2")))?.link).toEqual(
        await links.find(merchantId, linkId),
      );
      expect(await world.eventsOf(linkId)).toHaveLength(1);
      const claimed = payouts.redeem(redemption(world, "token-2", { claimCodeHash: "code" }));
      expect(await claimed).toMatchObject({ aggregate: { link: { state: "CLAIMED" } } });
      expect(await links.findByTokenHash(sha256("token-2"))).toMatchObject({
        claimSecretHash: sha256("secret"),
      });
      const late = links.resend({ merchantId, linkId }, { claim: null }, () => "");
      await expect(late).rejects.toMatchObject({ metadata: { state: "CLAIMED" } });
    });
  });
}

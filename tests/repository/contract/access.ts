import { describe, expect, it } from "vitest";
import { type Merchant, NEW_MERCHANT } from "../../../src/domain/access.ts";
import { decodeSnapshot } from "../../../src/domain/snapshot.ts";
import type { Administered, NewApiKey, Reach } from "../../../src/repository/repository.ts";
import { claimOf, type OpenRepository, START, World } from "../fixtures.ts";

export function accessContract(open: OpenRepository): void {
  describe("access", () => {
    it("installs a given key once for the first merchant of its mode", async () => {
      const world = await World.open(open);
      const { access } = world.repository;
      const input = {
        merchant: {
          merchantId: world.id("merchant"),
          name: "New",
          livemode: true,
          createTime: START,
        },
        key: { keyId: world.id("apiKey"), keyHash: "hash", hint: "wxyz" },
        scopes: ["payouts:read"] as const,
        now: START,
        onlyWhenEmpty: false,
      };
      expect(await access.bootstrap(input)).toBe("installed");
      expect(await access.bootstrap(input)).toBe("present");
      expect(await access.findApiKey("hash")).toEqual({
        keyId: input.key.keyId,
        merchantId: world.strangerId,
        livemode: true,
        operator: true,
        name: "First key",
        hint: "wxyz",
        scopes: ["payouts:read"],
        createTime: START,
        expireTime: null,
        revokeTime: null,
      });
      expect(await access.merchant(input.merchant.merchantId)).toBeNull();
      expect(await access.merchant(world.merchantId)).toEqual({
        merchantId: world.merchantId,
        name: "Shop",
        livemode: false,
        operator: true,
        createTime: START,
        ...NEW_MERCHANT,
      });
      expect(await access.findApiKey("other")).toBeNull();
    });

    it("makes nothing when told to only on an empty database", async () => {
      const world = await World.open(open);
      const end = await world.repository.access.bootstrap({
        merchant: {
          merchantId: world.id("merchant"),
          name: "New",
          livemode: false,
          createTime: START,
        },
        key: { keyId: world.id("apiKey"), keyHash: "hash", hint: "wxyz" },
        scopes: [],
        now: START,
        onlyWhenEmpty: true,
      });
      expect(end).toBe("present");
      expect(await world.repository.access.findApiKey("hash")).toBeNull();
    });

    it("never installs the operator's key for a merchant that an operator made", async () => {
      const world = await World.open(open);
      const { access } = world.repository;
      const { merchantId, createTime } = await madeMerchant(world, { livemode: true });
      expect(createTime).toBeLessThan(START);
      const key = { keyId: world.id("apiKey"), keyHash: "hash", hint: "wxyz" };
      const merchant = {
        merchantId: world.id("merchant"),
        name: "New",
        livemode: true,
        createTime,
      };
      const input = { merchant, key, scopes: [], now: START, onlyWhenEmpty: false };
      await access.bootstrap(input);
      const found = await access.findApiKey("hash");
      expect(found?.merchantId).not.toBe(merchantId);
      expect(found?.operator).toBe(true);
    });

    it("lists merchants and keys in reach only, newest first, page by page", async () => {
      const world = await World.open(open);
      const { access } = world.repository;
      const { merchantId } = await madeMerchant(world);
      const mine = await madeKey(world, merchantId, "mine");
      const theirs = await madeKey(world, world.merchantId, "theirs");
      const all = { limit: 100, after: null };
      const own = { merchantId };
      expect(idsOf(await access.listMerchants(own, all))).toEqual([merchantId]);
      expect(idsOf(await access.listMerchants("everybody", all))).toContain(world.strangerId);
      const keys = await access.listApiKeys({ reach: own, merchantId: null }, all);
      expect(keys).toEqual([mine]);
      const foreign = { reach: own, merchantId: world.merchantId };
      expect(await access.listApiKeys(foreign, all)).toEqual([]);
      const everybody = { reach: "everybody" as const, merchantId: null };
      const [first, ...rest] = await access.listApiKeys(everybody, all);
      if (first === undefined) throw new Error("no keys");
      const { createTime, keyId: id } = first;
      const next = await access.listApiKeys(everybody, { limit: 100, after: { createTime, id } });
      expect(next).toEqual(rest);
      expect([first, ...rest].map(({ keyId }) => keyId)).toContain(theirs.keyId);
    });

    it("makes keys once, within reach, and keeps who did", async () => {
      const world = await World.open(open);
      const { access } = world.repository;
      const { merchantId } = await madeMerchant(world);
      const claim = claimOf("k", { method: "AdminService.CreateApiKey" });
      const made = await madeKey(world, merchantId, "one", { claim });
      const again = await access.createApiKey({
        ...newKeyOf(world, merchantId, "two"),
        reach: "everybody",
        ...byHand(world, { claim }),
      });
      if (again.kind !== "replay") throw new Error(again.kind);
      expect(decodeSnapshot(again.answer ?? "")).toEqual(made);
      expect(await access.findApiKey("two")).toBeNull();

      const outside = access.createApiKey({
        ...newKeyOf(world, world.merchantId, "three"),
        reach: { merchantId },
        ...byHand(world),
      });
      await expect(outside).rejects.toMatchObject({ reason: "MERCHANT_NOT_FOUND" });
      expect(await access.findApiKey("three")).toBeNull();
    });

    it("ends a key by a decision, with the key that follows, all or nothing", async () => {
      const world = await World.open(open);
      const { access } = world.repository;
      const { merchantId } = await madeMerchant(world);
      const { keyId } = await madeKey(world, merchantId, "old");
      const end = START + 1000;
      const successor = newKeyOf(world, merchantId, "new");
      const ref = { reach: "everybody" as const, keyId };
      const outOfReach = { reach: { merchantId: world.merchantId }, keyId };
      const decide = () => ({ expireTime: end, revokeTime: null, successor });
      await expect(access.endApiKey(outOfReach, byHand(world), decide)).rejects.toMatchObject({
        reason: "API_KEY_NOT_FOUND",
      });
      const taken = { ...successor, keyHash: "old" };
      const clash = access.endApiKey(ref, byHand(world), () => ({ ...decide(), successor: taken }));
      await expect(clash).rejects.toThrow();
      expect((await access.findApiKey("old"))?.expireTime).toBeNull();

      const ended = await access.endApiKey(ref, byHand(world), decide);
      expect(ended).toEqual({ kind: "stored", apiKey: { ...successor.apiKey, livemode: false } });
      expect((await access.findApiKey("old"))?.expireTime).toBe(end);
      expect((await access.findApiKey("new"))?.keyId).toBe(successor.apiKey.keyId);
    });

    it("answers a ping", async () => {
      const world = await World.open(open);
      await expect(world.repository.ping()).resolves.toBeUndefined();
    });

    it("changes a merchant in reach by a decision, with its logo, once for a key", async () => {
      const world = await World.open(open);
      const { access } = world.repository;
      const { merchantId } = await madeMerchant(world);
      const image = new Uint8Array([1, 2, 3]);
      const update = (
        changes: Partial<Merchant>,
        logo: Parameters<typeof access.updateMerchant>[2]["logo"],
        more: Partial<Administered> = {},
        reach: Reach = { merchantId },
      ) =>
        access.updateMerchant({ reach, merchantId }, byHand(world, more), {
          logo,
          decide: (current) => ({ ...current, ...changes }),
        });
      const claim = claimOf("look", { method: "AdminService.UpdateMerchant" });
      const logo = { type: "image/png", image } as const;
      const changes = { name: "Café", logoUrl: "https://a.example/l.png", accentColor: "#1f5fd1" };
      const stored = await update(changes, logo, { claim });
      expect(stored).toMatchObject({ kind: "stored", merchant: { ...changes, version: 2 } });
      expect(await update({ name: "Never" }, null, { claim })).toMatchObject({ kind: "replay" });
      expect(await access.merchant(merchantId)).toMatchObject({ ...changes, version: 2 });
      expect(await access.logo(merchantId)).toEqual({
        type: "image/png",
        image: Buffer.from(image),
      });
      await update({ name: "Bar" }, undefined);
      expect(await access.logo(merchantId)).not.toBeNull();
      await update({ logoUrl: null }, null);
      expect(await access.logo(merchantId)).toBeNull();
      expect(await access.merchant(merchantId)).toMatchObject({ name: "Bar", version: 4 });
      const stranger = update({}, null, {}, { merchantId: world.strangerId });
      await expect(stranger).rejects.toMatchObject({ reason: "MERCHANT_NOT_FOUND" });
      expect(await update({}, undefined, {}, "everybody")).toMatchObject({ kind: "stored" });
    });
  });
}

/** What an operator asks for. */
function byHand(world: World, changes: Partial<Administered> = {}): Administered {
  const audit = { actor: "key_test", action: "test", reason: "" };
  return { callerId: world.merchantId, claim: null, audit, ...changes };
}

/** A merchant that an operator has made, before all others. */
async function madeMerchant(world: World, changes: Partial<Merchant> = {}): Promise<Merchant> {
  const made = await world.repository.access.createMerchant({
    merchant: {
      merchantId: world.id("merchant"),
      name: "Customer",
      livemode: false,
      operator: false,
      createTime: START - 1000,
      ...NEW_MERCHANT,
      ...changes,
    },
    ...byHand(world),
  });
  if (made.kind !== "stored") throw new Error(made.kind);
  return made.merchant;
}

function newKeyOf(world: World, merchantId: string, keyHash: string): NewApiKey {
  return {
    keyHash,
    apiKey: {
      merchantId,
      keyId: world.id("apiKey"),
      name: "for tests",
      scopes: ["payouts:read"],
      hint: "wxyz",
      createTime: START,
      expireTime: null,
      revokeTime: null,
    },
  };
}

async function madeKey(
  world: World,
  merchantId: string,
  keyHash: string,
  changes: Partial<Administered> = {},
) {
  const made = await world.repository.access.createApiKey({
    ...newKeyOf(world, merchantId, keyHash),
    reach: "everybody",
    ...byHand(world, changes),
  });
  if (made.kind !== "stored") throw new Error(made.kind);
  return made.apiKey;
}

const idsOf = (merchants: readonly Merchant[]) => merchants.map(({ merchantId }) => merchantId);

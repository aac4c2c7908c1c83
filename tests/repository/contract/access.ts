import { describe, expect, it } from "vitest";
import { type OpenRepository, START, World } from "../fixtures.ts";

export function accessContract(open: OpenRepository): void {
  describe("access", () => {
    it("installs a given key once for the first merchant of its mode", async () => {
      const world = await World.open(open);
      const { access } = world.repository;
      const input = {
        merchant: { merchantId: world.id("merchant"), name: "New", livemode: true },
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
        scopes: ["payouts:read"],
        expireTime: null,
        revokeTime: null,
      });
      expect(await access.merchant(input.merchant.merchantId)).toBeNull();
      expect(await access.merchant(world.merchantId)).toEqual({
        merchantId: world.merchantId,
        name: "Shop",
        livemode: false,
      });
      expect(await access.findApiKey("other")).toBeNull();
    });

    it("makes nothing when told to only on an empty database", async () => {
      const world = await World.open(open);
      const end = await world.repository.access.bootstrap({
        merchant: { merchantId: world.id("merchant"), name: "New", livemode: false },
        key: { keyId: world.id("apiKey"), keyHash: "hash", hint: "wxyz" },
        scopes: [],
        now: START,
        onlyWhenEmpty: true,
      });
      expect(end).toBe("present");
      expect(await world.repository.access.findApiKey("hash")).toBeNull();
    });

    it("answers a ping", async () => {
      const world = await World.open(open);
      await expect(world.repository.ping()).resolves.toBeUndefined();
    });
  });
}

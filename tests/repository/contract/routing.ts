import { describe, expect, it } from "vitest";
import type { Routing, RoutingRule } from "../../../src/domain/routing.ts";
import { decodeSnapshot } from "../../../src/domain/snapshot.ts";
import { claimOf, type OpenRepository, World } from "../fixtures.ts";

const RULES: readonly RoutingRule[] = [
  { name: "a", condition: 'metadata.tier == "gold"', connectors: ["double"] },
  { name: "b", condition: "", connectors: ["second", "double"] },
];
const REPLACE = { method: "RoutingService.ReplaceRoutingRules" };

export function routingContract(open: OpenRepository): void {
  describe("routing rules", () => {
    it("are none before the first replacement, and then what was stored, for their merchant", async () => {
      const world = await World.open(open);
      const { routing } = world.repository;
      expect(await routing.rules(world.merchantId)).toEqual({
        rules: [],
        version: 0,
        updateTime: null,
      });
      const first = await routing.replace(world.merchantId, { claim: null }, () => RULES);
      const stored = { rules: RULES, version: 1, updateTime: world.time };
      expect(first).toEqual({ kind: "stored", routingRules: stored });
      expect(await routing.rules(world.merchantId)).toEqual(stored);
      expect((await routing.rules(world.strangerId)).version).toBe(0);
      world.time += 5;
      await routing.replace(world.merchantId, { claim: null }, ({ rules }) => rules.slice(1));
      expect(await (await world.another()).routing.rules(world.merchantId)).toEqual({
        rules: RULES.slice(1),
        version: 2,
        updateTime: world.time,
      });
    });

    it("are replaced once for one key, and the answer is kept with it", async () => {
      const world = await World.open(open);
      const { routing } = world.repository;
      const claim = claimOf("k", REPLACE);
      const first = await routing.replace(world.merchantId, { claim }, () => RULES);
      const again = await routing.replace(world.merchantId, { claim }, () => []);
      if (first.kind !== "stored" || again.kind !== "replay") throw new Error("not a replay");
      expect(decodeSnapshot(again.answer ?? "")).toEqual(first.routingRules);
      await expect(
        routing.replace(
          world.merchantId,
          { claim: { ...claim, fingerprint: "another" } },
          () => [],
        ),
      ).rejects.toMatchObject({ reason: "IDEMPOTENCY_KEY_REUSED" });
      expect((await routing.rules(world.merchantId)).version).toBe(1);
    });

    it("stay as they are when the decision refuses", async () => {
      const world = await World.open(open);
      const { routing, idempotency } = world.repository;
      const claim = claimOf("k", REPLACE);
      const refuse = () => {
        throw new Error("no");
      };
      await expect(routing.replace(world.merchantId, { claim }, refuse)).rejects.toThrow("no");
      expect((await routing.rules(world.merchantId)).version).toBe(0);
      expect(await idempotency.find(world.merchantId, claim)).toBeNull();
    });

    it("leave their decision on the payout, and it changes with the payout", async () => {
      const world = await World.open(open);
      const routing: Routing = {
        basis: "RULE",
        rule: "b",
        unevaluated: ["a"],
        candidates: [{ connector: "double", verdict: "CHOSEN", why: "" }],
      };
      const { payout } = await world.create({ routing });
      const { payouts } = world.repository;
      expect((await payouts.find(world.merchantId, payout))?.payout.routing).toEqual(routing);
      const changed: Routing = { ...routing, rule: "c" };
      await payouts.change(payout, {}, (current) => ({
        ...current,
        payout: { ...current.payout, routing: changed },
      }));
      expect((await payouts.find(world.merchantId, payout))?.payout.routing).toEqual(changed);
    });
  });
}

import { describe, expect, it } from "vitest";
import { decodeSnapshot } from "../../../src/domain/snapshot.ts";
import { CREDENTIALS, claimOf, type OpenRepository, World } from "../fixtures.ts";

export function connectorAccountContract(open: OpenRepository): void {
  describe("connector accounts", () => {
    it("are stored with their secrets apart, and opened with them", async () => {
      const world = await World.open(open);
      const { connectorAccounts } = world.repository;
      const account = await world.createConnectorAccount();
      expect(account.secrets).toEqual(Object.keys(CREDENTIALS));
      expect(await connectorAccounts.find(account)).toEqual(account);
      expect(await connectorAccounts.open(account.connectorAccountId)).toEqual({
        account,
        secrets: CREDENTIALS,
      });
      const { merchantId } = world;
      const page = { limit: 10, after: null };
      expect(await connectorAccounts.list({ merchantId, connector: null }, page)).toEqual([
        account,
      ]);
      expect(await connectorAccounts.list({ merchantId, connector: "other" }, page)).toEqual([]);
    });

    it("are the merchant's own", async () => {
      const world = await World.open(open);
      const { connectorAccounts } = world.repository;
      const { connectorAccountId } = await world.createConnectorAccount();
      const foreign = { merchantId: world.strangerId, connectorAccountId };
      expect(await connectorAccounts.find(foreign)).toBeNull();
      expect(await connectorAccounts.enabled(world.strangerId)).toEqual([]);
      const none = { reason: "CONNECTOR_ACCOUNT_NOT_FOUND" };
      const keep = (current: Parameters<Parameters<typeof connectorAccounts.update>[2]>[0]) =>
        current;
      await expect(connectorAccounts.update(foreign, world.byHand(), keep)).rejects.toMatchObject(
        none,
      );
      await expect(connectorAccounts.remove(foreign, world.byHand())).rejects.toMatchObject(none);
    });

    it("are made once by key, and bounded in number", async () => {
      const world = await World.open(open);
      const { connectorAccounts } = world.repository;
      const claim = claimOf("k", { method: "ConnectorService.CreateConnectorAccount" });
      const account = await world.createConnectorAccount({}, { claim });
      const input = { account: world.newConnectorAccount(), secrets: CREDENTIALS, most: 1 };
      const again = await connectorAccounts.create({ ...input, ...world.byHand({ claim }) });
      if (again.kind !== "replay") throw new Error(again.kind);
      expect(decodeSnapshot(again.answer ?? "")).toEqual(account);
      await expect(connectorAccounts.create({ ...input, ...world.byHand() })).rejects.toMatchObject(
        {
          reason: "CONNECTOR_ACCOUNT_LIMIT",
        },
      );
    });

    it("change by a decision, and count their changes", async () => {
      const world = await World.open(open);
      const { connectorAccounts } = world.repository;
      const account = await world.createConnectorAccount();
      world.time += 5;
      await connectorAccounts.update(account, world.byHand(), (current) => ({
        account: { ...current.account, name: "renamed", enabled: false },
        secrets: { secret_key: "rotated" },
      }));
      const opened = await connectorAccounts.open(account.connectorAccountId);
      expect(opened).toEqual({
        account: {
          ...account,
          name: "renamed",
          enabled: false,
          secrets: ["secret_key"],
          updateTime: world.time,
          version: 2,
        },
        secrets: { secret_key: "rotated" },
      });
      expect(await connectorAccounts.enabled(world.merchantId)).toEqual([]);
    });

    it("stay while a payout is under way with them, which knows its account", async () => {
      const world = await World.open(open);
      const { connectorAccounts, payouts } = world.repository;
      const account = await world.createConnectorAccount();
      const connector = `stripe/${account.connectorAccountId}`;
      const { payout } = await world.create({ connector });
      expect((await payouts.find(world.merchantId, payout))?.payout.connector).toBe(connector);
      await expect(connectorAccounts.remove(account, world.byHand())).rejects.toMatchObject({
        reason: "CONNECTOR_ACCOUNT_IN_USE",
      });
      await payouts.change(payout, {}, (current) => ({
        ...current,
        payout: { ...current.payout, status: "FAILED", waitingFor: null },
        job: null,
      }));
      await connectorAccounts.remove(account, world.byHand());
      expect(await connectorAccounts.open(account.connectorAccountId)).toBeNull();
    });
  });
}

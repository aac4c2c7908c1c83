import { describe, expect, it } from "vitest";
import type { InboxEnd } from "../../../src/repository/inbox.ts";
import { LEASE_MS, MESSAGE, type OpenRepository, ROOM, START, World } from "../fixtures.ts";

const ADDRESS = { connectorAccountId: "cacct_one", connector: "stripe" };
const event = (eventId: string) => ({ eventId, state: "NEW" as const, content: MESSAGE });

async function opened(open: OpenRepository) {
  const world = await World.open(open);
  const { merchantId } = world;
  const address = { ...ADDRESS, merchantId };
  const { inbox } = world.repository;
  const find = (inboxId: string) => inbox.find({ merchantId, inboxId });
  const claimed = async () => {
    const [entry] = await inbox.claimDue(1, LEASE_MS);
    if (entry === undefined) throw new Error("nothing is due");
    return entry;
  };
  const finish = async (end: InboxEnd) => {
    const { inboxId, token } = await claimed();
    expect(await inbox.finish(inboxId, token, end)).toBe(true);
    return find(inboxId);
  };
  return { world, inbox, address, find, finish, claimed };
}

export function inboxContract(open: OpenRepository): void {
  describe("the inbox", () => {
    it("stores the events of a message together, and each but once for an account", async () => {
      const { world, inbox, address, find } = await opened(open);
      const [first, ...more] = await inbox.add(address, [event("a"), event("b")], ROOM);
      expect(more).toHaveLength(1);
      expect(await find(first ?? "")).toEqual({
        ...address,
        inboxId: first,
        eventId: "a",
        state: "NEW",
        tries: 0,
        receiveTime: START,
        content: MESSAGE,
      });
      expect(await inbox.add(address, [event("b"), event("c"), event("c")], ROOM)).toHaveLength(1);
      const again = Array.from({ length: 50 }, () => inbox.add(address, [event("d")], ROOM));
      expect((await Promise.all(again)).flat()).toHaveLength(1);
      const other = { ...address, connectorAccountId: "cacct_two", merchantId: world.strangerId };
      const [strange] = await inbox.add(other, [event("a")], ROOM);
      expect(await find(strange ?? "")).toBeNull();
    });

    it("gives each due entry to exactly one of two claimers, the longest due first", async () => {
      const { world, inbox, address } = await opened(open);
      const made: string[] = [];
      for (let index = 0; index < 30; index += 1) {
        world.time += 1;
        made.push(...(await inbox.add(address, [event(`${index}`)], ROOM)));
      }
      expect((await inbox.claimDue(2, LEASE_MS)).map(({ inboxId }) => inboxId)).toEqual(
        made.slice(0, 2),
      );
      const nodes = [inbox, (await world.another()).inbox];
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) => nodes[index % 2]?.claimDue(5, LEASE_MS)),
      );
      const rest = claims.flatMap((entries) => entries ?? []);
      expect(rest.map(({ inboxId }) => inboxId).sort()).toEqual(made.slice(2).sort());
      expect(await inbox.nextClaimableAt()).toBe(world.time + LEASE_MS);
    });

    it("passes by the accounts that take no more", async () => {
      const { inbox, address } = await opened(open);
      await inbox.add(address, [event("a"), event("b")], ROOM);
      const other = { ...address, connectorAccountId: "cacct_two" };
      const [mine] = await inbox.add(other, [event("a")], ROOM);
      const claimed = await inbox.claimDue(5, LEASE_MS, ["cacct_one"]);
      expect(claimed.map(({ inboxId }) => inboxId)).toEqual([mine]);
    });

    it("is claimed again when its lease has run out, and then the first holder records nothing", async () => {
      const { world, inbox, address, find, claimed } = await opened(open);
      await inbox.add(address, [event("a")], ROOM);
      const first = await claimed();
      expect(await inbox.claimDue(1, LEASE_MS)).toEqual([]);
      world.time += LEASE_MS;
      const second = await claimed();
      expect(second.inboxId).toBe(first.inboxId);
      expect(await inbox.finish(first.inboxId, first.token, { state: "IGNORED" })).toBe(false);
      expect(await find(first.inboxId)).toMatchObject({ state: "NEW" });
      expect(await inbox.finish(first.inboxId, second.token, { state: "APPLIED" })).toBe(true);
      expect(await inbox.finish(first.inboxId, second.token, { state: "IGNORED" })).toBe(false);
      expect(await find(first.inboxId)).toMatchObject({ state: "APPLIED" });
    });

    it("keeps what an entry says until it is settled, and its id after that", async () => {
      const { inbox, address, finish, world } = await opened(open);
      await inbox.add(address, [event("a")], ROOM);
      const nextTime = START + 1000;
      const waiting = await finish({ state: "WAITING", nextTime });
      expect(waiting).toMatchObject({ state: "WAITING", tries: 1, content: MESSAGE });
      expect(await inbox.nextClaimableAt()).toBe(nextTime);
      world.time = nextTime;
      expect(await finish({ state: "APPLIED" })).toMatchObject({ state: "APPLIED", content: null });
      expect(await inbox.nextClaimableAt()).toBeNull();
      expect(await inbox.add(address, [event("a")], ROOM)).toEqual([]);
      await inbox.add(address, [event("b")], ROOM);
      expect(await finish({ state: "REVIEW" })).toMatchObject({ content: MESSAGE });
      expect(await inbox.nextClaimableAt()).toBeNull();
    });

    it("lets give way what waits, then what is for people, and never what is new", async () => {
      const { inbox, address, find, finish, world } = await opened(open);
      const room = { ...ROOM, entries: 3 };
      const [read] = await inbox.add(address, [{ ...event("r"), state: "REVIEW" }], room);
      const [waits] = await inbox.add(address, [event("w")], room);
      await finish({ state: "WAITING", nextTime: START + 1000 });
      const states = async () =>
        [(await find(read ?? ""))?.state, (await find(waits ?? ""))?.state].join();
      await inbox.add(address, [event("a")], room);
      expect(await states()).toBe("REVIEW,WAITING");
      await inbox.add(address, [event("b")], room);
      expect(await states()).toBe("REVIEW,IGNORED");
      await inbox.add(address, [event("c")], room);
      expect(await states()).toBe("IGNORED,IGNORED");
      const full = inbox.add(address, [event("d"), event("e")], room);
      await expect(full).rejects.toMatchObject({ reason: "OVERLOADED" });
      // What is there already needs no room, and another account has its own.
      expect(await inbox.add(address, [event("a"), event("w")], room)).toEqual([]);
      const other = { ...address, connectorAccountId: "cacct_two" };
      expect(await inbox.add(other, [event("d")], room)).toHaveLength(1);
      world.time += LEASE_MS;
      expect(await inbox.claimDue(10, LEASE_MS)).toHaveLength(4);
    });

    it("counts bytes too", async () => {
      const { inbox, address } = await opened(open);
      const large = (eventId: string) => ({ ...event(eventId), content: "x".repeat(600_000) });
      await inbox.add(address, [large("a")], ROOM);
      const second = inbox.add(address, [large("b")], ROOM);
      await expect(second).rejects.toMatchObject({ reason: "OVERLOADED" });
      expect(await inbox.add(address, [event("c")], ROOM)).toHaveLength(1);
    });

    it("forgets what is old, so much at a time, and never what is to be done", async () => {
      const { inbox, address, find, finish, world } = await opened(open);
      const entries = ["a", "b", "c"].map((id) => ({ ...event(id), state: "IGNORED" as const }));
      await inbox.add(
        address,
        entries.map((each) => ({ ...each, content: null })),
        ROOM,
      );
      const [review] = await inbox.add(address, [{ ...event("r"), state: "REVIEW" }], ROOM);
      const [waits] = await inbox.add(address, [event("w")], ROOM);
      await finish({ state: "WAITING", nextTime: START + 1000 });
      const [fresh] = await inbox.add(address, [event("n")], ROOM);
      world.time += 1;
      const [late] = await inbox.add(address, [{ ...event("l"), state: "REVIEW" }], ROOM);
      const before = { settledBefore: START, reviewBefore: START - 1 };
      expect(await inbox.prune(before, 2)).toBe(2);
      expect(await inbox.prune(before, 2)).toBe(1);
      expect(await inbox.prune(before, 2)).toBe(0);
      expect(await inbox.prune({ ...before, reviewBefore: START }, 9)).toBe(1);
      expect(await find(review ?? "")).toBeNull();
      const left = [waits, fresh, late].map((inboxId) => find(inboxId ?? ""));
      expect((await Promise.all(left)).every((entry) => entry !== null)).toBe(true);
    });
  });
}

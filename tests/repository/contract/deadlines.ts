import { describe, expect, it } from "vitest";
import type { Requested } from "../../../src/repository/repository.ts";
import { anyPayout, claimOf, NO_CHANGE, type OpenRepository, World } from "../fixtures.ts";

/** Every change that a caller can ask for, and how to see whether it was made. */
const CHANGES: Readonly<
  Record<string, (world: World) => Promise<(requested: Requested) => Promise<unknown>>>
> = {
  "payouts.create": async (world) => {
    const input = world.newPayout();
    return (requested) => world.repository.payouts.create({ ...input, ...requested });
  },
  "payouts.change": async (world) => {
    const { payout } = await world.create();
    return (requested) => world.repository.payouts.change(payout, requested, NO_CHANGE);
  },
  "recipients.create": async (world) => {
    const input = { ...world.newRecipient(), registration: null };
    return (requested) => world.repository.recipients.create({ ...input, ...requested });
  },
  "recipients.update": async (world) => {
    const recipient = await world.createRecipient();
    return (requested) => world.repository.recipients.update(recipient, requested, NO_CHANGE);
  },
  "accounts.create": async (world) => {
    const { recipientId } = await world.createRecipient();
    const input = { ...world.newAccount(recipientId, "one"), setDefault: true, registration: null };
    return (requested) => world.repository.accounts.create({ ...input, ...requested });
  },
  "accounts.setDefault": async (world) => {
    const { recipientId } = await world.createRecipient();
    const { account } = await world.createAccount(recipientId, "one");
    return (requested) => world.repository.accounts.setDefault(account, requested);
  },
  "accounts.remove": async (world) => {
    const { recipientId } = await world.createRecipient();
    const { account } = await world.createAccount(recipientId, "one");
    return (requested) => world.repository.accounts.remove(account, world.time, requested);
  },
  "routing.replace": async (world) => (requested) =>
    world.repository.routing.replace(world.merchantId, requested, ({ rules }) => rules),
};

export function deadlineContract(open: OpenRepository): void {
  describe("a change whose caller has gone", () => {
    for (const [name, prepare] of Object.entries(CHANGES)) {
      it(`is refused and stores nothing: ${name}`, async () => {
        const world = await World.open(open);
        const change = await prepare(world);
        const before = await everything(world);
        const claim = claimOf("k");
        const gone = new AbortController();
        const changing = change({ claim, signal: gone.signal });
        gone.abort();
        await expect(changing).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
        expect(await everything(world)).toEqual(before);
        expect(await world.repository.idempotency.find(world.merchantId, claim)).toBeNull();

        const here = new AbortController();
        await expect(change({ claim, signal: here.signal })).resolves.toBeDefined();
        expect(await world.repository.idempotency.find(world.merchantId, claim)).not.toBeNull();
      });
    }
  });
}

async function everything({ repository, merchantId }: World) {
  const page = { limit: 100, after: null };
  const filter = { merchantId, status: [], merchantRecipientId: null };
  return {
    payouts: await repository.payouts.list(anyPayout(merchantId), page),
    recipients: await repository.recipients.list(filter, page),
    events: await repository.events.after(merchantId, 0, 1000),
    rules: await repository.routing.rules(merchantId),
  };
}

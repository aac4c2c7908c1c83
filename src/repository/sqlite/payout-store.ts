import { and, eq, sql } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import { claimableState } from "../../domain/link.ts";
import { encodeSnapshot } from "../../domain/snapshot.ts";
import type { PayoutAggregate } from "../payout-aggregate.ts";
import type {
  ChangeOptions,
  Destination,
  NewPayout,
  PayoutRef,
  PayoutStore,
  Redemption,
  Replay,
  Stored,
} from "../repository.ts";
import { LeaseLostError } from "../repository.ts";
import { bindingAt, SECRET_PLACES } from "../secret-place.ts";
import type { AccountTable } from "./account-table.ts";
import type { AppendAudit } from "./audit-log.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import type { LinkTable } from "./link-table.ts";
import { createPayoutList } from "./payout-list.ts";
import { linkFromRow } from "./payout-rows.ts";
import type { PayoutTable } from "./payout-table.ts";
import type { RecipientTable } from "./recipient-table.ts";
import type { ReferenceTable } from "./reference-table.ts";

interface Parts {
  readonly payoutTable: PayoutTable;
  readonly links: LinkTable;
  readonly references: ReferenceTable;
  readonly recipients: RecipientTable;
  readonly accounts: AccountTable;
  readonly idempotency: IdempotencyTable;
  readonly appendAudit: AppendAudit;
}

function destinationBinding({ merchantId, payoutId }: PayoutRef) {
  return bindingAt(SECRET_PLACES.destination, payoutId, merchantId);
}

export function createPayoutStore(context: SqliteContext, parts: Parts): PayoutStore {
  const { orm, tables } = context;
  const { payouts, attempts, attemptSteps, links } = tables;
  const { payoutTable, idempotency } = parts;
  const listPayouts = createPayoutList(context);

  const selectIdByReference = orm
    .select({ payoutId: payouts.payoutId })
    .from(payouts)
    .where(
      and(
        eq(payouts.merchantId, sql.placeholder("merchantId")),
        eq(payouts.merchantPayoutId, sql.placeholder("merchantPayoutId")),
      ),
    )
    .prepare();
  const selectByProcessorKey = orm
    .select({
      merchantId: attempts.merchantId,
      payoutId: attempts.payoutId,
      connector: attempts.connector,
    })
    .from(attemptSteps)
    .innerJoin(attempts, eq(attempts.attemptId, attemptSteps.attemptId))
    .where(eq(attemptSteps.processorKey, sql.placeholder("processorKey")))
    .prepare();
  const selectLinkByToken = orm
    .select()
    .from(links)
    .where(eq(links.tokenHash, sql.placeholder("tokenHash")))
    .prepare();

  const selectDestination = orm
    .select({ secret: payouts.destinationSecret })
    .from(payouts)
    .where(
      and(
        eq(payouts.payoutId, sql.placeholder("payoutId")),
        eq(payouts.merchantId, sql.placeholder("merchantId")),
      ),
    )
    .prepare();
  const setDestination = orm
    .update(payouts)
    .set({ destinationSecret: sql`${sql.placeholder("secret")}` })
    .where(eq(payouts.payoutId, sql.placeholder("payoutId")))
    .prepare();

  function idByReference(merchantId: string, merchantPayoutId: string): string | undefined {
    return selectIdByReference.get({ merchantId, merchantPayoutId })?.payoutId;
  }

  function keepRecords(aggregate: PayoutAggregate, { claim, close, audit }: ChangeOptions): void {
    const { merchantId, payoutId } = aggregate.payout;
    if (audit !== undefined) parts.appendAudit({ merchantId, subjectId: payoutId }, audit);
    if (claim) idempotency.insert(merchantId, claim, payoutId, null);
    if (close && (close.when?.(aggregate) ?? true)) {
      idempotency.close(merchantId, close.claim, encodeSnapshot(close.answer(aggregate)));
    }
  }

  return {
    create: (input: NewPayout) =>
      context.write(() => {
        const { aggregate, claim, link } = input;
        const { merchantId, payoutId, merchantPayoutId } = aggregate.payout;
        if (claim !== null) {
          const replay = idempotency.find(merchantId, claim);
          if (replay !== null) return replay;
        }
        if (merchantPayoutId !== null) {
          const taken = idByReference(merchantId, merchantPayoutId);
          if (taken !== undefined) return { kind: "duplicate" as const, payoutId: taken };
        }
        const stored = payoutTable.insert(aggregate, {
          destinationSecret:
            input.destination === null
              ? null
              : context.seal(input.destination, destinationBinding({ merchantId, payoutId })),
          stageFingerprint: input.stageFingerprint,
        });
        if (link !== null) parts.links.insert(link);
        if (claim !== null) {
          const answer = input.answer === null ? null : encodeSnapshot(input.answer(stored));
          idempotency.insert(merchantId, claim, payoutId, answer);
        }
        return { kind: "stored" as const, aggregate: stored };
      }, input.signal),

    change: (ref, options, decide) =>
      context.write((): Stored | Replay => {
        if (options.claim) {
          const replay = idempotency.find(ref.merchantId, options.claim);
          if (replay !== null) return replay;
        }
        const loaded = payoutTable.load(ref.merchantId, ref.payoutId);
        if (loaded === null) throw new ServiceError("PAYOUT_NOT_FOUND");
        const { aggregate } = loaded;
        if (options.lease !== undefined && aggregate.job?.lease?.token !== options.lease) {
          throw new LeaseLostError();
        }
        const stored = payoutTable.save(loaded, decide(aggregate));
        keepRecords(stored, options);
        return { kind: "stored", aggregate: stored };
      }, options.signal),

    find: (merchantId, by) =>
      context.read(() => {
        const payoutId =
          "payoutId" in by ? by.payoutId : idByReference(merchantId, by.merchantPayoutId);
        if (payoutId === undefined) return null;
        return payoutTable.load(merchantId, payoutId)?.aggregate ?? null;
      }),

    findByProcessorKey: (processorKey) =>
      context.read(() => selectByProcessorKey.get({ processorKey }) ?? null),

    findByReference: (place, reference, limit) =>
      context.read(() => parts.references.find(place, reference, limit)),

    stageFingerprint: ({ merchantId, payoutId }) =>
      context.read(() => payoutTable.load(merchantId, payoutId)?.row.stageFingerprint ?? null),

    list: (filter, page) => context.read(() => listPayouts(filter, page)),

    destination: (ref) =>
      context.read((): Destination | null => {
        const secret = selectDestination.get({ ...ref })?.secret;
        return secret ? context.open(secret, destinationBinding(ref)) : null;
      }),

    redeem: (input: Redemption) =>
      context.write((): Stored | { readonly kind: "wrong_code" } => {
        const { tokenHash, claimSecretHash, now } = input;
        const row = selectLinkByToken.get({ tokenHash });
        if (row === undefined) throw new ServiceError("LINK_NOT_FOUND");
        const state = claimableState(linkFromRow(row), now);
        if (state !== "ACTIVE")
          throw new ServiceError("LINK_STATE_CONFLICT", { metadata: { state } });
        if (row.claimCodeHash !== null && row.claimCodeHash !== input.claimCodeHash) {
          parts.links.countWrongCode(row.linkId);
          return { kind: "wrong_code" };
        }
        const link = parts.links.claim(tokenHash, claimSecretHash, now);
        if (link === null) throw new Error("a link changed under the unit that claims it");
        const loaded = payoutTable.load(link.merchantId, link.payoutId);
        if (loaded === null) throw new Error("a link without its payout");
        parts.recipients.insert(input.recipient);
        parts.accounts.insert(input.account);
        const destination = { method: input.account.method, person: input.recipient.person };
        setDestination.run({
          payoutId: link.payoutId,
          secret: context.seal(destination, destinationBinding(link)),
        });
        return {
          kind: "stored",
          aggregate: payoutTable.save(loaded, input.decide(loaded.aggregate)),
        };
      }),
  };
}

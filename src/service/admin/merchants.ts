import { type Merchant, NEW_MERCHANT } from "../../domain/access.ts";
import { decodeSnapshot } from "../../domain/snapshot.ts";
import type { Answer, Call, Caller } from "../call.ts";
import { listPage, type Paged, type PageRequest } from "../paging.ts";
import type { ServiceContext } from "../service-context.ts";
import { administered, reachOf, requireOperator } from "./reach.ts";

type Context = Pick<ServiceContext, "repository" | "clock" | "newId" | "hash">;

/** Makes a merchant, without keys. @throws ServiceError OPERATOR_REQUIRED */
export async function createMerchant(
  { repository, clock, newId }: Context,
  call: Call,
  { name, livemode }: { readonly name: string; readonly livemode: boolean },
): Promise<Answer<Merchant>> {
  requireOperator(call.caller);
  const createTime = clock.now();
  const merchantId = newId("merchant");
  const created = await repository.access.createMerchant({
    merchant: { merchantId, name, livemode, operator: false, createTime, ...NEW_MERCHANT },
    ...administered(call, "merchant.create"),
  });
  if (created.kind === "stored") return { value: created.merchant, replayed: false };
  if (created.answer === null) throw new Error("a creation's record is closed when it is made");
  return { value: decodeSnapshot<Merchant>(created.answer), replayed: true };
}

/** The merchants that the caller administers, newest first. */
export function listMerchants(
  { repository, hash }: Context,
  caller: Caller,
  request: PageRequest,
): Promise<Paged<Merchant>> {
  const reach = reachOf(caller);
  return listPage(
    hash,
    request,
    ["merchants", reach],
    (page) => repository.access.listMerchants(reach, page),
    ({ createTime, merchantId }) => ({ createTime, id: merchantId }),
  );
}

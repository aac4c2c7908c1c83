import { readFileSync } from "node:fs";
import type { DescMethod } from "@bufbuild/protobuf";
import { contractServices } from "../../../scripts/contract.ts";
import { RULES_PATH, readRules } from "../../../scripts/docs/rules.ts";

let documented: Promise<ReadonlyMap<string, ReadonlySet<string>>> | undefined;

/**
 * Fails when an operation has refused for a reason that the reference does not list for it. A service's log
 * has every call, on whatever face it came.
 */
export async function refusalsAreDocumented(logs: readonly string[]): Promise<void> {
  const refusals = await undocumentedRefusals(logs);
  if (refusals.length > 0) {
    throw new Error(`docs/rules/rules.md does not list these refusals: ${refusals.join(", ")}`);
  }
}

/** As "payout.v1.PayoutService/Void: ETAG_MISMATCH". */
async function undocumentedRefusals(logs: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const line of logs) {
    if (!/^\{.*\}\s*$/.test(line) || !line.includes('"reason"') || !line.includes('"rpc"'))
      continue;
    const { rpc, reason } = JSON.parse(line) as { readonly rpc?: string; readonly reason?: string };
    documented ??= readDocumented();
    const listed = (await documented).get(rpc ?? "");
    if (listed !== undefined && reason !== undefined && !listed.has(reason)) {
      found.add(`${rpc}: ${reason}`);
    }
  }
  return [...found].sort();
}

async function readDocumented(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const path = new URL(`../../../${RULES_PATH}`, import.meta.url);
  const { operations, reasons } = readRules(readFileSync(path, "utf8"));
  const by = (giver: string) =>
    [...reasons].filter(([, { givenBy }]) => givenBy === giver).map(([reason]) => reason);
  const groups = {
    call: by("every call"),
    mutation: by("every mutation"),
    list: by("every list"),
  };
  const entry = (method: DescMethod): readonly [string, ReadonlySet<string>] => {
    const own = operations.get(`${method.parent.name}.${method.name}`)?.errors ?? [];
    const isRead = method.idempotency === 1;
    const isList = method.input.fields.some(({ name }) => name === "page_token");
    const listed = [
      ...own.map(({ reason }) => reason),
      ...groups.call,
      ...(isRead ? [] : groups.mutation),
      ...(isList ? groups.list : []),
    ];
    return [`${method.parent.typeName}/${method.name}`, new Set(listed)];
  };
  const services = await contractServices();
  return new Map(services.flatMap(({ methods }) => methods.map(entry)));
}

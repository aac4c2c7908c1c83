import { ServiceError, validationFailed } from "../../domain/errors.ts";
import type { RoutingRule, RoutingRules } from "../../domain/routing.ts";
import { decodeSnapshot } from "../../domain/snapshot.ts";
import type { FieldViolation } from "../../domain/violation.ts";
import { limits } from "../../limits.ts";
import type { Answer, Call, Caller } from "../call.ts";
import { checkEtag } from "../etag.ts";
import { MerchantConnectors } from "../merchant-connectors.ts";
import type { ServiceContext } from "../service-context.ts";
import { compileCondition } from "./condition.ts";

/** Violations that one answer names at most: enough to mend rules, bounded all the same. */
const MAX_VIOLATIONS = 16;

export interface ReplaceRoutingRules {
  readonly rules: readonly RoutingRule[];
  /** Null: whatever they are now. */
  readonly etag: string | null;
}

/** The merchant's rules. */
export function getRoutingRules(
  { repository }: Pick<ServiceContext, "repository">,
  { merchantId }: Pick<Caller, "merchantId">,
): Promise<RoutingRules> {
  return repository.routing.rules(merchantId);
}

/**
 * Replaces all rules. Each is checked as far as that is possible without a payout, so that what is
 * stored can be evaluated.
 *
 * @throws ServiceError VALIDATION_FAILED, ETAG_MISMATCH
 */
export async function replaceRoutingRules(
  context: Pick<ServiceContext, "repository" | "connectors">,
  call: Pick<Call, "caller" | "claim" | "signal">,
  { rules, etag }: ReplaceRoutingRules,
): Promise<Answer<RoutingRules>> {
  const characters = rules.reduce((sum, { condition }) => sum + condition.length, 0);
  if (characters > limits.routing.conditionCharacters) {
    const message = "must have conditions of at most 32768 characters together";
    throw validationFailed([{ field: "rules", message }]);
  }
  const usable = await MerchantConnectors.of(context, call.caller);
  const violations = rules.flatMap((rule, index): FieldViolation[] => {
    const field = `rules[${index}]`;
    const compiled = compileCondition(rule.condition);
    const isTaken = rules.findIndex(({ name }) => name === rule.name) < index;
    const unknown = rule.connectors.findIndex((name) => usable.find(name) === undefined);
    return [
      ...(isTaken ? [{ field: `${field}.name`, message: "must be unique among the rules" }] : []),
      ...("message" in compiled
        ? [{ field: `${field}.condition`, message: compiled.message }]
        : []),
      ...(unknown === -1 ? [] : [{ field: `${field}.connectors[${unknown}]`, message: UNKNOWN }]),
    ];
  });
  if (violations.length > 0) throw validationFailed(violations.slice(0, MAX_VIOLATIONS));
  const replaced = await context.repository.routing.replace(
    call.caller.merchantId,
    call,
    (current) => {
      checkEtag(etag, current.version);
      return rules;
    },
  );
  if (replaced.kind === "stored") return { value: replaced.routingRules, replayed: false };
  if (replaced.answer === null) throw new ServiceError("INTERNAL");
  return { value: decodeSnapshot<RoutingRules>(replaced.answer), replayed: true };
}

const UNKNOWN = "must name a connector that there is; ListConnectors lists them";

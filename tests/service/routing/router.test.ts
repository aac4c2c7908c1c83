import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConnectorManifest } from "../../../src/connectors/connector.ts";
import type { RoutingRule } from "../../../src/domain/routing.ts";
import type { Call } from "../../../src/service/call.ts";
import { type CreateLink, createLink } from "../../../src/service/create-link.ts";
import { type CreatePayout, createPayout } from "../../../src/service/create-payout.ts";
import { redeemLink } from "../../../src/service/redeem-link.ts";
import type { RoutingFacts } from "../../../src/service/routing/condition.ts";
import {
  type PreviewRouting,
  previewRouting,
} from "../../../src/service/routing/preview-routing.ts";
import type { RouteRequest } from "../../../src/service/routing/router.ts";
import { replaceRoutingRules } from "../../../src/service/routing/rules.ts";
import { stagePayout } from "../../../src/service/stage-payout.ts";
import { transferPayout } from "../../../src/service/transfer-payout.ts";
import { Bench } from "../../engine/bench.ts";
import { settle } from "../../engine/fake-clock.ts";
import { error, ProcessorDouble } from "../../engine/processor-double.ts";
import { serviceContextOf } from "../service-context-of.ts";

const NAMES = ["alpha", "beta", "gamma"];

/** A service with the connectors double, alpha, beta and gamma. */
async function open(manifests: Readonly<Record<string, Partial<ConnectorManifest>>> = {}) {
  const bench = await Bench.open();
  const after = () => Promise.resolve();
  for (const name of NAMES) {
    bench.others.push(new ProcessorDouble({ after, manifest: { name, ...manifests[name] } }));
  }
  const process = bench.process();
  const context = serviceContextOf(process);
  const { merchantId } = bench.world;
  const caller = { merchantId, livemode: false, operator: false, keyId: "key", scopes: [] };
  const call = (key: string | null = null): Call => ({
    caller,
    claim: key === null ? null : { method: "PayoutService.Create", key, fingerprint: key },
    fingerprint: "",
    answerBy: bench.clock.time,
    signal: new AbortController().signal,
  });
  const replace = (rules: readonly RoutingRule[], etag: string | null = null) =>
    replaceRoutingRules(context, call(), { rules, etag });
  return { bench, process, context, caller, call, replace };
}

const rule = (name: string, condition: string, ...connectors: string[]): RoutingRule => ({
  name,
  condition,
  connectors,
});

const FACTS: RoutingFacts = {
  amount: { minorAmount: 5000n, currency: "USD" },
  destinationCurrency: "USD",
  method: "paypal",
  country: null,
  priority: null,
  metadata: {},
};
const ASKED: RouteRequest = { connector: null, operations: ["CREATE"], methods: [], facts: FACTS };

const CREATE: CreatePayout = {
  merchantPayoutId: null,
  amount: FACTS.amount,
  destinationCurrency: null,
  connector: null,
  priority: null,
  description: "",
  metadata: {},
  fulfillment: "AUTOMATIC",
  destination: {
    kind: "inline",
    method: { kind: "paypal", email: "jane@example.com" },
    person: undefined,
  },
};

describe("the router", () => {
  it("takes every connector that can, by name, where there are no rules", async () => {
    const { context, caller } = await open({
      alpha: { currencies: ["EUR"] },
      beta: { methods: ["ach"] },
    });
    expect(await context.router.decide(caller, { ...ASKED, methods: ["paypal"] })).toEqual({
      basis: "DEFAULT",
      rule: "",
      unevaluated: [],
      candidates: [
        { connector: "alpha", verdict: "UNSUPPORTED", why: "CURRENCY_UNSUPPORTED" },
        { connector: "beta", verdict: "UNSUPPORTED", why: "METHOD_UNSUPPORTED" },
        { connector: "double", verdict: "CHOSEN", why: "" },
        { connector: "gamma", verdict: "NEXT", why: "" },
      ],
    });
  });

  it("takes the first rule that holds, and says which could not be evaluated", async () => {
    const { context, caller, replace } = await open();
    await replace([
      rule("vip", 'metadata.tier == "gold"', "alpha"),
      rule("large", "amount > 5000", "alpha"),
      rule("usd", 'currency == "USD"', "gamma", "beta"),
      rule("rest", "", "double"),
    ]);
    expect(await context.router.decide(caller, ASKED)).toEqual({
      basis: "RULE",
      rule: "usd",
      unevaluated: ["vip"],
      candidates: [
        { connector: "gamma", verdict: "CHOSEN", why: "" },
        { connector: "beta", verdict: "NEXT", why: "" },
      ],
    });
  });

  it("takes the connector that the caller names, and no other", async () => {
    const { context, caller, replace } = await open();
    await replace([rule("rest", "", "double")]);
    const named = { ...ASKED, connector: "beta" };
    expect(await context.router.decide(caller, named)).toMatchObject({
      basis: "CALLER",
      candidates: [{ connector: "beta", verdict: "CHOSEN" }],
    });
    const unknown = { ...ASKED, connector: "delta" };
    await expect(context.router.decide(caller, unknown)).rejects.toMatchObject({
      violations: [{ field: "connector" }],
    });
  });

  it("refuses what no candidate of the rule can do: the next rule is not asked", async () => {
    const { context, caller, replace } = await open({ alpha: { methods: ["ach"] } });
    await replace([rule("only", "", "alpha"), rule("rest", "", "double")]);
    await expect(
      context.router.choose(caller, { ...ASKED, methods: ["paypal"] }),
    ).rejects.toMatchObject({
      reason: "CONNECTOR_UNSUPPORTED",
      metadata: { connector: "alpha", lacking: "method" },
    });
  });

  it("keeps merchants apart", async () => {
    const { bench, context, replace } = await open();
    await replace([rule("mine", "", "gamma")]);
    const stranger = { merchantId: bench.world.strangerId, livemode: false };
    expect((await context.router.decide(stranger, ASKED)).basis).toBe("DEFAULT");
  });

  it("law: the first rule that holds wins, and deciding never throws", async () => {
    const { context, caller, replace } = await open();
    const condition = fc.oneof(
      fc.integer({ min: 0, max: 10 }).map((n) => ({
        text: `amount > ${n}`,
        holds: (amount: bigint) => amount > BigInt(n),
      })),
      fc.constant({ text: "metadata.none == 'x'", holds: () => false }),
      fc.constant({ text: "1 / (amount - 5) == 7", holds: () => false }),
      fc.constant({ text: "", holds: () => true }),
      fc.constant({ text: "currency == 'EUR'", holds: () => false }),
    );
    const property = fc.asyncProperty(
      fc.array(fc.tuple(condition, fc.subarray(NAMES, { minLength: 1 })), { maxLength: 8 }),
      fc.bigInt({ min: 1n, max: 12n }),
      async (conditions, minorAmount) => {
        await replace(
          conditions.map(([{ text }, names], index) => rule(`r${index}`, text, ...names)),
        );
        const facts = { ...FACTS, amount: { minorAmount, currency: "USD" } };
        const routing = await context.router.decide(caller, { ...ASKED, facts });
        const first = conditions.findIndex(([{ holds }]) => holds(minorAmount));
        expect(routing.rule).toBe(first === -1 ? "" : `r${first}`);
        const expected = conditions[first]?.[1] ?? ["alpha", "beta", "double", "gamma"];
        expect(routing.candidates.map(({ connector }) => connector)).toEqual(expected);
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});

describe("routing rules", () => {
  it("are refused with what is wrong, where", async () => {
    const { replace, context, caller } = await open();
    await expect(
      replace([
        rule("a", "amount > 1", "alpha"),
        rule("a", "amount >", "alpha"),
        rule("b", "amount", "alpha", "nowhere"),
      ]),
    ).rejects.toMatchObject({
      reason: "VALIDATION_FAILED",
      violations: [
        { field: "rules[1].name", message: "must be unique among the rules" },
        {
          field: "rules[1].condition",
          message: "must be a CEL expression; it cannot be read (at line 1, column 8)",
        },
        {
          field: "rules[2].condition",
          message: "must be true or false (at line 1, column 1)",
        },
        { field: "rules[2].connectors[1]" },
      ],
    });
    const long = Array.from({ length: 20 }, (_unused, index) =>
      rule(`r${index}`, `amount > 1${" ".repeat(1900)}`, "alpha"),
    );
    await expect(replace(long)).rejects.toMatchObject({ violations: [{ field: "rules" }] });
    expect(await context.repository.routing.rules(caller.merchantId)).toMatchObject({
      rules: [],
      version: 0,
      updateTime: null,
    });
  });

  it("are replaced as a whole, and only as they were seen", async () => {
    const { replace } = await open();
    const first = await replace([rule("a", "", "alpha")], "v0");
    expect(first.value).toMatchObject({ version: 1, rules: [{ name: "a" }] });
    await expect(replace([], "v0")).rejects.toMatchObject({ reason: "ETAG_MISMATCH" });
    expect((await replace([], "v1")).value).toMatchObject({ version: 2, rules: [] });
  });
});

describe("a payout that is routed", () => {
  it("goes where the preview said", async () => {
    const { bench, context, caller, call, replace } = await open({ beta: { methods: ["ach"] } });
    await replace([
      rule("vip", 'metadata.tier == "gold" && has(metadata.tier)', "beta", "gamma", "alpha"),
      rule("fast", 'priority == "INSTANT" && method == "paypal"', "beta"),
      rule("small", "amount < 100", "double"),
    ]);
    const cases: readonly Partial<CreatePayout>[] = [
      {},
      { metadata: { tier: "gold" } },
      { metadata: { tier: "silver" } },
      { amount: { minorAmount: 99n, currency: "USD" } },
      { priority: "INSTANT" },
      { connector: "gamma", metadata: { tier: "gold" } },
    ];
    for (const changes of cases) {
      const request = { ...CREATE, ...changes };
      const asked: PreviewRouting = { ...request, method: "paypal", country: null };
      const preview = await previewRouting(context, caller, asked);
      const chosen = preview.candidates.find(({ verdict }) => verdict === "CHOSEN");
      if (chosen === undefined) {
        await expect(createPayout(context, call(), request)).rejects.toMatchObject({
          reason: "CONNECTOR_UNSUPPORTED",
        });
        continue;
      }
      const { value } = await createPayout(context, call(), request);
      const stored = await bench.stored(value);
      expect(stored.payout.routing).toEqual(preview);
      expect(stored.payout.connector).toBe(chosen.connector);
      const [created] = await bench.world.eventsOf(value.payoutId);
      expect(created?.resource).toMatchObject({ payout: { routing: preview } });
    }
  });

  it("is answered as before when its call is repeated under other rules", async () => {
    const { context, call, replace } = await open({ beta: { methods: ["ach"] } });
    const first = await createPayout(context, call("k"), CREATE);
    await settle();
    await replace([rule("none", "", "beta")]);
    const again = await createPayout(context, call("k"), CREATE);
    expect(again).toMatchObject({ replayed: true, value: { payoutId: first.value.payoutId } });
  });

  it("was staged, keeps its candidates, and falls back when it is transferred", async () => {
    const { bench, process, context, call, replace } = await open();
    await replace([rule("two", "", "gamma", "alpha")]);
    const { value: staged } = await stagePayout(context, call(), CREATE);
    expect(staged).toMatchObject({ status: "REQUIRES_CONFIRMATION", connector: "gamma" });
    await replace([rule("other", "", "double")]);
    const refusal = { kind: "rejected", error: error("INSUFFICIENT_FUNDS") } as const;
    bench.others[2]?.script.push({ accepts: false, reply: refusal });
    await transferPayout(context, call(), { payoutId: staged.payoutId, etag: null, note: "" });
    await settle();
    const { payout } = await bench.finish(staged, process);
    expect(payout).toMatchObject({ status: "SUCCESS", connector: "alpha" });
    expect(payout.routing).toMatchObject({
      rule: "two",
      candidates: [
        { connector: "gamma", verdict: "REFUSED", why: "INSUFFICIENT_FUNDS" },
        { connector: "alpha", verdict: "CHOSEN" },
      ],
    });
  });

  it("came by a link, and is routed by what the recipient gave", async () => {
    const { context, call, replace } = await open();
    await replace([
      rule("by-method", 'method == "paypal"', "gamma"),
      rule("unknown", 'method == ""', "alpha"),
    ]);
    const link: CreateLink = {
      ...CREATE,
      allowedMethods: [],
      expireTime: null,
      ttl: null,
      returnUrl: "",
      allowedOrigins: [],
      recipient: null,
      locale: "",
      claimCode: null,
      host: "SERVICE",
    };
    const redeem = (url: string) =>
      redeemLink(context, {
        token: url.slice(url.lastIndexOf("/") + 1),
        address: "127.0.0.1",
        claimCode: "",
        method: { kind: "paypal", email: "jane@example.com" },
        person: { type: "INDIVIDUAL", individual: { givenName: "Jane", familyName: "Doe" } },
      });
    const routed = await createLink(context, call(), link);
    expect(routed.value.payout).toMatchObject({ connector: "alpha" });
    expect((await redeem(routed.value.url)).payout).toMatchObject({
      connector: "gamma",
      routing: { rule: "by-method" },
    });
    const named = await createLink(context, call(), { ...link, connector: "beta" });
    expect((await redeem(named.value.url)).payout).toMatchObject({
      connector: "beta",
      routing: { basis: "CALLER" },
    });
  });
});

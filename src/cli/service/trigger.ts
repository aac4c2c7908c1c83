import { randomUUID } from "node:crypto";
import { type Payout, Payout_Status } from "../../../gen/payout/v1/payout_pb.js";
import { SCENARIOS } from "../../sandbox-processor/scenarios.ts";
import { type Commands, readArguments, type ServiceTools, UsageError } from "../command.ts";
import { lineOf } from "./payouts.ts";

/** Ends that no scenario brings about by itself, but the service's own calls do. */
const BY_CALLS: Readonly<Record<string, (tools: ServiceTools) => Promise<string>>> = {
  cancelled: async (tools) => {
    const payoutId = await create(tools, "manual");
    await tools.service.payouts.void({ payoutId, reason: "payout trigger" }, options(tools));
    return payoutId;
  },
  expired: async ({ service, signal }) => {
    const { payout } = await service.payouts.createLink(
      { amount: AMOUNT, ttl: { seconds: 1n } },
      { headers: { "idempotency-key": randomUUID() }, signal },
    );
    return payout?.payoutId ?? "";
  },
};

const AMOUNT = { minorAmount: 1050n, currency: "USD" };

export const triggerCommands: Commands = {
  trigger: {
    needs: "service",
    usage: "SCENARIO",
    about: `makes a payout that ends as the sandbox's scenario says, and waits for its end: ${names().join(", ")}`,
    prepare: (args) => {
      const { positionals } = readArguments(args, {}, 1);
      const [name = ""] = positionals;
      if (!names().includes(name))
        throw new UsageError(`SCENARIO must be of ${names().join(", ")}`);
      return async (tools) => {
        const payoutId = await (BY_CALLS[name]?.(tools) ?? create(tools, name));
        const payout = await settled(tools, payoutId, endOf(name));
        tools.write(lineOf(payout));
        return 0;
      };
    },
  },
};

function names(): readonly string[] {
  return [...SCENARIOS.map(({ name }) => name), ...Object.keys(BY_CALLS)];
}

/** In which status the scenario ends. */
function endOf(name: string): Payout_Status | null {
  const course = SCENARIOS.find((each) => each.name === name)?.course;
  if (course === "manual") return Payout_Status.PENDING;
  return course === "settle_then_return" ? Payout_Status.REVERSED : null;
}

async function create(tools: ServiceTools, scenario: string): Promise<string> {
  const { payout } = await tools.service.payouts.create(
    {
      amount: AMOUNT,
      connector: "sandbox",
      payoutMethodData: { method: { case: "venmo", value: { phone: "+12025550123" } } },
      description: "payout trigger",
      metadata: { sandbox_scenario: scenario },
    },
    options(tools),
  );
  return payout?.payoutId ?? "";
}

function options({ signal }: ServiceTools) {
  return { headers: { "idempotency-key": randomUUID() }, signal };
}

/** Waits for the payout's end, and tells each status on the way. */
async function settled(
  { service, signal, tell }: ServiceTools,
  payoutId: string,
  end: Payout_Status | null,
): Promise<Payout> {
  let seen: Payout_Status | null = null;
  for (;;) {
    const { payout } = await service.payouts.get({ payoutId }, { signal });
    if (payout === undefined) throw new Error("the service answered without a payout");
    if (payout.status !== seen) tell(`${payoutId} ${Payout_Status[payout.status]}`);
    seen = payout.status;
    if (end === null ? ENDS.has(payout.status) : payout.status === end) return payout;
    if (end !== null && ENDS.has(payout.status) && payout.status !== Payout_Status.SUCCESS) {
      return payout;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** How often a payout is asked for (milliseconds). */
const POLL_MS = 200;

const ENDS: ReadonlySet<Payout_Status> = new Set([
  Payout_Status.SUCCESS,
  Payout_Status.FAILED,
  Payout_Status.CANCELLED,
  Payout_Status.EXPIRED,
  Payout_Status.REVERSED,
  Payout_Status.INELIGIBLE,
]);

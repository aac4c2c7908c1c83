import { createConnector } from "../../../src/connectors/itau/index.ts";
import type { ItauFake } from "../../processors/itau/fake.ts";
import type { Kit } from "../kit/check.ts";
import { Course } from "../kit/course.ts";
import { onStage, type Stage } from "../kit/stage.ts";
import type { Order } from "../kit/subject.ts";
import { subject } from "./subject.ts";

export const TOKEN = "/api/oauth/token";
export const TRANSFERS = "/sispag/v1/transferencias";

const kit: Kit = { name: "itau", create: createConnector, subject };

/** The connector with an account at a fake of its own; no secret may have been said when it is over. */
export function onItau(act: (stage: Stage, fake: ItauFake) => Promise<void>): Promise<void> {
  return onStage(kit, (stage) => {
    const { fake } = stage.processor as typeof stage.processor & { readonly fake: ItauFake };
    return act(stage, fake);
  });
}

/** Calls the step that pays, for an order that differs in this from the usual one. */
export async function pay(stage: Stage, changes: Partial<Order> = {}, description?: string) {
  const course = Course.of(stage, stage.keep({ ...(await stage.order()), ...changes }));
  if (description !== undefined) Object.assign(course.payout, { description });
  return { outcome: await course.call("pay"), payoutId: course.payout.payoutId };
}

/** What the last transfer was asked for with. */
export function lastBody({ http }: Stage): Readonly<Record<string, unknown>> {
  const last = http.requestsTo("POST", TRANSFERS).at(-1);
  return last?.body as Readonly<Record<string, unknown>>;
}

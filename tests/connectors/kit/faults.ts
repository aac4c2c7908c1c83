import { effectHappened, type Fault } from "../../processors/support/faults.ts";
import { demand, print } from "./check.ts";
import { isBad } from "./course.ts";
import type { MadeCall, Stage } from "./stage.ts";
import type { StepRequest } from "./subject.ts";

/** What a processor asks callers to wait that come too often (seconds). */
const RETRY_AFTER_S = 7;

/** Faults at one request of several. */
const ON_THE_WAY: readonly Fault[] = [
  { kind: "reset-before-read" },
  { kind: "status-500-before-act" },
  { kind: "stall-before-act" },
  { kind: "rate-limited", retryAfterSeconds: RETRY_AFTER_S },
  { kind: "reset-after-read" },
  { kind: "half-headers" },
  { kind: "half-body" },
  { kind: "stall" },
  { kind: "status-503-after-act" },
  { kind: "unparseable-2xx" },
  { kind: "empty-2xx" },
];

/** Faults that any request can meet, also one that only asks. */
export const ANY_REQUEST_FAULTS = ON_THE_WAY;

/** Faults of the connection, which only the first request of a call meets. */
const AT_THE_DOOR: readonly Fault[] = [{ kind: "refuse" }, { kind: "drop-at-accept" }];

/** A fault at one request of a call. */
export interface Mishap {
  readonly request: StepRequest;
  readonly fault: Fault;
}

/** Every fault at every request of a call. */
export function mishapsOf(requests: readonly StepRequest[]): readonly Mishap[] {
  return requests.flatMap((request, index) =>
    [...(index === 0 ? AT_THE_DOOR : []), ...ON_THE_WAY].map((fault) => ({ request, fault })),
  );
}

export function nameOf({ request, fault }: Mishap): string {
  return `${fault.kind} at ${request.method} ${request.path}`;
}

/** Makes it happen at the next call of a name; the port is opened again after it. */
export function prepare(stage: Stage, name: string, { request, fault }: Mishap): void {
  const { faults } = stage.http;
  const isDoor = AT_THE_DOOR.some(({ kind }) => kind === fault.kind);
  if (!isDoor) {
    const { method, path } = request;
    const isWanted = () => stage.current === name;
    faults.next({ method, path, when: isWanted }, fault);
    return;
  }
  let armed = false;
  stage.before = async (label) => {
    if (armed || label !== name) return;
    armed = true;
    faults.next({}, fault);
    // A port that closes takes a moment until it surely refuses.
    if (fault.kind === "refuse") await stage.http.closePort();
  };
  stage.after = async () => {
    if (fault.kind === "refuse") await stage.http.openPort();
  };
}

/** The call that the fault hit. */
export function hitCall(stage: Stage, name: string, { fault, request }: Mishap): MadeCall {
  const called = stage.calls.filter((each) => (each.step ?? each.name) === name && isOf(each));
  const isHit = ({ requests: [from, to] }: MadeCall) =>
    stage.http.requests.slice(from, to).some((each) => each.fault === fault.kind);
  const isDoor = AT_THE_DOOR.some(({ kind }) => kind === fault.kind);
  const hit = isDoor ? called[0] : called.find(isHit);
  demand(hit, `${name} never sends ${request.method} ${request.path}: are "requests" right?`);
  return hit;
}

/** A look-up of a step is no call of it. */
function isOf({ name }: MadeCall): boolean {
  return !name.startsWith("lookup");
}

/** Whether a call that a fault hit tells the truth. @throws Problem */
export function judge(stage: Stage, name: string, mishap: Mishap): void {
  const { fault, request } = mishap;
  const call = hitCall(stage, name, mishap);
  const { kind } = call.outcome;
  const said = `it says ${print(call.outcome)}`;
  if (isRefusedAnyway(stage, call, mishap)) return;
  demand(kind !== "rejected" && kind !== "refused", `this is no refusal, but ${said}`);
  if (kind === "accepted" || kind === "done" || kind === "requested") {
    const { status = "" } = (call.outcome["value"] ?? {}) as { readonly status?: string };
    // A step that takes another back ends well as CANCELLED.
    const isUndone = status === "CANCELLED" && stage.undoing.has(name);
    demand(!isBad(status) || isUndone, `this is no bad end, but ${said}`);
    // Half of no body is all of it.
    const isKnown = request.bodiless === true && /-2xx$|^half-body$/.test(fault.kind);
    demand(
      !request.acts || isKnown || hasAskedSince(stage, call, mishap),
      `the reply was lost, but ${said} (a reply that has no body at all: "bodiless" in requests)`,
    );
    return;
  }
  if (fault.kind === "refuse") {
    demand(kind === "not_sent", `nothing was sent, but ${said}`);
    return;
  }
  if (!request.acts) return;
  if (fault.kind === "rate-limited") {
    // What an earlier request of the call has done stays done.
    if (kind === "unknown" && hasActedBefore(stage, name, request)) return;
    const { later } = call.outcome as { readonly later?: { readonly afterMs?: number } };
    demand(kind === "not_sent", `the processor did nothing and says so, but ${said}`);
    demand(
      later?.afterMs === RETRY_AFTER_S * 1000,
      `Retry-After: ${RETRY_AFTER_S} should be later.afterMs, but ${said}`,
    );
    return;
  }
  if (fault.kind === "drop-at-accept") return;
  const happened = effectHappened[fault.kind] ? "has acted" : "may have acted";
  demand(kind === "unknown", `the processor ${happened}, but ${said}`);
}

/** A reply that is no success stays none when its body is lost. */
function isRefusedAnyway({ http }: Stage, { requests: [from, to] }: MadeCall, { fault }: Mishap) {
  const hit = http.requests.slice(from, to).find((each) => each.fault === fault.kind);
  return /-2xx$/.test(fault.kind) && (hit?.replied ?? 0) >= 400;
}

function hasActedBefore({ kit }: Stage, name: string, request: StepRequest): boolean {
  const requests = kit.subject.requests[name] ?? [];
  return requests.slice(0, requests.indexOf(request)).some(({ acts }) => acts);
}

/** Whether the call has asked the processor how it stands, after the reply was lost, and heard. */
function hasAskedSince(
  { http }: Stage,
  { requests: [from, to] }: MadeCall,
  { fault }: Mishap,
): boolean {
  const sent = http.requests.slice(from, to);
  const hit = sent.findIndex((each) => each.fault === fault.kind);
  return sent.slice(hit + 1).some(({ replied }) => replied !== undefined && replied < 300);
}

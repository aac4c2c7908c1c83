import type { JsonReply } from "../toolkit/json-reply.ts";

/** What is known of whether money that has left has arrived. Times in milliseconds. */
export interface Arrival {
  /** The receiving bank has said so. */
  readonly isConfirmed: boolean;
  /** The processor's own people look at it. */
  readonly isInReview: boolean;
  /** When it should be there; undefined where nobody says. */
  readonly estimate: number | undefined;
  /** When it left; undefined where the transfer does not say. */
  readonly leftAt: number | undefined;
}

/**
 * How long a transfer takes at most whose arrival nobody confirms or estimates: banks are given a week,
 * weekend included (milliseconds). What comes back later is told as returned, and counts then.
 */
const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;

export function readArrival(json: JsonReply): Arrival {
  const latest = json.at("tracking");
  const events = json.list("events");
  const trackings = [...events.map((event) => event.at("trackingData")), latest];
  const estimates = [...events, ...trackings].map((each) => each.text("estimatedArrivalTime"));
  const booked = events.find((event) => event.text("status") === "booked");
  return {
    isConfirmed: trackings.some(
      (each) => each.text("type") === "confirmation" && each.text("status") === "credited",
    ),
    isInReview: latest.text("type") === "internalReview",
    estimate: lastTime(estimates),
    leftAt: lastTime([json.text("createdAt"), booked?.text("bookingDate")]),
  };
}

/** Whether money that has left the balance account counts as arrived. */
export function hasArrived(
  { isConfirmed, isInReview, estimate, leftAt }: Arrival,
  { now, settlesWhenBooked }: { readonly now: number; readonly settlesWhenBooked: boolean },
): boolean {
  if (isConfirmed) return true;
  if (isInReview) return false;
  if (settlesWhenBooked) return true;
  const expected = estimate ?? (leftAt === undefined ? undefined : leftAt + LONGEST_MS);
  return expected !== undefined && now >= expected;
}

/** The last of the texts that is a time. */
function lastTime(texts: readonly (string | undefined)[]): number | undefined {
  return texts.map((text) => Date.parse(text ?? "")).findLast(Number.isFinite);
}

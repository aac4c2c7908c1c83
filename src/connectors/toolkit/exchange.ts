import type { PayoutError } from "../../domain/payout.ts";
import { notSent, outcomeUnknown } from "./errors.ts";
import { type HttpClient, HttpFailure, type HttpReply, type HttpRequest } from "./http-client.ts";
import { JsonReply } from "./json-reply.ts";

/** A reply of the processor, whatever its status; `json` is empty where the body is none. */
export interface Replied {
  readonly kind: "replied";
  readonly reply: HttpReply;
  readonly json: JsonReply;
}

/** There was no reply: surely nothing happened, or nobody knows. */
export interface NoReply {
  readonly kind: "not_sent" | "unknown";
  readonly error: PayoutError;
}

/** Makes one call. Never throws for what the network or the processor does. */
export async function exchange(
  client: HttpClient,
  request: HttpRequest,
): Promise<Replied | NoReply> {
  try {
    const reply = await client.send(request);
    return { kind: "replied", reply, json: JsonReply.parse(reply.body) ?? JsonReply.EMPTY };
  } catch (error) {
    const sent = !(error instanceof HttpFailure) || error.sent;
    return sent
      ? { kind: "unknown", error: outcomeUnknown() }
      : { kind: "not_sent", error: notSent() };
  }
}

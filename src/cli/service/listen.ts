import { toJsonString } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { Webhook } from "standardwebhooks";
import { type Event, EventSchema } from "../../../gen/payout/v1/event_pb.js";
import { sleep } from "../../clock.ts";
import { type Commands, readArguments, type ServiceTools, UsageError } from "../command.ts";

/** Between tries to open the stream again (milliseconds). */
const AGAIN = { firstMs: 500, maxMs: 15_000 } as const;
/** Heartbeats come every fifteen seconds: a stream that is silent for longer is dead (milliseconds). */
const SILENT_MS = 45_000;
/** A local receiver that takes longer has hung (milliseconds). */
const FORWARD_MS = 15_000;

export const listenCommands: Commands = {
  listen: {
    needs: "service",
    usage: "[--forward URL [--secret SECRET]] [--types A,B] [--after EVENT_ID]",
    about:
      "prints events as they happen, and sends them on as webhooks are sent: signed, to a URL of yours",
    prepare: (args) => {
      const { values } = readArguments(args, {
        forward: { type: "string" },
        secret: { type: "string" },
        types: { type: "string", default: "" },
        after: { type: "string", default: "" },
      });
      const { forward, after } = values;
      if (forward !== undefined && !URL.canParse(forward)) {
        throw new UsageError("--forward must be a URL, such as http://127.0.0.1:3000/webhooks");
      }
      const type = values.types.split(",").filter((name) => name !== "");
      const secret = values.secret ?? newSecret();
      const signer = signerOf(secret);
      return async (tools) => {
        if (forward !== undefined) tools.tell(`sent on to ${forward}, signed with ${secret}`);
        for await (const event of everyEvent(tools, { type, afterEventId: after })) {
          const sent = forward === undefined ? "" : await send(tools, signer, forward, event);
          tools.write(`${lineOf(event)}${sent}`);
        }
        return 0;
      };
    },
  },
};

function newSecret(): string {
  return `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;
}

function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new UsageError("--secret must be whsec_ and base64, as webhook endpoints have it");
  }
}

/** Every event from now on, or after one, over as many streams as it takes: none is lost in between. */
async function* everyEvent(
  { service, signal, tell, clock }: ServiceTools,
  filter: { readonly type: string[]; readonly afterEventId: string },
): AsyncGenerator<Event, void, void> {
  let { afterEventId } = filter;
  let pauseMs: number = AGAIN.firstMs;
  while (!signal.aborted) {
    const silent = new AbortController();
    let cancel = clock.after(SILENT_MS, () => silent.abort());
    try {
      const either = AbortSignal.any([signal, silent.signal]);
      for await (const { event } of service.payouts.watch(
        { ...filter, afterEventId },
        { signal: either },
      )) {
        cancel();
        cancel = clock.after(SILENT_MS, () => silent.abort());
        pauseMs = AGAIN.firstMs;
        if (event === undefined) continue;
        afterEventId = event.eventId;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ConnectError && FATAL.has(error.code)) throw error;
      tell(`the stream broke: ${ConnectError.from(error).rawMessage}; opening another`);
    } finally {
      cancel();
    }
    await sleep(clock, pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, AGAIN.maxMs);
  }
}

/** Trying again changes nothing. */
const FATAL: ReadonlySet<Code> = new Set([
  Code.Unauthenticated,
  Code.PermissionDenied,
  Code.InvalidArgument,
  Code.NotFound,
]);

/** Sends an event as a webhook is sent, once, and says in words how it was taken. */
async function send(
  { clock }: ServiceTools,
  signer: Webhook,
  url: string,
  event: Event,
): Promise<string> {
  const body = toJsonString(EventSchema, event, { alwaysEmitImplicit: true });
  const time = new Date(clock.now());
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": event.eventId,
        "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
        "webhook-signature": signer.sign(event.eventId, time, body),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(FORWARD_MS),
    });
    await answer.body?.cancel();
    return ` -> ${answer.status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return ` -> not taken: ${cause instanceof Error ? cause.message : message}`;
  }
}

function lineOf({ type, createTime, eventId, sequence, data }: Event): string {
  const { resource } = data ?? {};
  const object = resource?.value as Record<string, unknown> | undefined;
  const id = ["payoutId", "disburseAccountId", "recipientId", "linkId", "endpointId"]
    .map((name) => object?.[name])
    .find((each) => typeof each === "string" && each !== "");
  const time = createTime === undefined ? "" : timestampDate(createTime).toISOString();
  return `${time} ${type.padEnd(24)} ${String(id ?? "")} #${sequence} ${eventId}`;
}

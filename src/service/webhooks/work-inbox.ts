import { pauseMs } from "../../engine/decisions/pause.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { limits } from "../../limits.ts";
import type { ClaimedInboxEntry, InboxEnd, InboxEntry } from "../../repository/inbox.ts";
import { applyEvent } from "./apply-event.ts";
import type { InboxContent } from "./inbox-content.ts";

/**
 * Applies a claimed entry of the inbox and records what came of it. What fails for a fault of ours is
 * tried again like what came too early. Never rejects: an entry of which nothing could be recorded is
 * claimed again when its lease has run out.
 */
export async function workInboxEntry(
  context: EngineContext,
  { inboxId, merchantId, token }: ClaimedInboxEntry,
): Promise<void> {
  const { inbox } = context.repository;
  const { log } = context;
  try {
    const entry = await inbox.find({ merchantId, inboxId });
    if (entry === null) return;
    await inbox.finish(inboxId, token, await endOf(context, entry));
  } catch (error) {
    log.error({ err: error, inbox: inboxId }, "what came of a processor's event was not recorded");
  }
}

async function endOf(context: EngineContext, entry: InboxEntry): Promise<InboxEnd> {
  const { log } = context;
  const of = { inbox: entry.inboxId, connector_account: entry.connectorAccountId };
  try {
    const content = entry.content as InboxContent;
    const end =
      content.kind === "event" ? await applyEvent(context, entry, content.event) : "nothing";
    switch (end) {
      case "applied":
        return { state: "APPLIED" };
      case "nothing":
        return { state: "IGNORED" };
      case "unknown":
        return again(context, entry, () => {
          log.info(of, "a processor's event was about nothing that is here");
          return { state: "IGNORED" };
        });
      case "later":
        return again(context, entry, () => {
          log.warn(of, "a processor's event could not be looked into for a day");
          return { state: "REVIEW" };
        });
    }
  } catch (error) {
    log.error({ err: error, ...of }, "a processor's event could not be applied");
    return again(context, entry, () => ({ state: "REVIEW" }));
  }
}

/** Tried again, until it has been for so long that it is given up. */
function again(
  { clock, chance }: EngineContext,
  { tries, receiveTime }: InboxEntry,
  givenUp: () => InboxEnd,
): InboxEnd {
  const now = clock.now();
  const { retry, giveUpMs } = limits.webhooks;
  if (now - receiveTime >= giveUpMs) return givenUp();
  return { state: "WAITING", nextTime: now + pauseMs(retry, tries, chance()) };
}

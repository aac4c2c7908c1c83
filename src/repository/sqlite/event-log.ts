import type { Resource } from "../../domain/event.ts";
import type { SqliteContext } from "./context.ts";
import { prepareInsert } from "./statements.ts";

interface NewEvent {
  readonly merchantId: string;
  readonly type: string;
  readonly objectId: string;
  readonly sequence: number;
  readonly previousStatus: string;
  readonly resource: Resource;
  readonly livemode: boolean;
}

/** Appends events; only ever called inside the unit that makes the change. */
export type AppendEvent = (event: NewEvent) => void;

export function createEventLog(context: SqliteContext): AppendEvent {
  const { events } = context.tables;
  const insert = prepareInsert(context, events, "position");
  return (event) => {
    insert({
      ...event,
      eventId: context.newId("event"),
      createTime: context.now(),
    });
  };
}

import { PAYOUT_EVENT_TYPES } from "../../../src/domain/event.ts";
import { EVENT_TYPES } from "../../../src/domain/event-type.ts";
import { DocsFault } from "../fault.ts";
import { responseTable } from "../fields.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, moveLinks, table } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { RULES_PATH } from "../rules.ts";
import { EVENTS } from "../where.ts";

/** Every type of event, and what an event holds. */
export function eventsPage(model: Model): readonly [string, string] {
  const { contract, rules } = model;
  const message = (name: string) => {
    const found = contract.files
      .flatMap((file) => contract.messagesIn(file))
      .find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no message ${name}`);
    return responseTable(contract, found, EVENTS);
  };
  for (const [type, { line }] of rules.eventTypes) {
    if (!EVENT_TYPES.has(type))
      throw new DocsFault([`${RULES_PATH}:${line}: there is no event type ${type}`]);
  }
  const rows = [...EVENT_TYPES].map((type) => {
    const said = rules.eventTypes.get(type);
    if (said === undefined) throw new DocsFault([`${RULES_PATH}: "Events" lacks ${type}`]);
    const statuses = Object.entries(PAYOUT_EVENT_TYPES)
      .filter(([, each]) => each === type)
      .map(([status]) => code(status));
    const kind = type.slice(0, type.indexOf("."));
    return [
      code(type),
      statuses.length > 0 ? statuses.join(", ") : "",
      code(`data.${kind}`),
      moveLinks(said.cells[0] ?? "", RULES_PATH, EVENTS),
    ];
  });
  return referencePage(
    model,
    EVENTS,
    "Events",
    introduction(model, "Events", EVENTS),
    "## Types",
    table(["type", "status entered", "resource", "when"], rows),
    "## What an event holds",
    message("Event"),
    message("EventData"),
  );
}

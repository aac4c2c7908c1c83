import { oneLine } from "../contract.ts";
import { introduction, referencePage } from "../frame.ts";
import { firstSentence, link, table, wayTo } from "../markdown.ts";
import type { Model } from "../reference.ts";
import {
  CONFIGURATION,
  CONNECTORS,
  ENUMS,
  ERRORS,
  EVENTS,
  INDEX,
  MESSAGES,
  SANDBOX,
  STATUSES,
  servicePath,
} from "../where.ts";

/** The front page of the reference. */
export function indexPage(model: Model): readonly [string, string] {
  const to = (title: string, path: string) => link(title, wayTo(INDEX, path));
  return referencePage(
    model,
    INDEX,
    "Reference",
    introduction(model, "Reference", INDEX),
    "## Services",
    table(
      ["service", "what it does"],
      servicesInOrder(model).map((service) => [
        to(service.name, servicePath(service)),
        firstSentence(oneLine(model.contract.commentOf(service))),
      ]),
    ),
    "## Tables",
    table(
      ["page", "holds"],
      [
        [
          to("Messages", MESSAGES),
          "every message that is not a request or a response, with its fields",
        ],
        [to("Enums", ENUMS), "every enum, with the numbers of its values"],
        [to("Statuses", STATUSES), "the statuses of a payout, and every legal step between them"],
        [
          to("Errors", ERRORS),
          "every reason why a call is refused or a payout fails, and what to do",
        ],
        [to("Events", EVENTS), "every type of event, and what an event holds"],
        [to("Connectors", CONNECTORS), "what each processor can do, and how far that was tested"],
        [to("Configuration", CONFIGURATION), "every setting, with its default and bound"],
        [to("Sandbox scenarios", SANDBOX), "what the sandbox processor can be made to do"],
      ],
    ),
  );
}

/** Services in the order in which the rules have them: that in which a reader meets them. */
export function servicesInOrder({ contract, rules }: Model) {
  const order = [...rules.services.keys()];
  return [...contract.services].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

import {
  create,
  type DescField,
  type DescMessage,
  type DescService,
  getOption,
  hasOption,
  type Message,
} from "@bufbuild/protobuf";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import type { Interceptor } from "@connectrpc/connect";
import { message as messageRules } from "../../../gen/buf/validate/validate_pb.js";
import { validationFailed } from "../../domain/errors.ts";
import type { FieldViolation } from "../../domain/violation.ts";
import { timeViolations } from "./check-times.ts";
import { ruleMessage } from "./rule-message.ts";

/** Violations that one answer names at most: enough to mend a form, bounded all the same. */
const MAX_VIOLATIONS = 16;

/**
 * A validator that has compiled the rules of these services. The first message of each type costs
 * milliseconds: better before the port opens than on somebody's call.
 */
export function warmValidator(services: readonly DescService[]): Validator {
  const validator = createValidator();
  for (const { methods } of services) {
    for (const { input } of methods) validator.validate(input, create(input));
  }
  return validator;
}

/** Holds every request to the rules in the contract, before any handler sees it. */
export function validate(validator: Validator): Interceptor {
  const check = (input: DescMessage, message: Message): void => {
    const times = timeViolations(input, message);
    if (times.length > 0) throw validationFailed(times);
    const result = validator.validate(input, message);
    if (result.kind === "error") throw result.error;
    if (result.kind === "invalid") {
      throw validationFailed(
        result.violations.slice(0, MAX_VIOLATIONS).map((each) => toFieldViolation(input, each)),
      );
    }
  };
  // The one request of a server stream comes as a stream too.
  async function* checked(input: DescMessage, messages: AsyncIterable<Message>) {
    for await (const message of messages) {
      check(input, message);
      yield message;
    }
  }
  return (next) => (request) => {
    const { input } = request.method;
    if (request.stream) return next({ ...request, message: checked(input, request.message) });
    check(input, request.message);
    return next(request);
  };
}

/**
 * What a caller is told is made of the field's path and the rule, never of the library's message:
 * those may repeat the value.
 */
function toFieldViolation(input: DescMessage, violation: Violation): FieldViolation {
  const path = fieldPath(violation);
  if (violation.ruleId === "message.oneof") return oneofViolation(input, path);
  // The id of a rule of our own begins with the path of the part that it is about.
  const own = violation.rule.some((part) => part.kind === "field" && part.name === "cel");
  const part = own ? violation.ruleId.slice(0, violation.ruleId.lastIndexOf(".")) : "";
  const field = part === "" ? path : join(path, part);
  return { field, message: own ? violation.message : ruleMessage(violation) };
}

/** "payout_method_data.ach.routing_number", "status[0]", "metadata" (a map's keys are the caller's). */
function fieldPath({ field }: Violation): string {
  let path = "";
  for (const part of field) {
    if (part.kind === "field" || part.kind === "oneof") path = join(path, part.name);
    else if (part.kind === "list_sub") path += `[${part.index}]`;
  }
  return path;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** A rule over several fields of one message: which, and what is to be done about them. */
function oneofViolation(message: DescMessage, path: string): FieldViolation {
  const rules = hasOption(message, messageRules) ? getOption(message, messageRules).oneof : [];
  const fields = rules[0]?.fields ?? [];
  const required = rules[0]?.required ?? false;
  const known = fields.filter((name) => message.fields.some((f: DescField) => f.name === name));
  return {
    field: join(path, known[0] ?? ""),
    message: `${required ? "give exactly one" : "give at most one"} of ${known.join(", ")}`,
  };
}

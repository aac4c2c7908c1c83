import type { DescMessage, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  type Duration,
  DurationSchema,
  type Timestamp,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import type { FieldViolation } from "../../domain/violation.ts";

/** Of Timestamp: from the year 1 to 9999, in seconds. */
const MIN_TIME = -62_135_596_800n;
const MAX_TIME = 253_402_300_799n;
/** Of Duration: some 10,000 years, in seconds. */
const MAX_DURATION = 315_576_000_000n;
const MAX_NANOS = 999_999_999;

/**
 * The times and durations of a request that are none. Binary can hold them and JSON cannot, so one
 * that got in could never be told again: not in an answer, a snapshot or a fingerprint.
 *
 * Looks at the request's own fields, where all of them are; a test holds the contract to that.
 */
export function timeViolations(input: DescMessage, message: Message): FieldViolation[] {
  const times = input.fields.filter(
    (field) => field.fieldKind === "message" && CHECKS.has(field.message.typeName),
  );
  if (times.length === 0) return [];
  const fields = reflect(input, message, false);
  return times.flatMap((field) => {
    if (field.fieldKind !== "message" || !fields.isSet(field)) return [];
    const check = CHECKS.get(field.message.typeName);
    const told = check?.(fields.get(field).message);
    return told === undefined ? [] : [{ field: field.name, message: told }];
  });
}

/** What is wrong with a value, by its type. */
const CHECKS: ReadonlyMap<string, (value: Message) => string | undefined> = new Map([
  [TimestampSchema.typeName, (value: Message) => checkTimestamp(value as Timestamp)],
  [DurationSchema.typeName, (value: Message) => checkDuration(value as Duration)],
]);

function checkTimestamp({ seconds, nanos }: Timestamp): string | undefined {
  const isOne = seconds >= MIN_TIME && seconds <= MAX_TIME && nanos >= 0 && nanos <= MAX_NANOS;
  return isOne ? undefined : "must be a time from the year 1 to the year 9999";
}

function checkDuration({ seconds, nanos }: Duration): string | undefined {
  const agree = seconds === 0n || nanos === 0 || seconds < 0n === nanos < 0;
  const isOne =
    seconds >= -MAX_DURATION && seconds <= MAX_DURATION && Math.abs(nanos) <= MAX_NANOS && agree;
  return isOne ? undefined : "must be a duration of at most 10,000 years";
}

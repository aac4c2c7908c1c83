import type { PayoutError, PayoutErrorCategory } from "../../domain/payout.ts";
import { declined, type ProcessorWords } from "../toolkit/errors.ts";
import type { Replied } from "../toolkit/exchange.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { repeats } from "../toolkit/repeats.ts";

/** What Dwolla says of an error, without what must not be shown. */
export interface DwollaWords extends ProcessorWords {
  /** Where in our body it is, as a JSON pointer. */
  readonly path: string | undefined;
}

/**
 * The first of the embedded errors where there are any: the code around them is always the same.
 *
 * @param secrets a message that repeats one of them is left out, in whatever case
 */
export function readWords({ reply, json }: Replied, secrets: readonly string[]): DwollaWords {
  const requestId = reply.headers["x-request-id"];
  return { ...wordsOf(firstError(json) ?? json, secrets), requestId };
}

/** What is said of an item that could not be paid. */
export function readItemWords(item: JsonReply): DwollaWords {
  return wordsOf(firstError(item), []);
}

function firstError(json: JsonReply): JsonReply | undefined {
  return json.list("_embedded", "errors")[0];
}

function wordsOf(error: JsonReply | undefined, secrets: readonly string[]): DwollaWords {
  const message = error?.text("message");
  return {
    code: error?.text("code"),
    message: repeats(message ?? "", secrets) ? undefined : message,
    path: error?.text("path"),
  };
}

const SOURCE = "/_links/source/href";
const DESTINATION = "/_links/destination/href";
const AMOUNT = "/amount/value";

/** Our reason by Dwolla's code and the place that it names; the rest are REQUEST_REFUSED. */
const REASONS: Readonly<Record<string, string>> = {
  [`InsufficientFunds ${SOURCE}`]: "INSUFFICIENT_FUNDS",
  [`Restricted ${AMOUNT}`]: "LIMIT_EXCEEDED",
  [`Invalid ${DESTINATION}`]: "ACCOUNT_UNUSABLE",
  [`RequiresFundingSource ${DESTINATION}`]: "ACCOUNT_UNUSABLE",
  [`Restricted ${DESTINATION}`]: "RECIPIENT_REFUSED",
  [`NotAllowed ${DESTINATION}`]: "RECIPIENT_REFUSED",
  "Restricted /clearing/destination": "METHOD_UNSUPPORTED",
  "NotAllowed /processingChannel/destination": "METHOD_UNSUPPORTED",
  "NotAllowed /status": "TOO_LATE",
};

/** One code says that the recipient, or the amount, is not wanted, and that there is too much of it. */
const MAY_BE_LIMIT: ReadonlySet<string> = new Set([DESTINATION, AMOUNT]);

/** What is wrong with the data that was sent. */
const DATA_REASONS: Readonly<Record<string, string>> = {
  [AMOUNT]: "AMOUNT_UNSUPPORTED",
  "/routingNumber": "BANK_CODE_INVALID",
  "/accountNumber": "ACCOUNT_NUMBER_INVALID",
  "/email": "RECIPIENT_DATA_INVALID",
  "/firstName": "RECIPIENT_DATA_INVALID",
  "/lastName": "RECIPIENT_DATA_INVALID",
  "/businessName": "RECIPIENT_DATA_INVALID",
};

/** A definite no, in our words and Dwolla's. */
export function refusal(words: DwollaWords, otherwise = "REQUEST_REFUSED"): PayoutError {
  const { code = "", path = "", message = "" } = words;
  if (MAY_BE_LIMIT.has(path) && /\blimit\b/i.test(message)) {
    return declined("LIMIT_EXCEEDED", words);
  }
  const reason = lookUp(REASONS, `${code} ${path}`);
  if (reason !== undefined) return declined(reason, words);
  // What the merchant pays from is the merchant's to mend.
  if (path === SOURCE) return declined("FUNDING_SOURCE_UNUSABLE", words, "CONFIGURATION");
  const dataReason = lookUp(DATA_REASONS, path);
  const category: PayoutErrorCategory =
    dataReason === undefined ? "CONNECTOR_DECLINED" : "VALIDATION";
  return declined(dataReason ?? otherwise, words, category);
}

function lookUp(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

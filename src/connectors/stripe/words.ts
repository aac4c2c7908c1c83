import type { HttpReply } from "../toolkit/http-client.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";

/** What Stripe says of an error, without what must not be shown. */
export interface StripeWords {
  /** "invalid_request_error" and others; undefined when it is not Stripe that speaks. */
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly requestId: string | undefined;
}

/** Shorter values are in too many words to be taken out: countries, days, yes and no. */
const MIN_SECRET = 4;

/** @param secrets what is taken out of the message, in whatever case */
export function readWords(
  { headers }: HttpReply,
  json: JsonReply,
  secrets: readonly string[],
): StripeWords {
  const error = json.at("error");
  const message = error.text("message");
  return {
    type: error.text("type"),
    code: error.text("code"),
    message: message && withoutSecrets(message, secrets),
    requestId: headers["request-id"],
  };
}

function withoutSecrets(message: string, secrets: readonly string[]): string {
  // The longest first: one may be a part of another.
  return secrets
    .filter(({ length }) => length >= MIN_SECRET)
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replace(new RegExp(literally(secret), "gi"), "***"), message);
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

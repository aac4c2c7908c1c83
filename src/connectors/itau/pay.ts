import type { Outcome, ProcessorState } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import type { Replied } from "../toolkit/exchange.ts";
import { turnedAway } from "../toolkit/turned-away.ts";
import { invalid, refused, withoutSentence } from "./refusals.ts";
import { withoutHidden, wordsOf } from "./words.ts";

/**
 * What the answer to a transfer means.
 *
 * Only what it says is ever known: Itau can be asked nothing, and tells nothing by itself. So a transfer
 * that is not done yet ("Em processamento"), or is in a word that nobody has documented, is unknown like
 * an answer that was lost: a person finds out what became of it. Accepted, it would wait for news that
 * never comes, and nobody could settle it.
 *
 * @param hidden what no message may repeat
 */
export function readTransfer(
  { reply, json }: Replied,
  hidden: readonly string[],
  now: number,
): Outcome<ProcessorState> {
  const { status } = reply;
  const words = wordsOf(json, hidden);
  if (status >= 200 && status < 300) return readMade({ json }, hidden);
  const closed = turnedAway(reply, words, now, withoutSentence);
  if (closed !== undefined) return closed;
  switch (status) {
    // A definite no has a code: without one it is not Itau that answers.
    case 400:
      return words.code === undefined
        ? { kind: "unknown", error: outcomeUnknown(words) }
        : { kind: "rejected", error: invalid(words) };
    case 422:
      return words.code === undefined
        ? { kind: "unknown", error: outcomeUnknown(words) }
        : { kind: "rejected", error: refused(words) };
    default:
      return { kind: "unknown", error: outcomeUnknown(words) };
  }
}

function readMade(
  { json }: Pick<Replied, "json">,
  hidden: readonly string[],
): Outcome<ProcessorState> {
  const id = json.text("codigo_pagamento");
  const word = json.text("status");
  const message = withoutHidden(json.text("motivo"), hidden);
  switch (word) {
    case "Efetuado":
      return {
        kind: "accepted",
        value: {
          status: "SUCCESS",
          rawStatus: word,
          ...(id !== undefined && {
            references: [{ kind: "payment", id }],
            connectorPayoutId: id,
          }),
        },
      };
    case "Rejeitado":
      return { kind: "rejected", error: refused({ code: word, message, requestId: id }) };
    default:
      // The payment's code goes along as the one thing by which Itau's people find it.
      return {
        kind: "unknown",
        error: outcomeUnknown({ code: withoutHidden(word, hidden), message, requestId: id }),
      };
  }
}

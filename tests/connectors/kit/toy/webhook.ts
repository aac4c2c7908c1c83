import { createHmac, timingSafeEqual } from "node:crypto";
import type { Webhook, WebhookMessage } from "../../../../src/connectors/connector.ts";
import { JsonReply } from "../../../../src/connectors/toolkit/json-reply.ts";
import type { Mistake } from "./mistakes.ts";

const WINDOW_MS = 60_000;

export function toyWebhook(has: (mistake: Mistake) => boolean): Webhook {
  const isGood = (message: WebhookMessage, secret: string): boolean => {
    const { "x-toy-time": time = "", "x-toy-signature": signature = "" } = message.headers;
    const signed = createHmac("sha256", secret).update(`${time}.`).update(message.body).digest();
    if (has("signatures are compared by ===")) return signed.toString("hex") === signature;
    const isHex = /^[0-9a-f]{64}$/i.test(signature);
    if (!isHex && !has("hex and base64 are both taken")) return false;
    const bytes = Buffer.from(signature, isHex ? "hex" : "base64");
    return bytes.length === signed.length && timingSafeEqual(bytes, signed);
  };
  return {
    verify: (message, { settings }) => {
      const time = Number(message.headers["x-toy-time"] ?? Number.NaN);
      const isNow = Math.abs(message.receivedAt - time) <= WINDOW_MS;
      if (!isNow && !has("the time is not looked at")) return false;
      const secrets = (settings["webhook_secret"] ?? "").split(",").filter((each) => each !== "");
      if (secrets.length === 0) return has("without a secret everything is taken");
      const used = has("one secret only") ? secrets.slice(0, 1) : secrets;
      return used.map((secret) => isGood(message, secret)).includes(true);
    },
    parse: ({ body }) => {
      const text = Buffer.from(body).toString("utf8");
      if (has("bytes that are no JSON throw")) JSON.parse(text);
      const json = JsonReply.parse(text);
      const eventId = json?.text("event");
      const processorKey = json?.text("key");
      if (eventId === undefined) return { kind: "unreadable" };
      const about = processorKey === undefined ? null : { processorKey };
      return { kind: "events", events: [{ eventId, about, state: null }] };
    },
  };
}

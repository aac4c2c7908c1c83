import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createPayoutClient,
  type Event,
  Payout_Status,
  verifyWebhook,
  WebhookVerificationError,
} from "../../client/src/index.ts";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { type Received, Receiver } from "../e2e/webhooks-out/support/receiver.ts";
import { aPayout } from "./support/a-payout.ts";

let app: TestApp;
let receiver: Receiver;
let secret: string;
/** What the service really sent, for a payout that succeeded. */
let sent: Received;
beforeAll(async () => {
  app = await startTestApp({ webhookLoopback: true });
  receiver = await Receiver.start();
  const { payouts, webhookEndpoints } = createPayoutClient({
    baseUrl: app.url,
    apiKey: app.apiKey,
  });
  const { endpoint } = await webhookEndpoints.createWebhookEndpoint({
    url: receiver.url,
    eventTypes: ["payout.succeeded"],
  });
  secret = endpoint?.secret ?? "";
  await payouts.create(aPayout(), { idempotencyKey: "hooked" });
  await receiver.until((received) => received.length > 0);
  [sent] = receiver.received as [Received];
});
afterAll(async () => {
  await app.stop();
  await receiver.kill();
});

function faultOf(verify: () => Event): string {
  try {
    verify();
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.fault;
    throw error;
  }
  return "none";
}

describe("a message of the service", () => {
  test("is an event with its payout", () => {
    const event = verifyWebhook(sent.body, sent.headers, secret);
    expect(event).toMatchObject({
      type: "payout.succeeded",
      eventId: sent.headers["webhook-id"],
      livemode: false,
    });
    const { resource } = event.data ?? {};
    if (resource?.case !== "payout") throw new Error("it is about no payout");
    expect(resource.value.status).toBe(Payout_Status.SUCCESS);
    expect(resource.value.amount?.minorAmount).toBe(12500n);
  });

  test("is read from bytes, and with the headers of fetch", () => {
    const bytes = new TextEncoder().encode(sent.body);
    const { eventId } = verifyWebhook(sent.body, sent.headers, secret);
    const headers = new Headers({ ...sent.headers });
    for (const body of [bytes, Buffer.from(bytes), bytes.buffer]) {
      expect(verifyWebhook(body, headers, secret).eventId).toBe(eventId);
    }
  });

  test("is believed while two secrets sign", () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const time = new Date(Number(sent.headers["webhook-timestamp"]) * 1000);
    const id = sent.headers["webhook-id"] ?? "";
    const signatures = `${new Webhook(other).sign(id, time, sent.body)} ${sent.headers["webhook-signature"]}`;
    const headers = { ...sent.headers, "webhook-signature": signatures };
    for (const each of [secret, other]) {
      expect(verifyWebhook(sent.body, headers, each).type).toBe("payout.succeeded");
    }
  });
});

describe("a message is not believed", () => {
  const verify = (changes: { body?: string | Uint8Array; headers?: object; secret?: string }) =>
    faultOf(() =>
      verifyWebhook(
        changes.body ?? sent.body,
        { ...sent.headers, ...changes.headers },
        changes.secret ?? secret,
      ),
    );

  test("when a byte of it was changed", () => {
    expect(verify({ body: sent.body.replace("12500", "12501") })).toBe("SIGNATURE_WRONG");
    expect(verify({ body: ` ${sent.body}` })).toBe("SIGNATURE_WRONG");
    expect(verify({ body: `\uFEFF${sent.body}` })).toBe("SIGNATURE_WRONG");
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(sent.body)]);
    expect(verify({ body: marked })).toBe("SIGNATURE_WRONG");
    expect(verify({ body: new Uint8Array([0xff, 0xfe]) })).toBe("SIGNATURE_WRONG");
    expect(verify({ body: "" })).toBe("SIGNATURE_WRONG");
  });

  test("when it was parsed and written again", () => {
    const again = JSON.stringify(JSON.parse(sent.body), null, 1);
    expect(verify({ body: again })).toBe("SIGNATURE_WRONG");
  });

  test("when its id, its time or its signature is another's", () => {
    expect(verify({ headers: { "webhook-id": "evt_other" } })).toBe("SIGNATURE_WRONG");
    const time = String(Number(sent.headers["webhook-timestamp"]) + 1);
    expect(verify({ headers: { "webhook-timestamp": time } })).toBe("SIGNATURE_WRONG");
    for (const signature of ["v1,", "v1", "v1,AAAA", "v2,AAAA", "é"]) {
      expect(verify({ headers: { "webhook-signature": signature } })).toBe("SIGNATURE_WRONG");
    }
  });

  test("when another secret signed it", () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    expect(verify({ secret: other })).toBe("SIGNATURE_WRONG");
  });

  test("when a header is missing", () => {
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      expect(verify({ headers: { [name]: undefined } })).toBe("HEADERS_MISSING");
    }
  });

  test("when it is old, from the future or of no time at all", () => {
    const id = sent.headers["webhook-id"] ?? "";
    for (const seconds of [-301, 302]) {
      const time = new Date(Date.now() + seconds * 1000);
      const headers = {
        "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, time, sent.body),
      };
      expect(verify({ headers })).toBe("TIMESTAMP_FAR");
    }
    for (const time of ["NaN", "Infinity", "soon", "1e999"]) {
      expect(verify({ headers: { "webhook-timestamp": time } })).toBe("TIMESTAMP_FAR");
    }
  });

  test("when it is signed and no event", () => {
    for (const body of ["", "[]", "null", '{"sequence": "much"}', "no JSON"]) {
      const time = new Date();
      const headers = {
        "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign("evt_1", time, body),
        "webhook-id": "evt_1",
      };
      expect(verify({ body, headers })).toBe("BODY_UNREADABLE");
    }
  });
});

test("what is newer than the package is passed over, and a newer status is none that it knows", () => {
  const given = JSON.parse(sent.body);
  const payout = { ...given.data.payout, status: "NEWER_THAN_THIS", newerField: [1] };
  const body = JSON.stringify({ ...given, newerField: { a: 1 }, data: { payout } });
  const time = new Date();
  const headers = {
    "webhook-id": "evt_1",
    "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("evt_1", time, body),
  };
  const { type, data } = verifyWebhook(body, headers, secret);
  expect(type).toBe("payout.succeeded");
  expect(data?.resource.case === "payout" && data.resource.value.status).toBe(
    Payout_Status.STATUS_UNSPECIFIED,
  );
});

test("a body that something parsed, and a secret that is none, are mistakes of the program", () => {
  const parsed = JSON.parse(sent.body) as string;
  expect(() => verifyWebhook(parsed, sent.headers, secret)).toThrow(TypeError);
  for (const each of ["", "whsec_", "whsec_%%%", secret.slice("whsec_".length), undefined]) {
    const verify = () => verifyWebhook(sent.body, sent.headers, each as string);
    expect(verify).toThrow(new TypeError("secret must be the endpoint's, whsec_ and base64"));
  }
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { toIban, withLuhn } from "../../../src/sandbox-processor/check-digits.ts";
import { SAMPLES } from "../../domain/payout-method/samples.ts";
import { Client, ok, order } from "./client.ts";
import { createLink, formOf, LinkPage } from "./link-page.ts";
import { API_KEY, openWorkbench, type Workbench } from "./process.ts";

const bench = openWorkbench();

/** Numbers that are nowhere but in requests, by rail. */
const CANARIES = {
  ach: "840175520967731",
  bacs: "58204417",
  sepa: toIban("DE", "500105179315772046"),
  card: withLuhn("520082917364582"),
  dpan: withLuhn("400005917364552"),
  pix: "772091884",
  cpf: "52998224725",
  token: "tok_canary_8b1fe27c",
  paypal: "CANARYID58213",
  phone: "+14155550137",
  family: "Zyxwvutsrq",
  claimCode: "canary-code-5519",
  nationalId: "canary-national-8812",
};

/** Every byte that the service and its processor leave behind. */
function remains({ folder, output }: Workbench): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Buffer.concat([
    Buffer.from(output),
    ...files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name))),
  ]);
}

function inlineOrders(): readonly unknown[] {
  const { ach, pix } = SAMPLES;
  const methods: readonly (readonly [string, Record<string, unknown>])[] = [
    ["USD", { ach: { ...ach, kind: undefined, accountNumber: CANARIES.ach } }],
    [
      "GBP",
      { bacs: { accountNumber: CANARIES.bacs, sortCode: "601613", holderName: CANARIES.family } },
    ],
    ["EUR", { sepa: { iban: CANARIES.sepa, holderName: "Jane Doe" } }],
    [
      "USD",
      { card: { cardNumber: CANARIES.card, expiryMonth: 12, expiryYear: 2039, holderName: "J D" } },
    ],
    ["USD", { applePay: { dpan: CANARIES.dpan, expiryMonth: 12, expiryYear: 2039 } }],
    ["BRL", { pix: { ...pix, kind: undefined, accountNumber: CANARIES.pix, taxId: CANARIES.cpf } }],
    ["BRL", { pixKey: { pixKey: CANARIES.cpf, kind: "CPF" } }],
    ["USD", { passthrough: { pspToken: CANARIES.token, tokenKind: "CARD" } }],
    ["USD", { paypal: { paypalId: CANARIES.paypal } }],
    ["USD", { venmo: { phone: CANARIES.phone } }],
  ];
  return methods.flatMap(([currency, payoutMethodData]) =>
    [undefined, "decline", "unreadable_reply"].map((scenario) =>
      order(scenario, { amount: { minorAmount: "77", currency }, payoutMethodData }),
    ),
  );
}

it("neither accounts, persons, tokens nor keys are in the files or the logs", async () => {
  const service = await bench.service({ LOG_LEVEL: "trace" });
  const api = new Client(service.url);
  const secrets: string[] = [...Object.values(CANARIES), API_KEY];

  const payouts = await Promise.all(inlineOrders().map((body) => api.create(body)));
  for (const { payoutId, status } of payouts) {
    if (status !== "FAILED") await api.until(payoutId, "SUCCESS");
  }
  // What is refused is not written down either.
  for (const body of inlineOrders()) {
    const refused = { ...(body as object), amount: { minorAmount: "77", currency: "JPY" } };
    const { status, body: problem } = await api.post("/v1/payouts", refused);
    // Cards, wallets and tokens are paid in any currency.
    expect([200, 400]).toContain(status);
    if (status === 400) expectAbsent(Buffer.from(JSON.stringify(problem)), secrets);
  }

  const person = {
    type: "INDIVIDUAL",
    individual: {
      givenName: "Jane",
      familyName: CANARIES.family,
      nationalId: CANARIES.nationalId,
    },
  };
  const recipient = ok<{ recipientId: string }>(
    await api.post("/v1/recipients", { ...person, connector: "sandbox" }),
  );
  ok(
    await api.post(`/v1/recipients/${recipient.recipientId}/disburse-accounts`, {
      payoutMethodData: { sepa: { iban: CANARIES.sepa, holderName: CANARIES.family } },
      connector: "sandbox",
    }),
  );

  const { link } = await createLink(api, { claimCode: CANARIES.claimCode, recipient: person });
  const { link: open } = await createLink(api, {}, "link");
  secrets.push(...[link, open].map(({ url }) => url.split("/").at(-1) ?? ""));
  const page = new LinkPage(api, link);
  const form = { accountNumber: CANARIES.ach, familyName: CANARIES.family };
  await page.open("ach");
  expect((await page.claim(formOf("ach", { ...form, claimCode: "wrong" }))).status).toBe(403);
  const right = formOf("ach", { ...form, claimCode: CANARIES.claimCode });
  expect((await page.claim(right)).status).toBe(200);
  expect((await new LinkPage(api, link).claim(right)).status).toBe(404);
  await api.until(link.payoutId, "SUCCESS");

  expectAbsent(remains(bench), secrets);
  expect((await service.end("SIGTERM")).code).toBe(0);
  expectAbsent(remains(bench), secrets);
  // The search finds what is there.
  expect(remains(bench).includes(payouts[0]?.payoutId ?? "?")).toBe(true);
});

function expectAbsent(bytes: Buffer, secrets: readonly string[]): void {
  const forms = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64").replace(/=+$/, "").slice(0, -1),
    Buffer.from(secret).toString("hex"),
    encodeURIComponent(secret),
  ]);
  expect(forms.filter((form) => bytes.includes(form))).toEqual([]);
}

import type { CapturedRequest } from "../support/captured-request.ts";
import { numberTextAt } from "../support/json-numbers.ts";
import { decimalsOf, toMinor } from "../support/money.ts";
import type { WiseFake } from "./fake.ts";
import { amount } from "./quotes.ts";
import { requirementsFor } from "./recipients.ts";
import { complain, notFound, Refusal } from "./refusal.ts";
import { simulationSteps } from "./statuses.ts";
import type { Transfer } from "./transfers.ts";

/** Hangs the processor's parts under its paths. */
export function addRoutes(fake: WiseFake): void {
  addQuotes(fake);
  addRecipients(fake);
  addTransfers(fake);
  addSubscriptions(fake);
}

function addQuotes(fake: WiseFake): void {
  const { http, quotes } = fake;
  const base = "/v3/profiles/{profileId}/quotes";
  http.route("POST", base, (request) => {
    const body = bodyOf(request);
    const source = String(body["sourceCurrency"]);
    const target = String(body["targetCurrency"]);
    const quote = quotes.create({
      profile: profileOf(fake, request),
      source,
      target,
      sourceMinor: minorAt(request, "sourceAmount", source),
      targetMinor: minorAt(request, "targetAmount", target),
      targetAccount: optionalNumber(body["targetAccount"]),
    });
    return ok(quotes.toJson(quote));
  });
  http.route("GET", `${base}/{quoteId}`, (request) => {
    profileOf(fake, request);
    return ok(quotes.toJson(quotes.get(param(request, "quoteId"))));
  });
  http.route("PATCH", `${base}/{quoteId}`, (request) => {
    profileOf(fake, request);
    const quote = quotes.get(param(request, "quoteId"));
    const { targetAccount, payOut } = bodyOf(request);
    quote.targetAccount = optionalNumber(targetAccount) ?? quote.targetAccount;
    if (typeof payOut === "string") quote.payOut = payOut;
    return ok(quotes.toJson(quote));
  });
  const requirements = "/v1/quotes/{quoteId}/account-requirements";
  http.route("GET", requirements, (request) =>
    ok(requirementsFor(documentedQuote(fake, request).target)),
  );
  http.route("POST", requirements, (request) =>
    ok(requirementsFor(documentedQuote(fake, request).target, bodyOf(request))),
  );
}

function addRecipients({ http, recipients, profile }: WiseFake): void {
  http.route("POST", "/v1/accounts", (request) =>
    ok(recipients.toJson(recipients.create(bodyOf(request), profile))),
  );
  http.route("GET", "/v2/accounts", (request) => {
    const currency = request.query.get("currency");
    const found = recipients
      .all()
      .filter((each) => each.active && (currency ?? each.currency) === each.currency)
      .slice(0, Number(request.query.get("size") ?? 20));
    const sort = { empty: true, sorted: false, unsorted: true };
    return ok({ content: found.map((each) => recipients.toJson(each)), sort, size: found.length });
  });
  http.route("GET", "/v2/accounts/{accountId}", (request) =>
    ok(recipients.toJson(recipients.get(Number(param(request, "accountId"))))),
  );
  http.route("DELETE", "/v2/accounts/{accountId}", (request) => {
    const recipient = recipients.get(Number(param(request, "accountId")));
    recipient.active = false;
    return ok(recipients.toJson(recipient));
  });
}

function addTransfers(fake: WiseFake): void {
  const { http, transfers, funding, balances } = fake;
  http.route("POST", "/v1/transfers", (request) => {
    const body = bodyOf(request);
    const details = (body["details"] ?? {}) as Record<string, unknown>;
    const customerTransactionId = String(body["customerTransactionId"] ?? "");
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(customerTransactionId)) {
      const message = "A UUID is needed";
      throw complain(422, { code: "NOT_VALID", message, path: "customerTransactionId" });
    }
    const transfer = transfers.create({
      profile: fake.profile,
      targetAccount: Number(body["targetAccount"]),
      quoteUuid: String(body["quoteUuid"]),
      customerTransactionId,
      reference: String(details["reference"] ?? ""),
    });
    return ok(transfers.toJson(transfer));
  });
  http.route("GET", "/v1/transfers", (request) => ok(listTransfers(fake, request)));
  http.route("GET", "/v1/transfers/{transferId}", (request) =>
    ok(transfers.toJson(transferOf(fake, request))),
  );
  http.route("PUT", "/v1/transfers/{transferId}/cancel", (request) => {
    const transfer = transferOf(fake, request);
    transfers.cancel(transfer);
    return ok(transfers.toJson(transfer));
  });
  http.route("POST", "/v3/profiles/{profileId}/transfers/{transferId}/payments", (request) => {
    profileOf(fake, request);
    return funding.fund(transferOf(fake, request), bodyOf(request)["type"]);
  });
  http.route("GET", "/v1/transfers/{transferId}/payments", (request) =>
    ok(paymentsOf(transferOf(fake, request))),
  );
  http.route("POST", "/v1/transfer-requirements", (request) => {
    fake.quotes.get(String(bodyOf(request)["quoteUuid"]));
    return ok([transferForm]);
  });
  http.route("GET", "/v1/simulation/transfers/{transferId}/{status}", (request) => {
    const transfer = transferOf(fake, request);
    const status = param(request, "status");
    if (!simulationSteps[status]?.includes(transfer.status)) {
      throw complain(409, { code: "transfer.invalid-state", message: "No such step" });
    }
    fake.move(transfer.id, status);
    return ok(transfers.toJson(transfer));
  });
  http.route(
    "GET",
    "/v4/profiles/{profileId}/balances",
    (request) => {
      const profile = profileOf(fake, request);
      return ok(
        balances.currencies().map((currency, at) => ({
          id: profile * 100 + at,
          currency,
          type: "STANDARD",
          amount: { value: amount(balances.available(currency), currency), currency },
          reservedAmount: { value: amount(balances.held(currency), currency), currency },
        })),
      );
    },
    "the trimmed document leaves out balances",
  );
}

function addSubscriptions(fake: WiseFake): void {
  const { http, subscriptions } = fake;
  const base = "/v3/profiles/{profileId}/subscriptions";
  http.route("POST", base, (request) => {
    profileOf(fake, request);
    return ok(subscriptions.create(bodyOf(request)));
  });
  http.route("GET", base, (request) => {
    profileOf(fake, request);
    return ok(subscriptions.all());
  });
  http.route("GET", `${base}/{subscriptionId}`, (request) => {
    profileOf(fake, request);
    return ok(subscriptions.get(param(request, "subscriptionId")));
  });
  http.route("DELETE", `${base}/{subscriptionId}`, (request) => {
    profileOf(fake, request);
    subscriptions.remove(param(request, "subscriptionId"));
    return { status: 204 };
  });
}

/** There is no look-up by customerTransactionId: who lost an answer has to go through the list. */
function listTransfers(fake: WiseFake, request: CapturedRequest): unknown[] {
  const { query } = request;
  const words = query.get("status")?.split(",");
  const start = Date.parse(query.get("createdDateStart") ?? "1970-01-01T00:00:00Z");
  const end = Date.parse(query.get("createdDateEnd") ?? "9999-12-31T23:59:59Z");
  const offset = Number(query.get("offset") ?? 0);
  return fake.transfers
    .all()
    .filter(({ status }) => words?.includes(status) ?? true)
    .filter(({ quote }) => (query.get("sourceCurrency") ?? quote.source) === quote.source)
    .filter(({ quote }) => (query.get("targetCurrency") ?? quote.target) === quote.target)
    .filter(({ createdAt }) => createdAt >= start && createdAt <= end)
    .toSorted((a, b) => b.id - a.id)
    .slice(offset, offset + Number(query.get("limit") ?? 100))
    .map((each) => fake.transfers.toJson(each));
}

function paymentsOf(transfer: Transfer): unknown[] {
  const { source, sourceMinor } = transfer.quote;
  return transfer.payments.map(({ id, at }) => ({
    id,
    method: "BALANCE",
    pricingVariant: null,
    amount: amount(sourceMinor, source),
    currency: source,
    timeCreated: new Date(at).toISOString(),
    timeUpdated: new Date(at).toISOString(),
  }));
}

const transferForm = {
  type: "transfer",
  fields: [
    {
      name: "Transfer reference",
      group: [
        {
          key: "reference",
          name: "Transfer reference",
          type: "text",
          refreshRequirementsOnChange: false,
          required: false,
          displayFormat: null,
          example: null,
          minLength: null,
          maxLength: 35,
          validationRegexp: "[a-zA-Z0-9- ]*",
          validationAsync: null,
          valuesAllowed: null,
        },
      ],
    },
  ],
};

function ok(body: unknown) {
  return { status: 200, body };
}

/** 403 for somebody else's profile. */
function profileOf(fake: WiseFake, request: CapturedRequest): number {
  if (Number(request.params["profileId"]) !== fake.profile) throw new Refusal(403);
  return fake.profile;
}

function transferOf(fake: WiseFake, request: CapturedRequest): Transfer {
  return fake.transfers.get(Number(param(request, "transferId")));
}

function documentedQuote(fake: WiseFake, request: CapturedRequest) {
  return fake.quotes.get(param(request, "quoteId"));
}

function param(request: CapturedRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw notFound();
  return value;
}

function bodyOf({ body }: CapturedRequest): Record<string, unknown> {
  if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  throw complain(400, { code: "NOT_READABLE", message: "The body is not an object of JSON" });
}

/** The digits as they were written: an amount never passes through a float. */
function minorAt(request: CapturedRequest, name: string, currency: string): bigint | undefined {
  const text = numberTextAt(request.raw, `/${name}`);
  if (text === undefined) return undefined;
  const minor = toMinor(text, decimalsOf(currency));
  if (minor !== undefined && minor > 0n) return minor;
  throw complain(422, { code: "NOT_VALID", message: "Not an amount of the currency", path: name });
}

function optionalNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

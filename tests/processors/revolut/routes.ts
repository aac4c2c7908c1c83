import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeReply } from "../support/reply.ts";
import type { RevolutFake } from "./fake.ts";
import { quoteOf } from "./pricing.ts";
import { findReceiver } from "./receiver.ts";
import { Refusal, refuse } from "./refusal.ts";
import type { Scope } from "./tokens.ts";
import { summaryOf, type Transaction } from "./transactions.ts";
import { amountOf, bodyOf, iso, textOf } from "./wire.ts";

const v1 = "/api/1.0";
/** Webhooks have moved on to a second version, under another prefix. */
const v2 = "/api/2.0";

type Answer = (request: CapturedRequest) => FakeReply;

/** Hangs the processor's parts under its paths, each behind the scope that it needs. */
export function addRoutes(fake: RevolutFake): void {
  addToken(fake);
  addAccounts(fake);
  addCounterparties(fake);
  addPayments(fake);
  addNameValidation(fake);
  addTransactions(fake);
  addLinks(fake);
  addHooks(fake);
}

function addToken({ http, tokens }: RevolutFake): void {
  http.route(
    "POST",
    `${v1}/auth/token`,
    (request) => ok(tokens.exchange(bodyOf(request))),
    "the trimmed document leaves out the exchange of tokens",
  );
}

function addAccounts(fake: RevolutFake): void {
  add(fake, "READ", "GET", `${v1}/accounts`, () => ok(fake.accounts.toJson()));
}

function addCounterparties(fake: RevolutFake): void {
  const { counterparties } = fake;
  const one = `${v1}/counterparty/{counterparty_id}`;
  add(fake, "WRITE", "POST", `${v1}/counterparty`, (request) =>
    ok(counterparties.toJson(counterparties.add(bodyOf(request)))),
  );
  add(fake, "READ", "GET", one, (request) =>
    ok(counterparties.toJson(counterparties.get(param(request, "counterparty_id")))),
  );
  add(fake, "WRITE", "DELETE", one, (request) => {
    counterparties.remove(param(request, "counterparty_id"));
    return { status: 204 };
  });
  add(fake, "READ", "GET", `${v1}/counterparties`, ({ query }) => {
    const before = momentOf(query.get("created_before"), fake.clock.now() + 1);
    const found = counterparties
      .listed()
      .filter(({ name }) => name.includes(query.get("name") ?? ""))
      .filter(({ createdAt }) => createdAt < before)
      .toReversed()
      .slice(0, Number(query.get("limit") ?? 100));
    return ok(found.map((each) => counterparties.toJson(each)));
  });
}

function addPayments(fake: RevolutFake): void {
  const { accounts, counterparties, payments, clock } = fake;
  add(fake, "PAY", "POST", `${v1}/pay`, (request) => ok(summaryOf(payments.pay(request))));
  add(
    fake,
    "PAY",
    "POST",
    `${v1}/pay/indicative-quote`,
    (request) => {
      const body = bodyOf(request);
      const account = accounts.get(textOf(body, "account_id"));
      const currency = textOf(body, "currency");
      const minor = amountOf(request, currency);
      findReceiver(counterparties, body["receiver"], currency);
      return ok(quoteOf(account, minor, currency, clock.now()));
    },
    (error) => withErrorId(error, fake),
  );
}

/** Banks know the holder by the name in the account, unless a word in it says otherwise. */
function addNameValidation(fake: RevolutFake): void {
  add(fake, "WRITE", "POST", `${v1}/account-name-validation`, (request) => {
    const body = bodyOf(request);
    const name = JSON.stringify(
      body["individual_name"] ?? body["company_name"] ?? "",
    ).toLowerCase();
    const type = body["sort_code"] === undefined ? "eu_cop" : "uk_cop";
    const no = (result_code: string, code: string) => ok({ result_code, reason: { type, code } });
    if (name.includes("mismatch")) return no("not_matched", "not_matched");
    if (name.includes("nobody")) return no("not_matched", "account_does_not_exist");
    if (name.includes("uncheckable")) return no("cannot_be_checked", "cannot_be_checked");
    return ok({ result_code: "matched" });
  });
}

function addTransactions(fake: RevolutFake): void {
  const { transactions } = fake;
  add(fake, "READ", "GET", `${v1}/transactions`, ({ query }) => {
    const wanted = query.getAll("state");
    const requestId = query.get("request_id");
    const account = query.get("account");
    const from = momentOf(query.get("from"), 0);
    const to = momentOf(query.get("to"), fake.clock.now() + 1);
    const fits = (each: Transaction) =>
      (requestId === null || each.requestId === requestId) &&
      (account === null || each.account.id === account) &&
      (wanted.length === 0 || wanted.includes(each.state)) &&
      each.createdAt >= from &&
      each.createdAt < to;
    const found = transactions.newestFirst().filter(fits);
    const page = found.slice(0, Number(query.get("count") ?? 100));
    return ok(page.map((each) => transactions.toJson(each)));
  });
  add(fake, "READ", "GET", `${v1}/transaction/{id}`, (request) => {
    const id = param(request, "id");
    const byRequest = request.query.get("id_type") === "request_id";
    const [newest] = byRequest ? transactions.withRequestId(id) : [transactions.get(id)];
    if (!newest) throw refuse(404, "notFound", "Resource not found");
    return ok(transactions.toJson(newest));
  });
  const actions: Readonly<Record<string, string>> = {
    complete: "completed",
    revert: "reverted",
    decline: "declined",
    fail: "failed",
  };
  add(fake, "WRITE", "POST", `${v1}/sandbox/transactions/{id}/{action}`, (request) => {
    const transaction = transactions.get(param(request, "id"));
    const state = actions[param(request, "action")];
    if (state === undefined || !["created", "pending"].includes(transaction.state)) {
      throw refuse(400, "invalid", "The transaction's state cannot be changed");
    }
    transactions.move(transaction, state);
    return ok(summaryOf(transaction));
  });
}

function addLinks(fake: RevolutFake): void {
  const { links } = fake;
  const one = `${v1}/payout-links/{payout_link_id}`;
  add(fake, "PAY", "POST", `${v1}/payout-links`, (request) => ({
    status: 201,
    body: links.toJson(links.create(request)),
  }));
  add(fake, "READ", "GET", `${v1}/payout-links`, ({ query }) => {
    const wanted = query.getAll("state");
    const before = momentOf(query.get("created_before"), fake.clock.now() + 1);
    const found = links
      .newestFirst()
      .filter(({ state }) => wanted.length === 0 || wanted.includes(state))
      .filter(({ createdAt }) => createdAt < before)
      .slice(0, Number(query.get("limit") ?? 100));
    return ok(found.map((each) => links.toJson(each)));
  });
  add(fake, "READ", "GET", one, (request) =>
    ok(links.toJson(links.get(param(request, "payout_link_id")))),
  );
  add(fake, "WRITE", "POST", `${one}/cancel`, (request) => {
    links.cancel(links.get(param(request, "payout_link_id")));
    return { status: 204 };
  });
}

function addHooks(fake: RevolutFake): void {
  const { hooks } = fake;
  const one = `${v2}/webhooks/{webhook_id}`;
  const idOf = (request: CapturedRequest) => param(request, "webhook_id");
  add(fake, "WRITE", "POST", `${v2}/webhooks`, (request) => ({
    status: 201,
    body: hooks.create(bodyOf(request)),
  }));
  add(fake, "READ", "GET", `${v2}/webhooks`, () => ok(hooks.all()));
  add(fake, "READ", "GET", one, (request) => ok(hooks.withSecret(hooks.get(idOf(request)))));
  add(fake, "WRITE", "PATCH", one, (request) => ok(hooks.update(idOf(request), bodyOf(request))));
  add(fake, "WRITE", "DELETE", one, (request) => {
    hooks.remove(idOf(request));
    return { status: 204 };
  });
  add(fake, "WRITE", "POST", `${one}/rotate-signing-secret`, (request) =>
    ok(hooks.rotate(idOf(request), bodyOf(request)["expiration_period"])),
  );
}

function add(
  fake: RevolutFake,
  scope: Scope,
  method: string,
  path: string,
  answer: Answer,
  told = (error: unknown) => error,
): void {
  fake.http.route(method, path, (request) => {
    try {
      fake.tokens.check(request.headers["authorization"], scope);
      return answer(request);
    } catch (error) {
      throw told(error);
    }
  });
}

function ok(body: unknown): FakeReply {
  return { status: 200, body };
}

function param(request: CapturedRequest, name: string): string {
  return request.params[name] ?? "";
}

function momentOf(text: string | null, otherwise: number): number {
  const moment = text === null ? otherwise : Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw refuse(400, "invalid", `Not a valid timestamp; such as ${iso(0)}`);
}

/** Refusals of the quote have an id of their own, which others have not. */
function withErrorId(error: unknown, { http }: RevolutFake): unknown {
  if (!(error instanceof Refusal)) return error;
  return new Refusal(error.status, { ...error.body, error_id: http.ids.uuid() });
}

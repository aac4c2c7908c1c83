import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { openRevolutFake, type RevolutFake } from "./fake.ts";
import { assertionFor, exchange, linkOf, login } from "./plain-client.ts";

let fake: RevolutFake;

beforeEach(async () => {
  fake = await openRevolutFake();
});
afterEach(() => fake.close());

const refresh = () => ({ grant_type: "refresh_token", refresh_token: fake.refreshToken });

test("a consent's code gives tokens, once and within two minutes", async () => {
  const form = { grant_type: "authorization_code", code: fake.tokens.consent() };
  const first = await exchange(fake, form);
  expect(first.body).toMatchObject({ token_type: "bearer", expires_in: 2399 });
  const refresh_token = String(first.body["refresh_token"]);
  expect((await exchange(fake, { grant_type: "refresh_token", refresh_token })).status).toBe(200);
  expect((await exchange(fake, form)).body["error"]).toBe("invalid_grant");
  const late = fake.tokens.consent();
  (fake.clock as ManualClock).advance(2 * 60_000);
  const refused = await exchange(fake, { grant_type: "authorization_code", code: late });
  expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_grant"]);
  fake.http.assertClean();
});

test("a refresh token gives access tokens again and again, and no other refresh token", async () => {
  for (const _ of [1, 2]) {
    const { body } = await exchange(fake, refresh());
    expect(Object.keys(body)).toEqual(["access_token", "token_type", "expires_in"]);
  }
});

describe("an assertion is refused", () => {
  test.each([
    ["of another issuer", { iss: "evil.example.test" }, "wrong issuer"],
    ["of another client", { sub: "somebody" }, "wrong subject"],
    ["for another audience", { aud: "https://example.test" }, "wrong audience"],
    ["that has expired", { exp: 1 }, "expired"],
    ["that never expires", { exp: undefined }, "expired"],
  ])("%s", async (_, claims, error_description) => {
    const client_assertion = assertionFor(fake, claims);
    const refused = await exchange(fake, { ...refresh(), client_assertion });
    expect([refused.status, refused.body]).toEqual([
      401,
      { error: "invalid_client", error_description },
    ]);
  });

  test("with another algorithm, without a signature, and with a changed one", async () => {
    const good = assertionFor(fake);
    const [head, claims, signature = ""] = good.split(".");
    const turned = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    for (const client_assertion of [
      assertionFor(fake, {}, { alg: "none" }),
      assertionFor(fake, {}, { alg: "HS256" }),
      `${head}.${claims}.`,
      `${head}.${claims}.${turned}`,
      "nonsense",
    ]) {
      expect((await exchange(fake, { ...refresh(), client_assertion })).status).toBe(401);
    }
  });

  test("of another type, or for an unknown grant", async () => {
    const type = await exchange(fake, { ...refresh(), client_assertion_type: "jwt" });
    expect(type.body["error"]).toBe("invalid_request");
    const grant = await exchange(fake, { grant_type: "client_credentials" });
    expect(grant.body["error"]).toBe("unsupported_grant_type");
  });
});

describe("an access token", () => {
  const unauthorized = [401, { message: "The request should be authorized." }];

  test("ends after 40 minutes", async () => {
    const call = await login(fake);
    (fake.clock as ManualClock).advance(40 * 60_000 - 1);
    expect((await call("GET", "/1.0/accounts")).status).toBe(200);
    (fake.clock as ManualClock).advance(1);
    const { status, body } = await call("GET", "/1.0/accounts");
    expect([status, body]).toEqual(unauthorized);
    fake.http.assertClean();
  });

  test("ends when a test says so; with the consent the refresh token ends too", async () => {
    const call = await login(fake);
    fake.tokens.expire();
    expect((await call("GET", "/1.0/accounts")).status).toBe(401);
    expect((await exchange(fake, refresh())).status).toBe(200);
    fake.tokens.revoke();
    expect((await exchange(fake, refresh())).body["error"]).toBe("invalid_grant");
  });

  test("opens only what the consent allowed", async () => {
    await fake.close();
    fake = await openRevolutFake({ scopes: ["READ", "WRITE"] });
    const call = await login(fake);
    expect((await call("GET", "/1.0/accounts")).status).toBe(200);
    const refused = await call("POST", "/1.0/payout-links", linkOf(fake));
    expect([refused.status, refused.body["code"]]).toEqual([403, 9002]);
    fake.http.assertClean();
  });
});

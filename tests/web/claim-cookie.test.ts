import { expect, it } from "vitest";
import { claimCookies, readClaimCookie } from "../../src/web/claim-cookie.ts";

const token = "t".repeat(43);
const claimSecret = "s".repeat(43);
const claim = { token, claimSecret, publicUrl: "http://127.0.0.1:8080", framed: false };
const pairOf = (cookie: string | undefined) => cookie?.split(";", 1)[0] ?? "";

it("is read by the page that has written it, and by no other link's", () => {
  const [cookie] = claimCookies(claim, undefined);
  expect(cookie).not.toContain(token);
  const header = `a=b; ${pairOf(cookie)}; c=d`;
  expect(readClaimCookie(header, token)).toBe(claimSecret);
  expect(readClaimCookie(header, `${token.slice(1)}u`)).toBe("");
  expect(readClaimCookie(undefined, token)).toBe("");
  expect(readClaimCookie(header.replace("sss", "s;s"), token)).toBe("");
});

it("is for links' pages alone, secure where the service is, and partitioned where it is framed", () => {
  const attributes = (more: Partial<typeof claim>) =>
    claimCookies({ ...claim, ...more }, undefined)[0]
      ?.split("; ")
      .slice(2);
  expect(attributes({})).toEqual(["Path=/l/", "HttpOnly", "SameSite=Lax"]);
  const publicUrl = "https://pay.example/money/";
  expect(attributes({ publicUrl })).toEqual([
    "Path=/money/l/",
    "HttpOnly",
    "SameSite=Lax",
    "Secure",
  ]);
  expect(attributes({ publicUrl, framed: true })).toContain("SameSite=None");
});

it("forgets the oldest of many", () => {
  const old = Array.from({ length: 25 }, (_, index) =>
    pairOf(claimCookies({ ...claim, token: `${index}` }, "")[0]),
  );
  const header = ["other=1", ...old].join("; ");
  const [kept, ...forgotten] = claimCookies(claim, header);
  expect(pairOf(kept)).toContain(claimSecret);
  expect(forgotten.map((cookie) => cookie.split("=")[0])).toEqual(
    old.slice(0, 6).map((cookie) => cookie.split("=")[0]),
  );
  for (const cookie of forgotten) expect(cookie).toContain("=; Max-Age=0; ");
  expect(claimCookies(claim, old.slice(0, 19).join("; "))).toHaveLength(1);
});

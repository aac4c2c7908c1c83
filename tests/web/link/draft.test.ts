import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { KeyedHash } from "../../../src/security/keyed-hash.ts";
import { openDraft, sealDraft } from "../../../src/web/link/draft.ts";

let now = 1_000_000;
const context = {
  hash: new KeyedHash(randomBytes(32)),
  clock: { now: () => now } as never,
  randomBytes,
};
const OWNER = { linkId: "plink_1", tokenVersion: 1 };
const DRAFT = new Map([
  ["method", "sepa"],
  ["iban", "DE89370400440532013000"],
  ["holderName", "Zoë \u{1f600} <b>"],
]);

it("comes back as it was, and shows nothing meanwhile", () => {
  const sealed = sealDraft(context, OWNER, DRAFT);
  expect(openDraft(context, OWNER, sealed)).toEqual(DRAFT);
  expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain("DE89");
  expect(sealDraft(context, OWNER, DRAFT)).not.toBe(sealed);
});

it("is of one link, one version of it and one server", () => {
  const sealed = sealDraft(context, OWNER, DRAFT);
  expect(openDraft(context, { ...OWNER, linkId: "plink_2" }, sealed)).toBeNull();
  expect(openDraft(context, { ...OWNER, tokenVersion: 2 }, sealed)).toBeNull();
  const other = { ...context, hash: new KeyedHash(randomBytes(32)) };
  expect(openDraft(other, OWNER, sealed)).toBeNull();
});

it("is worth nothing once a bit of it is another", () => {
  const bytes = Buffer.from(sealDraft(context, OWNER, DRAFT), "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const spoilt = Buffer.from(bytes);
    spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(openDraft(context, OWNER, spoilt.toString("base64url"))).toBeNull();
  }
  for (let length = 0; length < bytes.length; length += 1) {
    const cut = bytes.subarray(0, length).toString("base64url");
    expect(openDraft(context, OWNER, cut)).toBeNull();
  }
});

it("is null for whatever else is sent", () => {
  fc.assert(fc.property(fc.string(), (text) => openDraft(context, OWNER, text) === null));
});

it("is forgotten after an hour", () => {
  const sealed = sealDraft(context, OWNER, DRAFT);
  now += 60 * 60 * 1000;
  expect(openDraft(context, OWNER, sealed)).toEqual(DRAFT);
  now += 1;
  expect(openDraft(context, OWNER, sealed)).toBeNull();
});

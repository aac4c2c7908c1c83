import { describe, expect, it } from "vitest";
import { compare } from "./compare.ts";

const PAYOUT = "po_01m821p61tf35sz7jfmdevhnx8";
const OTHER = "po_01m821p62hf2h8y4hwrkpe7v7b";
const RECIPIENT = "rcp_01m821p60mfc1bap1re4t2t5tv";

function differs(sample: string, printed: string): string[] {
  return compare(sample, printed).differences.map(({ path }) => path);
}

describe("JSON", () => {
  const printed = `{"payoutId":"${PAYOUT}","status":"SUCCESS","amount":{"minorAmount":"1"},"list":[1,2,3],"etag":"v3"}`;

  it.each([
    ["the same, laid out in another way", JSON.stringify(JSON.parse(printed), null, 2)],
    [
      "entries in another order",
      `{"status":"SUCCESS","etag":"v2","list":[1,2,3],"amount":{"minorAmount":"1"},"payoutId":"${OTHER}"}`,
    ],
    ["some of it", `{"status": "SUCCESS", ...}`],
    ["the beginning", `{"payoutId":"${OTHER}","status":"SUCCESS","amount":{...`],
    ["with anything for a value", `{"amount": ..., "status": "SUC...", ...}`],
    ["some elements", `{"list": [1, ..., 3], ...}`],
  ])("is right: %s", (_, sample) => {
    expect(differs(sample, printed)).toEqual([]);
  });

  it.each([
    ["another value", `{"status": "FAILED", ...}`, "$.status"],
    ["an entry that is not there", `{"error": ..., ...}`, "$.error"],
    ["an entry left out without dots", `{"status": "SUCCESS"}`, "$.payoutId"],
    [
      "a status that stands deeper",
      `{"amount": {"status": "SUCCESS", ...}, ...}`,
      "$.amount.status",
    ],
    ["an id of another kind", `{"payoutId": "${RECIPIENT}", ...}`, "$.payoutId"],
    ["a number for a text", `{"status": 1, ...}`, "$.status"],
    ["another element", `{"list": [1, ..., 4], ...}`, "$.list[2]"],
    ["too few elements", `{"list": [1, 2], ...}`, "$.list"],
    ["an etag where there is none", `{"amount": {"etag": "v1", ...}, ...}`, "$.amount.etag"],
  ])("is wrong: %s", (_, sample, path) => {
    expect(differs(sample, printed)).toContain(path);
  });

  it("wants every value of several", () => {
    expect(differs('{"a":1}\n{"a":2}', '{"a":1}\n{"a":2}')).toEqual([]);
    expect(differs('{"a":1}', '{"a":1}\n{"a":2}')).not.toEqual([]);
    expect(differs('{"a":1}\n...', '{"a":1}\n{"a":2}')).toEqual([]);
  });
});

describe("text", () => {
  it.each([
    [`${PAYOUT} PENDING`, `${OTHER} PENDING`],
    ["a ... z", "a b c z"],
    ["first\n...\nlast", "first\n2\n3\nlast"],
    ["first\n...\nlast", "first\nlast"],
    ["at 2026-11-22T08:21:05.599Z", "at 2027-01-01T00:00:00Z"],
    ["a  b", "a      b"],
    ["ended (1.5 s)", "ended (1.5 s)"],
  ])("is right: %s", (sample, printed) => {
    expect(differs(sample, printed)).toEqual([]);
  });

  it.each([
    [`${PAYOUT} PENDING`, `${OTHER} SUCCESS`, "line 1 of the output"],
    ["a\nb\nc", "a\nb\nd", "line 3 of the output"],
    ["a\n...\nc", "a\nb", "line 3 of the output"],
    ["a", "a\nb", "line 2 of the output"],
    ["1.5", "1x5", "line 1 of the output"],
    [`${RECIPIENT}`, `${OTHER}`, "line 1 of the output"],
  ])("is wrong: %s", (sample, printed, line) => {
    expect(differs(sample, printed)).toEqual([line]);
  });

  it("gives up on many wildcards in time that grows with the text, not with its power", () => {
    const sample = `${"...\na\n".repeat(12)}never`;
    expect(differs(sample, "a\n".repeat(300))).toHaveLength(1);
  });
});

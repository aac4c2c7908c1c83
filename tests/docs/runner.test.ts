import { existsSync } from "node:fs";
import { describe, expect, inject, it } from "vitest";
import { type Marks, readPage } from "./read-page.ts";
import { reportFaults } from "./report.ts";
import { type PageRun, runPage } from "./run-page.ts";
import { programsOf } from "./tools.ts";
import { writeAnswers } from "./write-answers.ts";

const A = "po_01m821p61tf35sz7jfmdevhnx8";
const B = "po_01m821p62hf2h8y4hwrkpe7v7b";
const FENCE = "```";

/** A page of these lines, with ~~~ for a fence. */
function pageOf(...lines: readonly string[]) {
  return readPage("page.md", lines.join("\n").replaceAll("~~~", FENCE));
}

function run(page: ReturnType<typeof pageOf>, requireTools = false): Promise<PageRun> {
  return runPage(page, { program: inject("programs").service, requireTools });
}

/** Pages that call no service need not wait for one. */
function runAlone(page: ReturnType<typeof pageOf>, requireTools = false): Promise<PageRun> {
  const service = { url: "http://127.0.0.1:9", apiKey: "none", startedAt: 0, stop: async () => {} };
  const program = inject("programs").service;
  return runPage(page, { program, requireTools, startService: async () => service });
}

/** The lines of a report that name a place. */
async function faults(...lines: readonly string[]): Promise<readonly string[]> {
  return placesIn(await runAlone(pageOf(...lines)));
}

function placesIn(result: PageRun): readonly string[] {
  return reportFaults(result)
    .split("\n")
    .filter((line) => line.startsWith("page.md:"));
}

const CREATE = [
  `curl -s http://127.0.0.1:8080/v1/payouts -H "Authorization: Bearer $KEY" --json \\`,
  `  '{"amount": {"minorAmount": "100", "currency": "USD"}, "payoutMethodData": {"venmo": {"phone": "+12025550123"}}}'`,
];

describe("a page against its service", () => {
  it("is right when each answer is, whatever the ids of this run are", async () => {
    const page = pageOf(
      "~~~sh",
      ...CREATE,
      "~~~",
      "",
      "~~~json",
      `{"payoutId": "${A}", "status": "PENDING", ...}`,
      "~~~",
      "",
      "The sample id is the real one from here on.",
      "",
      '<!-- repeated until it prints: "SUCCESS" -->',
      "~~~sh",
      `curl -s http://127.0.0.1:8080/v1/payouts/${A} -H "Authorization: Bearer sk_test_${"x".repeat(43)}"`,
      "~~~",
      "",
      "~~~json",
      `{"status": "SUCCESS", "payoutId": "${A}", ...}`,
      "~~~",
    );
    const result = await run(page);
    expect(reportFaults(result)).toBe("");
    expect(result.answers).toHaveLength(2);
  });

  it("is wrong with a wrong answer, and the fence's line and the field are named", async () => {
    const page = pageOf("~~~sh", ...CREATE, "~~~", "", "~~~", `{"status": "FAILED", ...}`, "~~~");
    const report = reportFaults(await run(page));
    expect(report).toContain("page.md:6: ");
    expect(report).toContain(`$.status\n    - "FAILED"\n    + "PENDING"`);
  });

  it("is written with what was printed, the same bytes each time, and what is right is left", async () => {
    const page = pageOf(
      "~~~sh",
      ...CREATE,
      "~~~",
      "",
      "~~~json",
      `{"status": "FAILED", ...}`,
      "~~~",
      "",
      "~~~sh",
      "echo fine",
      "~~~",
      "",
      "~~~",
      "fi...",
      "~~~",
      "End.",
    );
    const first = writeAnswers(page, (await run(page)).answers);
    expect(first).toMatch(/"payoutId": "po_[0-9a-z]{26}"/);
    expect(first).toContain('"createTime": "2026-11-22T09:00:');
    expect(first).toContain("fi...\n```\nEnd.");
    const withoutSeconds = (text: string) => text.replaceAll(/T09:00:\d\d/g, "");
    const second = writeAnswers(page, (await run(page)).answers);
    expect(withoutSeconds(second)).toBe(withoutSeconds(first));
    const written = readPage("page.md", first);
    const again = await run(written);
    expect(reportFaults(again)).toBe("");
    expect(writeAnswers(written, again.answers)).toBe(first);
  });

  it("has the settings that it asks for, and ports of its own", async () => {
    const page = pageOf(
      "<!-- service: PAYOUT_RATE_LIMIT=1/min -->",
      "<!-- ports: 4000 -->",
      "~~~ts ports.ts",
      `import { createServer } from "node:http";`,
      `const server = createServer((_, response) => response.end("here")).listen(4000, "127.0.0.1");`,
      `console.log(await (await fetch("http://127.0.0.1:4000/")).text(), "at 4000");`,
      "server.close();",
      "~~~",
      "~~~sh",
      "npx node ports.ts",
      `for i in 1 2; do curl -s -o /dev/null -w '%{http_code} ' http://127.0.0.1:8080/v1/payouts -H "Authorization: Bearer $KEY"; done`,
      "~~~",
      "~~~",
      "here at 4000",
      "200 429",
      "~~~",
    );
    expect(reportFaults(await run(page))).toBe("");
  });
});

describe("volatile values", () => {
  const two = (first: string, second: string) =>
    faults("~~~sh", `echo ${A}; echo ${B}`, "~~~", "~~~", first, second, "~~~");

  it("may not stand for two values", async () => {
    expect(await two(A, B)).toEqual([]);
    expect(await two(A, A)).toEqual([expect.stringContaining("page.md:4: the page shows")]);
  });

  it("may not be two for one value", async () => {
    const found = await faults("~~~sh", `echo ${A}; echo ${A}`, "~~~", "~~~", A, B, "~~~");
    expect(found).toEqual([expect.stringContaining("page.md:4: the page shows")]);
  });

  it("stand for one value over the whole page", async () => {
    const show = (id: string, sample: string) => [
      "~~~sh",
      `echo ${id}`,
      "~~~",
      "~~~",
      sample,
      "~~~",
    ];
    const sample = "po_01m8aaaaaaaaaaaaaaaaaaaaaa";
    expect(await faults(...show(A, sample), ...show(A, sample))).toEqual([]);
    expect(await faults(...show(A, sample), ...show(B, sample))).toHaveLength(1);
  });
});

describe("the shell", () => {
  it("keeps variables and the folder from fence to fence", async () => {
    const found = await faults(
      "~~~sh",
      "mkdir deep && cd deep && NAME=value",
      "~~~",
      "~~~sh",
      'echo "$NAME $(basename "$PWD")"',
      "~~~",
      "~~~text",
      "value deep",
      "~~~",
    );
    expect(found).toEqual([]);
  });

  it("finds a command that fails in the midst, and names its line", async () => {
    expect(await faults("~~~sh", "echo a", "false", "echo b", "~~~")).toEqual([
      "page.md:3: ended with status 1 and not 0",
    ]);
    expect(await faults("<!-- exits: 22 -->", "~~~sh", "(exit 22)", "~~~")).toEqual([]);
    expect(await faults("<!-- exits: 22 -->", "~~~sh", "true", "~~~")).toHaveLength(1);
  });

  it("says so when a fence ends it", async () => {
    expect(await faults("~~~sh", "exit 0", "~~~")).toEqual([
      "page.md:1: the fence in line 1 ended the shell",
    ]);
  });

  it("ends what a page has left running, and removes its folder", async () => {
    const page = pageOf(
      "~~~ts server.ts",
      `import { createServer } from "node:http";`,
      `const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1", () =>`,
      `  console.log("http://127.0.0.1:" + server.address()?.port));`,
      "~~~",
      "~~~sh",
      "npx node server.ts >url.txt &",
      "until [ -s url.txt ]; do sleep 0.05; done",
      "curl -sf $(cat url.txt); cat url.txt; pwd",
      "~~~",
    );
    const result = await runAlone(page);
    expect(reportFaults(result)).toBe("");
    const [url = "", folder] = result.answers[0]?.printed.split("\n") ?? [];
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect(existsSync(folder ?? "")).toBe(false);
  });
});

describe("a fence that is not run", () => {
  it("must say why", async () => {
    const json = ["~~~json", "{}", "~~~"];
    expect(await faults(...json)).toEqual([expect.stringContaining("page.md:1: a json fence")]);
    expect(await faults("~~~python", "print()", "~~~")).toHaveLength(1);
    expect(await faults("~~~nginx", "listen 80;", "~~~")).toEqual([]);
    expect(() => pageOf("<!-- not run -->", ...json)).toThrow("page.md:1");
    const { notRun, faults: none } = await runAlone(pageOf("<!-- not run: a shape -->", ...json));
    expect(notRun).toEqual([{ line: 2, reason: "a shape" }]);
    expect(none).toEqual([]);
  });

  it("is not one that stands for anything", async () => {
    const found = await faults("~~~sh", "echo a", "~~~", "~~~", "...", "~~~");
    expect(found).toEqual([expect.stringContaining("page.md:4: it stands for anything")]);
  });

  it("is one with text between it and the fence that would print it", async () => {
    const found = await faults("~~~sh", "echo a", "~~~", "prints", "", "~~~", "b", "~~~");
    expect(found).toEqual([expect.stringContaining("page.md:6: a fence without language")]);
  });

  it("wants a program that is not installed, which is a fault where all must be", async () => {
    const page = pageOf("<!-- needs: no-such-program -->", "~~~sh", "no-such-program", "~~~");
    expect(await runAlone(page)).toMatchObject({
      faults: [],
      skipped: [{ line: 2, missing: "no-such-program" }],
    });
    expect((await runAlone(page, true)).faults).toHaveLength(1);
  });
});

describe("the programs of a script", () => {
  it.each([
    ["python3 verify.py", ["python3"]],
    ["curl -s x |\n  python3 -c 'go home' | jq .", ["python3", "jq"]],
    ["KEY=$(openssl rand -base64 32); (go build x)", ["openssl", "go"]],
    ["echo go && ./python3 x", []],
  ])("are found where a command begins: %s", (script, programs) => {
    expect(programsOf(script)).toEqual(programs);
  });
});

describe("where fences are", () => {
  it("is known inside lists too", () => {
    const page = pageOf(
      "# Title",
      "",
      "1. First:",
      "",
      "   <!-- exits: 3 -->",
      "   ~~~sh",
      "   (exit 3)",
      "   ~~~",
      "",
      "   - inner",
      "",
      "     ~~~sh x.sh",
      "     true",
      "     ~~~",
      "",
      "After.",
      "~~~json a.json",
      "{}",
      "~~~",
    );
    const marks: Partial<Marks> = { exits: 3 };
    expect(page.fences).toMatchObject([
      { line: 6, endLine: 8, language: "sh", fileName: null, marks },
      { line: 12, endLine: 14, fileName: "x.sh", text: "true" },
      { line: 17, endLine: 19, language: "json", fileName: "a.json", text: "{}" },
    ]);
  });
});

import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const execute = promisify(execFile);
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** What callers do with the package, over all its entries. */
const PROGRAM = `
import { createPayoutClient, type Payout, Payout_Status, payoutError, verifyWebhook } from "payout-service-client";
import { grpc } from "payout-service-client/grpc";
import { grpcWeb } from "payout-service-client/grpc-web";

const [baseUrl = "", apiKey = ""] = process.argv.slice(2);
const idempotencyKey = "order-1";
const seen: (string | undefined)[] = [];
for (const transport of [undefined, grpc, grpcWeb]) {
  const { payouts, events } = createPayoutClient({
    baseUrl,
    apiKey,
    ...(transport && { transport }),
  });
  const { payout } = await payouts.create(
    {
      amount: { minorAmount: 12500n, currency: "USD" },
      payoutMethodData: { method: { case: "venmo", value: { phone: "+12025550123" } } },
    },
    { idempotencyKey },
  );
  const paid: Payout | undefined = payout;
  const status: Payout_Status | undefined = paid?.status;
  seen.push(paid?.payoutId, status === undefined ? "" : typeof Payout_Status[status]);
  const afterEventId = (await events.listEvents({})).events.at(-1)?.eventId ?? "";
  // The program ends only when the stream does.
  for await (const { event } of payouts.watch({ afterEventId })) if (event) break;
}
try {
  verifyWebhook("{}", {}, "whsec_AAAA");
} catch (thrown) {
  seen.push(payoutError(thrown).code);
  // @ts-expect-error: there is no such reason
  if (payoutError(thrown).reason === "PAYOUT_EXISTS") seen.push("");
}
// @ts-expect-error: money is a bigint
const wrong: Payout["amount"] = { minorAmount: 125.5, currency: "USD" };
if (wrong === undefined) seen.push("");
console.log(seen.join(" "));
`;

let app: TestApp;
/** Where it is installed. Compilers and npm take their time on a busy machine. */
let project: string;
let files: readonly string[];
beforeAll(async () => {
  app = await startTestApp();
  project = mkdtempSync(join(tmpdir(), "payout-client-"));
  files = await install(project);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  writeFileSync(join(project, "program.ts"), PROGRAM);
}, 120_000);
afterAll(async () => {
  await app.stop();
  rmSync(project, { recursive: true, force: true });
});

/** Packs the sources as they are and installs the package, with what it declares and nothing else. */
async function install(into: string): Promise<readonly string[]> {
  const source = join(into, "source");
  cpSync(join(ROOT, "client"), source, {
    recursive: true,
    filter: (path) => !/\/(dist|src|node_modules)$/.test(path),
  });
  await execute(process.execPath, ["scripts/build-client.ts", join(source, "dist")], { cwd: ROOT });
  const npm = ["pack", "--json", "--ignore-scripts", "--pack-destination", into];
  const { stdout } = await execute("npm", npm, { cwd: source });
  const [{ filename, files: packed }] = JSON.parse(stdout);
  const modules = join(into, "node_modules");
  const home = join(modules, "payout-service-client");
  mkdirSync(home, { recursive: true });
  await execute("tar", ["-xzf", join(into, filename), "-C", home, "--strip-components=1"]);
  rmSync(source, { recursive: true });
  link(modules, Object.keys(json(join(home, "package.json")).dependencies));
  return packed.map(({ path }: { path: string }) => path);
}

function link(modules: string, names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
}

describe("the package", { timeout: 120_000 }, () => {
  test("has what is needed, and nothing of the service", () => {
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist/index.d.ts"]));
    expect(
      files.filter((path) => !/^(dist\/.*\.(js|d\.ts)|[A-Z]+(\.md)?|package\.json)$/.test(path)),
    ).toEqual([]);
    expect(files.some((path) => path.includes("grpc/"))).toBe(false);
  });

  test("is of the service's version, with the versions that the service is tested with", () => {
    const [root, client] = ["package.json", "client/package.json"].map((path) =>
      json(join(ROOT, path)),
    );
    expect(client.version).toBe(root.version);
    expect({ ...root.devDependencies, ...root.dependencies }).toMatchObject(client.dependencies);
  });

  test("works in Node as it is installed", async () => {
    const args = ["program.ts", app.url, app.apiKey];
    const { stdout, stderr } = await execute(process.execPath, args, { cwd: project });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^(po_\w{26}) string \1 string \1 string unknown\n$/);
  });

  test.each(["bundler", "node16", "nodenext"])(
    "has types for moduleResolution %s",
    async (mode) => {
      const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
      const options = {
        module: mode === "bundler" ? "esnext" : mode,
        moduleResolution: mode,
        target: "es2022",
        lib: ["es2022", "dom", "dom.iterable"],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        types: ["node"],
        typeRoots: [join(ROOT, "node_modules/@types")],
        // Declarations of packages are the same in each mode: once is enough.
        skipLibCheck: mode !== "nodenext",
        skipDefaultLibCheck: true,
      };
      const name = join(project, `tsconfig.${mode}.json`);
      writeFileSync(name, JSON.stringify({ compilerOptions: options, files: ["program.ts"] }));
      const { stdout } = await execute(process.execPath, [tsc, "-p", name]).catch((error) => error);
      expect(stdout).toBe("");
    },
  );

  test("is bundled for browsers, without what is not used, and as small as its README says", async () => {
    const size = async (used: string) => {
      const contents = `import { ${used} } from "payout-service-client"; globalThis.used = [${used}];`;
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: project },
        bundle: true,
        minify: true,
        write: false,
        format: "esm",
        platform: "browser",
        logLevel: "silent",
      });
      const [{ contents: bytes } = { contents: new Uint8Array() }] = outputFiles;
      return [bytes.length / 1000, gzipSync(bytes, { level: 9 }).length / 1000];
    };
    const [minified = 0, gzipped = 0] = await size("createPayoutClient, payoutError");
    const [, withWebhooks = 0] = await size("createPayoutClient, payoutError, verifyWebhook");
    const told = readFileSync(join(ROOT, "client/README.md"), "utf8").match(
      /are (\d+) kB minified, (\d+) kB with gzip;\s`verifyWebhook` adds (\d+) kB/,
    );
    const [said = 0, saidGzipped = 0, saidMore = 0] = told?.slice(1).map(Number) ?? [];
    const tolerance = 0.1;
    for (const [actual, stated] of [
      [minified, said],
      [gzipped, saidGzipped],
    ] as const) {
      expect(Math.abs(actual - stated) / stated).toBeLessThan(tolerance);
    }
    expect(Math.abs(withWebhooks - gzipped - saidMore)).toBeLessThan(1.5);
  });
});

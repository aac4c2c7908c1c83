import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StartedServer, startServer } from "./start-server.ts";

const run = promisify(execFile);
const buf = "node_modules/.bin/buf";
const timeout = 30_000;

let started: StartedServer;
beforeAll(async () => {
  started = await startServer();
});
afterAll(() => started.stop());

/** A foreign client that has no schema: it asks reflection. Answers its output. */
async function bufCurl(path: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(buf, ["curl", ...args, `${started.url}${path}`], { timeout });
  return stdout;
}

describe("buf curl, without a schema", { timeout }, () => {
  const h2 = "--http2-prior-knowledge";
  const check = "/grpc.health.v1.Health/Check";

  for (const protocol of ["grpc", "grpcweb", "connect"]) {
    test(`calls over ${protocol}`, async () => {
      const answer = await bufCurl(check, h2, "--protocol", protocol, "-d", "{}");
      expect(JSON.parse(answer)).toEqual({ status: "SERVING" });
    });
  }

  for (const version of ["grpc-v1", "grpc-v1alpha"]) {
    test(`lists services and methods by ${version}`, async () => {
      const protocol = [h2, "--reflect-protocol", version];
      expect((await bufCurl("", ...protocol, "--list-services")).trim().split("\n")).toEqual([
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
      ]);
      expect((await bufCurl("", ...protocol, "--list-methods")).trim().split("\n")).toEqual([
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/Watch",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      ]);
    });
  }

  test("reports an error by its code", async () => {
    const call = bufCurl(check, h2, "--protocol", "grpc", "-d", '{"service":"no.such"}');
    await expect(call).rejects.toMatchObject({ stderr: expect.stringContaining("not_found") });
  });
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createFileRegistry,
  type DescMessage,
  type DescService,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const root = join(import.meta.dirname, "../../..");
const workspace = JSON.stringify({
  version: "v2",
  modules: [{ path: "tests/transport/rest" }, { path: "third_party" }],
});

/** Compiles example.proto with buf. Tests need no generated code of their own for this. */
export function buildRegistry(): FileRegistry {
  const folder = mkdtempSync(join(tmpdir(), "rest-"));
  const image = join(folder, "image.binpb");
  try {
    const path = "tests/transport/rest/example.proto";
    const args = ["build", "--config", workspace, "--path", path, "-o", image];
    execFileSync(join(root, "node_modules/.bin/buf"), args, { cwd: root });
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(image)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const registry = buildRegistry();

/** A message of example.proto by its short name. */
export function message(name: string): DescMessage {
  const found = registry.getMessage(`example.v1.${name}`);
  if (found === undefined) {
    throw new Error(`no message ${name}`);
  }
  return found;
}

/** The one service of example.proto. */
export function library(): DescService {
  const found = registry.getService("example.v1.LibraryService");
  if (found === undefined) {
    throw new Error("no LibraryService");
  }
  return found;
}

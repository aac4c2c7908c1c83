import { spawnSync } from "node:child_process";
import { clone, create, fromBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { docsPlugin } from "../../scripts/docs/plugin.ts";
import { RULES_PATH } from "../../scripts/docs/rules.ts";
import { REPOSITORY, type Sources } from "../../scripts/docs/sources.ts";

/** What `buf generate` hands to the plugin. */
export function pluginRequest(): CodeGeneratorRequest {
  const built = spawnSync("buf", ["build", "-o", "-"], { maxBuffer: 64 * 1024 * 1024 });
  if (built.status !== 0) throw new Error(String(built.stderr));
  const { file } = fromBinary(FileDescriptorSetSchema, built.stdout);
  return create(CodeGeneratorRequestSchema, {
    fileToGenerate: file.map(({ name }) => name).filter((name) => name.startsWith("payout/")),
    parameter: "target=ts",
    protoFile: file,
    sourceFileDescriptors: file,
  });
}

/** A copy of the request in which one file of the contract is another. */
export function withFile(
  request: CodeGeneratorRequest,
  name: string,
  change: (file: FileDescriptorProto) => void,
): CodeGeneratorRequest {
  const changed = clone(CodeGeneratorRequestSchema, request);
  for (const files of [changed.protoFile, changed.sourceFileDescriptors]) {
    const file = files.find((each) => each.name === name);
    if (file === undefined) throw new Error(`there is no file ${name}`);
    change(file);
  }
  return changed;
}

/** Sources in which one file is another. Something must have changed. */
export function withText(
  path: string,
  change: (text: string) => string | null,
  sources: Sources = REPOSITORY,
): Sources {
  const before = sources.read(path);
  const after = change(before ?? "");
  if (after === before) throw new Error(`${path} was not changed`);
  return { ...sources, read: (each) => (each === path ? after : sources.read(each)) };
}

export function withRules(change: (text: string) => string): Sources {
  return withText(RULES_PATH, change);
}

/** Pages by their paths below docs/reference, or what is wrong. */
export function generate(
  request: CodeGeneratorRequest,
  sources: Sources = REPOSITORY,
): { readonly pages: ReadonlyMap<string, string>; readonly error: string } {
  const { file, error } = docsPlugin(sources).run(request);
  return { pages: new Map(file.map(({ name, content }) => [name, content])), error };
}

import { spawnSync } from "node:child_process";
import { createFileRegistry, type DescFile, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The contract's files with their comments, as they stand in proto/: for what runs without buf generate. */
export function contractFiles(): readonly DescFile[] {
  const built = spawnSync("buf", ["build", "-o", "-"], { maxBuffer: 64 * 1024 * 1024 });
  if (built.status !== 0) throw new Error(built.stderr.toString());
  const image = fromBinary(FileDescriptorSetSchema, built.stdout);
  return [...createFileRegistry(image).files];
}

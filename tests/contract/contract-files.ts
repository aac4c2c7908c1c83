import { execFileSync } from "node:child_process";
import {
  createFileRegistry,
  type DescFile,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The contract as buf reads it from the sources, comments and all. */
export function buildContract(): FileRegistry {
  const image = execFileSync(
    "node_modules/.bin/buf",
    ["build", "proto", "--as-file-descriptor-set", "-o", "-#format=binpb"],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
}

/** Our own files, without those of others. */
export function ownFiles(registry: FileRegistry): readonly DescFile[] {
  return [...registry.files].filter(({ proto }) => proto.package === "payout.v1");
}

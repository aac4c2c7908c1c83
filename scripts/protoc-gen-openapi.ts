import { readFileSync } from "node:fs";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { runNodeJs } from "@bufbuild/protoplugin";
import { Contract } from "./openapi/contract.ts";
import { openApiDocument } from "./openapi/document.ts";

/** The plugin of `buf generate` that writes openapi.json, OpenAPI 3.1, from the contract. */
runNodeJs({
  name: "protoc-gen-openapi",
  version: "1",
  run(request: CodeGeneratorRequest) {
    const set = create(FileDescriptorSetSchema, { file: request.protoFile });
    const document = openApiDocument(new Contract(createFileRegistry(set)), packageVersion());
    const content = `${JSON.stringify(document, null, 2)}\n`;
    return create(CodeGeneratorResponseSchema, {
      supportedFeatures: BigInt(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL),
      file: [{ name: "openapi.json", content }],
    });
  },
});

function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

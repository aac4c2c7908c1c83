import {
  createFileRegistry,
  createRegistry,
  type DescFile,
  type DescService,
  fromJson,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, file_google_protobuf_descriptor } from "@bufbuild/protobuf/wkt";
import { file_google_api_annotations } from "../../../gen/google/api/annotations_pb.js";

/** One of everything that has a name, as `protoc` would describe it; no proto file in the house has it all. */
const proto = fromJson(
  FileDescriptorProtoSchema,
  {
    name: "payouttest/everything.proto",
    package: "payouttest",
    dependency: ["google/protobuf/descriptor.proto", "google/api/annotations.proto"],
    syntax: "proto3",
    messageType: [
      {
        name: "Outer",
        field: [
          { name: "left", number: 1, type: "TYPE_STRING", label: "LABEL_OPTIONAL", oneofIndex: 0 },
          { name: "right", number: 2, type: "TYPE_BOOL", label: "LABEL_OPTIONAL", oneofIndex: 0 },
          {
            name: "maybe",
            number: 3,
            type: "TYPE_INT32",
            label: "LABEL_OPTIONAL",
            oneofIndex: 1,
            proto3Optional: true,
          },
        ],
        oneofDecl: [{ name: "choice" }, { name: "_maybe" }],
        nestedType: [
          {
            name: "Inner",
            field: [{ name: "name", number: 1, type: "TYPE_STRING", label: "LABEL_OPTIONAL" }],
          },
        ],
        enumType: [{ name: "Size", value: [{ name: "SMALL", number: 0 }] }],
        extension: [
          {
            name: "nested_note",
            number: 50_002,
            type: "TYPE_STRING",
            label: "LABEL_OPTIONAL",
            extendee: ".google.protobuf.MessageOptions",
          },
        ],
      },
    ],
    enumType: [{ name: "Colour", value: [{ name: "RED", number: 0 }] }],
    extension: [
      {
        name: "note",
        number: 50_001,
        type: "TYPE_STRING",
        label: "LABEL_OPTIONAL",
        extendee: ".google.protobuf.MessageOptions",
      },
    ],
    service: [
      {
        name: "Annotated",
        method: [
          {
            name: "Do",
            inputType: ".payouttest.Outer",
            outputType: ".payouttest.Outer",
            options: { "[google.api.http]": { post: "/v1/do", body: "*" } },
          },
        ],
      },
    ],
  },
  { registry: createRegistry(file_google_api_annotations) },
);

const known = [file_google_api_annotations, file_google_protobuf_descriptor];
const registry = createFileRegistry(proto, (path) =>
  known.find((file) => file.proto.name === path),
);

export const testFile: DescFile = found(registry.getFile(proto.name));
export const annotated: DescService = found(registry.getService("payouttest.Annotated"));

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("not in the registry");
  return value;
}

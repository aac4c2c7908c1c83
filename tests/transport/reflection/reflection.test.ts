import {
  create,
  createFileRegistry,
  type DescFile,
  fromBinary,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";
import { Code, type ConnectRouter, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { file_buf_validate_validate } from "../../../gen/buf/validate/validate_pb.js";
import { file_google_api_annotations, http } from "../../../gen/google/api/annotations_pb.js";
import { Health } from "../../../gen/grpc/health/v1/health_pb.js";
import {
  ServerReflection,
  type ServerReflectionRequest,
  ServerReflectionRequestSchema,
} from "../../../gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1Alpha } from "../../../gen/grpc/reflection/v1alpha/reflection_pb.js";
import { reflectionRpc } from "../../../src/transport/reflection/reflection-rpc.ts";
import { annotated, testFile } from "./test-file.ts";

type MessageRequest = ServerReflectionRequest["messageRequest"];

const options = {
  services: [Health, annotated],
  files: [file_buf_validate_validate, testFile],
};

function reflection(maxRequestsPerStream?: number) {
  const more = maxRequestsPerStream === undefined ? {} : { maxRequestsPerStream };
  const routes: (router: ConnectRouter) => void = reflectionRpc({ ...options, ...more });
  return createRouterTransport(routes);
}

/** One stream with these requests, in the words of v1. */
async function ask(...requests: MessageRequest[]) {
  const client = createClient(ServerReflection, reflection());
  const answers = [];
  for await (const answer of client.serverReflectionInfo(stream(requests))) answers.push(answer);
  return answers.map(({ messageResponse }) => messageResponse);
}

async function* stream(requests: MessageRequest[]) {
  for (const messageRequest of requests) yield { messageRequest };
}

const bySymbol = (value: string): MessageRequest => ({ case: "fileContainingSymbol", value });
const byName = (value: string): MessageRequest => ({ case: "fileByFilename", value });

/** The file names in each answer, or its error code. */
async function filesOf(...requests: MessageRequest[]): Promise<(string[] | number | undefined)[]> {
  const answers = await ask(...requests);
  return answers.map((answer) => {
    if (answer.case === "errorResponse") return answer.value.errorCode;
    if (answer.case !== "fileDescriptorResponse") return undefined;
    return answer.value.fileDescriptorProto.map(
      (bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name,
    );
  });
}

test("lists the services and itself, sorted", async () => {
  for (const service of [ServerReflection, ServerReflectionV1Alpha]) {
    const client = createClient(service, reflection());
    const requests = stream([{ case: "listServices", value: "*" }]);
    for await (const { messageResponse } of client.serverReflectionInfo(requests)) {
      expect(messageResponse.case).toBe("listServicesResponse");
      expect(messageResponse.value).toMatchObject({
        service: [
          { name: "grpc.health.v1.Health" },
          { name: "grpc.reflection.v1.ServerReflection" },
          { name: "grpc.reflection.v1alpha.ServerReflection" },
          { name: "payouttest.Annotated" },
        ],
      });
    }
  }
});

test("echoes host and request", async () => {
  const client = createClient(ServerReflection, reflection());
  const request = create(ServerReflectionRequestSchema, {
    host: "a.example",
    messageRequest: byName("no/such.proto"),
  });
  async function* one() {
    yield request;
  }
  for await (const answer of client.serverReflectionInfo(one())) {
    expect(answer.validHost).toBe("a.example");
    expect(answer.originalRequest).toEqual(request);
  }
});

describe("finds the file of", () => {
  const own = testFile.proto.name;
  const cases: Record<string, string> = {
    "a service": "payouttest.Annotated",
    "a method": "payouttest.Annotated.Do",
    "a message": "payouttest.Outer",
    "a nested message": "payouttest.Outer.Inner",
    "a field": "payouttest.Outer.Inner.name",
    "a oneof": "payouttest.Outer.choice",
    "the oneof behind an optional field": "payouttest.Outer._maybe",
    "an enum": "payouttest.Colour",
    "an enum value": "payouttest.RED",
    "a nested enum": "payouttest.Outer.Size",
    "a nested enum value": "payouttest.Outer.SMALL",
    "an extension": "payouttest.note",
    "a nested extension": "payouttest.Outer.nested_note",
  };
  for (const [what, symbol] of Object.entries(cases)) {
    test(what, async () => {
      const [files] = await filesOf(bySymbol(symbol));
      expect(files).toContain(own);
      expect(Array.isArray(files) && files[0]).toBe(own);
    });
  }

  test("nothing for names that are not there or not full", async () => {
    const names = [
      "",
      "payouttest",
      "Outer",
      "payouttest.Colour.RED",
      ".payouttest.Outer",
      "__proto__",
    ];
    expect(await filesOf(...names.map(bySymbol))).toEqual(names.map(() => Code.NotFound));
  });
});

describe("a file comes", () => {
  test("first, with its transitive dependencies after it, each once", async () => {
    const [files] = await filesOf(byName("google/api/annotations.proto"));
    expect(files).toEqual([
      "google/api/annotations.proto",
      "google/protobuf/descriptor.proto",
      "google/api/http.proto",
    ]);
  });

  test("without the dependencies that the stream has carried, but always itself", async () => {
    const answers = await filesOf(
      byName("google/protobuf/descriptor.proto"),
      byName("google/api/annotations.proto"),
      byName("google/api/annotations.proto"),
    );
    expect(answers).toEqual([
      ["google/protobuf/descriptor.proto"],
      ["google/api/annotations.proto", "google/api/http.proto"],
      ["google/api/annotations.proto"],
    ]);
  });

  test("or NOT_FOUND, and the stream goes on", async () => {
    const answers = await filesOf(byName("no/such.proto"), byName("grpc/health/v1/health.proto"));
    expect(answers).toEqual([Code.NotFound, ["grpc/health/v1/health.proto"]]);
  });

  test("whole: a registry made of the answer has the options, too", async () => {
    const [answer] = await ask(bySymbol("payouttest.Annotated"));
    if (answer?.case !== "fileDescriptorResponse") throw new Error("no file");
    const file = answer.value.fileDescriptorProto.map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );
    expect(file[0]?.name).toBe(testFile.proto.name);
    // A set wants imports first: the answer backwards.
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: file.reverse() }));
    const method = registry.getService("payouttest.Annotated")?.method["do"];
    if (method === undefined) throw new Error("no method");
    expect(hasOption(method, http)).toBe(true);
    expect(getOption(method, http).pattern).toEqual({ case: "post", value: "/v1/do" });
  });
});

describe("extensions", () => {
  test("by type and number", async () => {
    const extension = (containingType: string, extensionNumber: number): MessageRequest => ({
      case: "fileContainingExtension",
      value: { $typeName: "grpc.reflection.v1.ExtensionRequest", containingType, extensionNumber },
    });
    const answers = await filesOf(
      extension("google.protobuf.MethodOptions", 72295728),
      extension("google.protobuf.MethodOptions", 1),
      extension("no.such.Type", 1),
    );
    expect(answers).toEqual([
      expect.arrayContaining(["google/api/annotations.proto"]),
      Code.NotFound,
      Code.NotFound,
    ]);
  });

  test("all numbers of a type", async () => {
    const numbers = (value: string): MessageRequest => ({
      case: "allExtensionNumbersOfType",
      value,
    });
    const answers = await ask(
      numbers("google.protobuf.MessageOptions"),
      numbers("grpc.health.v1.HealthCheckRequest"),
      numbers("no.such.Type"),
    );
    expect(answers).toMatchObject([
      {
        case: "allExtensionNumbersResponse",
        value: {
          baseTypeName: "google.protobuf.MessageOptions",
          extensionNumber: [1159, 50_001, 50_002],
        },
      },
      { case: "allExtensionNumbersResponse", value: { extensionNumber: [] } },
      { case: "errorResponse", value: { errorCode: Code.NotFound } },
    ]);
  });
});

test("an empty request is INVALID_ARGUMENT, one of a newer kind UNIMPLEMENTED", async () => {
  const client = createClient(ServerReflection, reflection());
  const newer = create(ServerReflectionRequestSchema);
  newer.$unknown = [{ no: 9, wireType: 2, data: new Uint8Array([0]) }];
  async function* requests() {
    yield create(ServerReflectionRequestSchema);
    yield newer;
  }
  const codes = [];
  for await (const { messageResponse } of client.serverReflectionInfo(requests())) {
    codes.push(messageResponse.case === "errorResponse" && messageResponse.value.errorCode);
  }
  expect(codes).toEqual([Code.InvalidArgument, Code.Unimplemented]);
});

test("a stream carries so many requests and no more", async () => {
  const client = createClient(ServerReflection, reflection(2));
  const requests = stream(Array.from({ length: 3 }, () => byName("no/such.proto")));
  const answers = client.serverReflectionInfo(requests)[Symbol.asyncIterator]();
  await answers.next();
  await answers.next();
  await expect(answers.next()).rejects.toMatchObject({ code: Code.ResourceExhausted });
});

test("every file that it knows can be asked for", async () => {
  const all = new Set<string>();
  const queue: DescFile[] = [file_buf_validate_validate, file_google_api_annotations];
  for (const file of queue) {
    all.add(file.proto.name);
    queue.push(...file.dependencies);
  }
  expect(all).toContain(file_google_protobuf_descriptor.proto.name);
  const names = [...all];
  const answers = await filesOf(...names.map(byName));
  expect(answers.map((files) => Array.isArray(files) && files[0])).toEqual(names);
});

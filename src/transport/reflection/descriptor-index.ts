import {
  type DescEnum,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type DescService,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** Finds files by what they hold. Names are fully qualified, without a leading dot. */
export interface DescriptorIndex {
  /** Sorted. */
  readonly serviceNames: readonly string[];
  /** By the file's path, such as "google/protobuf/empty.proto". */
  file(path: string): DescFile | undefined;
  /** By a service, method, message, field, oneof, enum, enum value or extension. */
  fileOfSymbol(name: string): DescFile | undefined;
  fileOfExtension(extendee: string, number: number): DescFile | undefined;
  /** Sorted; empty for a message without extensions, undefined for an unknown one. */
  extensionNumbers(extendee: string): readonly number[] | undefined;
  /** The FileDescriptorProto, serialized once. */
  bytes(file: DescFile): Uint8Array;
}

/** Indexes the services, and every file that they or the further files depend on. */
export function createDescriptorIndex(
  services: readonly DescService[],
  furtherFiles: readonly DescFile[] = [],
): DescriptorIndex {
  const files = new Map<string, DescFile>();
  const symbols = new Map<string, DescFile>();
  const extensions = new Map<string, Map<number, DescFile>>();
  const serialized = new Map<DescFile, Uint8Array>();

  const queue = [...services.map((service) => service.file), ...furtherFiles];
  for (const file of queue) {
    if (files.has(file.proto.name)) continue;
    files.set(file.proto.name, file);
    for (const symbol of symbolsOf(file)) symbols.set(symbol, file);
    for (const message of messagesOf(file)) {
      if (!extensions.has(message.typeName)) extensions.set(message.typeName, new Map());
    }
    for (const { extendee, number } of extensionsOf(file)) {
      const numbers = extensions.get(extendee.typeName) ?? new Map<number, DescFile>();
      extensions.set(extendee.typeName, numbers.set(number, file));
    }
    queue.push(...file.dependencies);
  }

  return {
    serviceNames: [...new Set(services.map((service) => service.typeName))].sort(),
    file: (path) => files.get(path),
    fileOfSymbol: (name) => symbols.get(name),
    fileOfExtension: (extendee, number) => extensions.get(extendee)?.get(number),
    extensionNumbers(extendee) {
      const numbers = extensions.get(extendee);
      return numbers && [...numbers.keys()].sort((a, b) => a - b);
    },
    bytes(file) {
      let bytes = serialized.get(file);
      if (bytes === undefined) {
        bytes = toBinary(FileDescriptorProtoSchema, file.proto);
        serialized.set(file, bytes);
      }
      return bytes;
    },
  };
}

function* symbolsOf(file: DescFile): Generator<string> {
  for (const service of file.services) {
    yield service.typeName;
    for (const method of service.methods) yield `${service.typeName}.${method.name}`;
  }
  for (const message of messagesOf(file)) {
    yield message.typeName;
    for (const { name } of message.fields) yield `${message.typeName}.${name}`;
    // From the proto: the descriptor leaves out the oneofs behind proto3's `optional`.
    for (const { name } of message.proto.oneofDecl) yield `${message.typeName}.${name}`;
  }
  for (const enumeration of enumsOf(file)) {
    yield enumeration.typeName;
    // Values are siblings of their enum, as in C++.
    const scope = enumeration.typeName.slice(0, -enumeration.name.length);
    for (const { name } of enumeration.values) yield scope + name;
  }
  for (const extension of extensionsOf(file)) yield extension.typeName;
}

function* messagesOf(parent: DescFile | DescMessage): Generator<DescMessage> {
  for (const message of parent.kind === "file" ? parent.messages : parent.nestedMessages) {
    yield message;
    yield* messagesOf(message);
  }
}

function* enumsOf(file: DescFile): Generator<DescEnum> {
  yield* file.enums;
  for (const message of messagesOf(file)) yield* message.nestedEnums;
}

function* extensionsOf(file: DescFile): Generator<DescExtension> {
  yield* file.extensions;
  for (const message of messagesOf(file)) yield* message.nestedExtensions;
}

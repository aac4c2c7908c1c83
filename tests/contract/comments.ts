import type {
  DescriptorProto,
  EnumDescriptorProto,
  FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";

/** A thing in a file, and where descriptor.proto says that its source is. */
interface Place {
  readonly name: string;
  readonly path: readonly number[];
}

/** Field numbers in descriptor.proto. */
const FILE = { message: 4, enum: 5, service: 6 };
const MESSAGE = { field: 2, nested: 3, enum: 4, oneof: 8 };
const METHOD = 2;
const ENUM_VALUE = 2;

/** What of a file has no comment right before it. */
export function commentsOf(file: FileDescriptorProto): { readonly missing: readonly string[] } {
  const commented = new Set(
    (file.sourceCodeInfo?.location ?? [])
      .filter(({ leadingComments }) => leadingComments.trim() !== "")
      .map(({ path }) => path.join()),
  );
  const missing = placesOf(file).filter(({ path }) => !commented.has(path.join()));
  return { missing: missing.map(({ name }) => `${file.name}: ${name}`) };
}

function placesOf(file: FileDescriptorProto): readonly Place[] {
  return [
    ...file.messageType.flatMap((each, index) => ofMessage(each, "", [FILE.message, index])),
    ...file.enumType.flatMap((each, index) => ofEnum(each, "", [FILE.enum, index])),
    ...file.service.flatMap((service, index) => {
      const path = [FILE.service, index];
      const rpcs = service.method.map(({ name }, at) => ({
        name: `${service.name}.${name}`,
        path: [...path, METHOD, at],
      }));
      return [{ name: service.name, path }, ...rpcs];
    }),
  ];
}

function ofMessage(message: DescriptorProto, prefix: string, path: readonly number[]): Place[] {
  // Maps are messages that nobody has written.
  if (message.options?.mapEntry === true) return [];
  const name = prefix + message.name;
  const inner = `${name}.`;
  return [
    { name, path },
    ...message.field.map((field, index) => ({
      name: inner + field.name,
      path: [...path, MESSAGE.field, index],
    })),
    ...message.oneofDecl
      .map((oneof, index) => ({ name: inner + oneof.name, path: [...path, MESSAGE.oneof, index] }))
      // `optional` makes a oneof that nobody has written.
      .filter(({ name: oneof }) => !oneof.startsWith(`${inner}_`)),
    ...message.nestedType.flatMap((nested, index) =>
      ofMessage(nested, inner, [...path, MESSAGE.nested, index]),
    ),
    ...message.enumType.flatMap((nested, index) =>
      ofEnum(nested, inner, [...path, MESSAGE.enum, index]),
    ),
  ];
}

function ofEnum(desc: EnumDescriptorProto, prefix: string, path: readonly number[]): Place[] {
  const name = prefix + desc.name;
  const values = desc.value.map((value, index) => ({
    name: `${name}.${value.name}`,
    path: [...path, ENUM_VALUE, index],
  }));
  return [{ name, path }, ...values];
}

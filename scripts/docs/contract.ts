import {
  type AnyDesc,
  createRegistry,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  getOption,
  hasOption,
  type JsonObject,
  type JsonValue,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { getComments } from "@bufbuild/protoplugin";
import type { Faults } from "./fault.ts";

export const PACKAGE = "payout.v1";

/** One way in which an RPC is served over REST. */
export interface Binding {
  readonly verb: string;
  readonly path: string;
  /** "*" when the fields that are not in the path are the body. */
  readonly body: string;
  /** The field of the response that is the body; empty for all of it. */
  readonly responseBody: string;
}

type Commented = Exclude<AnyDesc, DescFile>;

/** The contract as the plugin is given it: with comments, and with options that no generated code is needed for. */
export class Contract {
  /** The files of our package, by name. */
  readonly files: readonly DescFile[];
  /** Knows every message, for JSON. */
  readonly registry: Registry;
  readonly #options: ReadonlyMap<string, DescExtension>;

  constructor(allFiles: readonly DescFile[]) {
    this.files = allFiles
      .filter((file) => file.proto.package === PACKAGE)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    this.registry = createRegistry(...allFiles);
    const types = allFiles.flatMap((file) => [...nestedTypes(file)]);
    this.#options = new Map(
      types.filter((each) => each.kind === "extension").map((each) => [each.typeName, each]),
    );
  }

  get services(): readonly DescService[] {
    return this.files.flatMap(({ services }) => services);
  }

  /** Every message, the nested ones too, save the entries of maps. */
  messagesIn(file: DescFile): readonly DescMessage[] {
    return [...nestedTypes(file)].filter((type) => type.kind === "message");
  }

  enumsIn(file: DescFile): readonly DescEnum[] {
    return [...nestedTypes(file)].filter((type) => type.kind === "enum");
  }

  /** The messages that RPCs take and answer. */
  envelopes(): ReadonlySet<string> {
    const methods = this.services.flatMap((service) => service.methods);
    return new Set(methods.flatMap(({ input, output }) => [input.typeName, output.typeName]));
  }

  /** What RPCs take, with everything inside. */
  inputs(): ReadonlySet<string> {
    const inputs = new Set<string>();
    const add = (message: DescMessage): void => {
      if (inputs.has(message.typeName)) return;
      inputs.add(message.typeName);
      for (const field of message.fields) if (field.message) add(field.message);
    };
    for (const service of this.services) for (const { input } of service.methods) add(input);
    return inputs;
  }

  /** The comment above a declaration, without its indentation. */
  commentOf(desc: Commented): string {
    return (getComments(desc).leading ?? "")
      .split("\n")
      .map((line) => line.replace(/^ /, "").trimEnd())
      .join("\n")
      .trim();
  }

  bindingsOf(method: DescMethod): readonly Binding[] {
    const rule = this.#optionOf(method, "google.api.http") as JsonObject | undefined;
    if (rule === undefined) return [];
    return [rule, ...((rule["additionalBindings"] ?? []) as JsonObject[])].flatMap((each) =>
      ["get", "put", "post", "delete", "patch"]
        .filter((verb) => typeof each[verb] === "string")
        .map((verb) => ({
          verb: verb.toUpperCase(),
          path: String(each[verb]),
          body: String(each["body"] ?? ""),
          responseBody: String(each["responseBody"] ?? ""),
        })),
    );
  }

  scopeOf(method: DescMethod): string {
    return String(this.#optionOf(method, `${PACKAGE}.required_scope`) ?? "");
  }

  /** Whether it changes nothing. */
  isRead(method: DescMethod): boolean {
    return method.idempotency === 1;
  }

  /** What protovalidate asks of a field, as JSON. */
  fieldRules(field: DescField): JsonObject {
    return (this.#optionOf(field, "buf.validate.field") ?? {}) as JsonObject;
  }

  /** What protovalidate asks of the fields of a message together: groups of which one at most, or exactly one, is given. */
  oneOfRules(message: DescMessage): readonly { fields: readonly string[]; required: boolean }[] {
    const rules = (this.#optionOf(message, "buf.validate.message") ?? {}) as JsonObject;
    return ((rules["oneof"] ?? []) as JsonObject[]).map((each) => ({
      fields: (each["fields"] ?? []) as string[],
      required: each["required"] === true,
    }));
  }

  /** Whether one of a `oneof` must be given. */
  isOneofRequired(field: DescField): boolean {
    if (field.oneof === undefined) return false;
    const rules = (this.#optionOf(field.oneof, "buf.validate.oneof") ?? {}) as JsonObject;
    return rules["required"] === true;
  }

  isSecret(field: DescField): boolean {
    return field.proto.options?.debugRedact === true;
  }

  /** Everything that is declared wants a comment: it is the documentation. */
  checkComments(faults: Faults): void {
    const want = (desc: Commented, file: DescFile): void => {
      if (this.commentOf(desc) === "")
        faults.add(`${file.name}.proto`, `${String(desc)} has no comment`);
    };
    for (const file of this.files) {
      for (const type of nestedTypes(file)) {
        want(type, file);
        if (type.kind === "message") {
          for (const field of type.fields) want(field, file);
        }
        if (type.kind === "enum") for (const value of type.values) want(value, file);
        if (type.kind === "service") for (const method of type.methods) want(method, file);
      }
    }
  }

  #optionOf(
    desc: DescMethod | DescField | DescMessage | NonNullable<DescField["oneof"]>,
    name: string,
  ): JsonValue | undefined {
    const extension = this.#options.get(name);
    // The types want to know of which kind each option is; their names say so.
    const option = extension as never;
    if (extension === undefined || !hasOption(desc as never, option)) return undefined;
    const value: unknown = getOption(desc as never, option);
    if (extension.message === undefined) return value as JsonValue;
    return toJson(extension.message, value as never, { registry: this.registry });
  }
}

/** The name of a type within our package: "Payout.Status". */
export function localName({ typeName }: DescMessage | DescEnum | DescService): string {
  return typeName.startsWith(`${PACKAGE}.`) ? typeName.slice(PACKAGE.length + 1) : typeName;
}

/** A method's name as the rules have it: "PayoutService.Create". */
export function operationName(method: DescMethod): string {
  return `${method.parent.name}.${method.name}`;
}

/** A comment as one paragraph, for a cell of a table. */
export function oneLine(comment: string): string {
  return comment
    .split(/\n\n+/)
    .map((paragraph) =>
      paragraph.startsWith("- ")
        ? paragraph
            .split(/\n(?=- )/)
            .map((item) => item.replace(/\n\s*/g, " "))
            .join("<br>")
        : paragraph.replace(/\n\s*/g, " "),
    )
    .join("<br>");
}

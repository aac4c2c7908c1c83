import {
  type DescExtension,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescOneof,
  type DescService,
  type FileRegistry,
  getOption,
  hasOption,
  isFieldSet,
  type Message,
} from "@bufbuild/protobuf";
import type { FieldRules, MessageRules, OneofRules } from "../../gen/buf/validate/validate_pb.js";
import type { HttpRule } from "../../gen/google/api/http_pb.js";

/** The package that the document is about. */
const PACKAGE = "payout.v1";

/**
 * The contract with its options. They are looked up in what the compiler sent, not in `gen/`, which the
 * same run writes: so the document is of this contract even when `gen/` is old or gone.
 */
export class Contract {
  readonly services: readonly DescService[];
  /** Names of all fields, as the contract spells them. */
  readonly fieldNames: ReadonlySet<string>;
  readonly #registry: FileRegistry;

  constructor(registry: FileRegistry) {
    this.#registry = registry;
    const files = [...registry.files].filter(({ proto }) => proto.package === PACKAGE);
    this.services = files.flatMap((file) => file.services);
    this.fieldNames = new Set(
      [...registry]
        .filter((type) => type.kind === "message" && files.includes(type.file))
        .flatMap((type) => (type as DescMessage).fields.map(({ name }) => name)),
    );
  }

  message(typeName: string): DescMessage {
    const found = this.#registry.getMessage(typeName);
    if (found === undefined) throw new Error(`${typeName} is not in the contract`);
    return found;
  }

  /** The google.api.http rules of a method, the main one first. */
  http(method: DescMethod): readonly HttpRule[] {
    const extension = this.#extension("google.api.http");
    if (!hasOption(method, extension)) return [];
    const rule = getOption(method, extension) as HttpRule;
    return [rule, ...rule.additionalBindings];
  }

  /** The scope that a key needs for a method. */
  scope(method: DescMethod): string {
    const extension = this.#extension("payout.v1.required_scope");
    return hasOption(method, extension) ? String(getOption(method, extension)) : "";
  }

  /** The rules of a field, of a message, and of a oneof, where there are any. */
  fieldRules(field: DescField): FieldRules | null {
    const extension = this.#extension("buf.validate.field");
    return hasOption(field, extension) ? (getOption(field, extension) as FieldRules) : null;
  }
  messageRules(message: DescMessage): MessageRules | null {
    const extension = this.#extension("buf.validate.message");
    return hasOption(message, extension) ? (getOption(message, extension) as MessageRules) : null;
  }
  oneofRules(oneof: DescOneof): OneofRules | null {
    const extension = this.#extension("buf.validate.oneof");
    return hasOption(oneof, extension) ? (getOption(oneof, extension) as OneofRules) : null;
  }

  /** The names of what is set in a message of options: a rule that nobody reads must not go by in silence. */
  namesSet(options: Message): readonly string[] {
    const { fields } = this.message(options.$typeName);
    return fields.filter((field) => isFieldSet(options, field)).map(({ name }) => name);
  }

  #extension(typeName: string): DescExtension {
    const found = this.#registry.getExtension(typeName);
    if (found === undefined) throw new Error(`the option ${typeName} is not in the contract`);
    return found;
  }
}

import type { DescEnum, DescMessage, DescService } from "@bufbuild/protobuf";

/** Names of component schemas: `Payout.Status` is PayoutStatus. */
export class Names {
  readonly #answered: ReadonlySet<DescMessage>;
  readonly #taken = new Map<string, string>();

  /** A message that is both sent and answered has two schemas: the strict one for requests has another name. */
  constructor(services: readonly DescService[]) {
    const answered = new Set<DescMessage>();
    const visit = (message: DescMessage) => {
      if (answered.has(message)) return;
      answered.add(message);
      for (const field of message.fields) {
        if (field.message !== undefined) visit(field.message);
      }
    };
    for (const { methods } of services) for (const { output } of methods) visit(output);
    this.#answered = answered;
  }

  answer(desc: DescMessage | DescEnum): string {
    return this.#claim(joined(desc), desc.typeName);
  }

  request(message: DescMessage): string {
    const name = this.#answered.has(message) ? `${joined(message)}Input` : joined(message);
    return this.#claim(name, `request ${message.typeName}`);
  }

  #claim(name: string, owner: string): string {
    const other = this.#taken.get(name) ?? owner;
    if (other !== owner) throw new Error(`${owner} and ${other} would both be the schema ${name}`);
    this.#taken.set(name, owner);
    return name;
  }
}

function joined({ typeName, file }: DescMessage | DescEnum): string {
  return typeName.slice(file.proto.package.length + 1).replaceAll(".", "");
}

import { type DescMethod, fromJson, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import type { Contract } from "../contract.ts";
import type { Faults } from "../fault.ts";
import { kebab } from "../markdown.ts";

/** Where the examples are, as a path in the repository. */
export const EXAMPLES = "docs/rules/examples";

/** A call that is made before an example, for what it needs. */
export interface Before {
  /** Why, a sentence for the reader. */
  readonly says: string;
  /** "PayoutService.Stage". */
  readonly call: string;
  readonly request: JsonObject;
  /** Names of shell variables, and the field of the answer that each takes. */
  readonly take: Readonly<Record<string, string>>;
}

/** An example of one operation: one request, shown on every face, and what was answered over REST. */
export interface Example {
  /** What it shows, a sentence for the reader. */
  readonly says: string;
  readonly before: readonly Before[];
  readonly idempotencyKey: string | null;
  readonly request: JsonObject;
  /** Fields of REST's body that the shorter faces show; of a list, fields of its elements. */
  readonly show: readonly string[];
  /** What REST answered, recorded by `npm run examples:record`; undefined before that. */
  readonly answer: JsonValue | undefined;
  /** Settings of the page's service. */
  readonly service: Readonly<Record<string, string>>;
  /** Why none of it is run; null when it is. */
  readonly notRun: string | null;
  /** Whether REST's answer is shown shortened too: a very long one. */
  readonly brief: boolean;
  /** Seconds after which a stream is left. */
  readonly seconds: number | null;
}

export function examplePath({ name, parent }: Pick<DescMethod, "name" | "parent">): string {
  return `${EXAMPLES}/${kebab(parent.name)}/${kebab(name)}.json`;
}

const KNOWN = new Set(
  "says before idempotencyKey request show answer brief service notRun seconds".split(" "),
);

/** Reads an example and checks its requests against the contract. */
export function readExample(
  contract: Contract,
  method: DescMethod,
  text: string,
  faults: Faults,
): Example {
  const path = examplePath(method);
  const data = JSON.parse(text) as Partial<Example>;
  for (const key of Object.keys(data)) {
    if (!KNOWN.has(key)) faults.add(path, `"${key}" is no part of an example`);
  }
  const example: Example = {
    says: data.says ?? "",
    before: data.before ?? [],
    idempotencyKey: data.idempotencyKey ?? null,
    request: data.request ?? {},
    show: data.show ?? [],
    answer: data.answer,
    service: data.service ?? {},
    notRun: data.notRun ?? null,
    brief: data.brief ?? false,
    seconds: data.seconds ?? null,
  };
  if (example.says === "") faults.add(path, `lacks "says": a sentence that tells what it shows`);
  const isMutation = !contract.isRead(method);
  if (isMutation && example.idempotencyKey === null)
    faults.add(path, 'a mutation needs "idempotencyKey"');
  if (!isMutation && example.idempotencyKey !== null)
    faults.add(path, 'a read takes no "idempotencyKey"');
  const check = (of: DescMethod, request: JsonObject): void => {
    try {
      fromJson(of.input, request, { registry: contract.registry });
    } catch (error) {
      faults.add(path, `is no request of ${of.name}: ${(error as Error).message}`);
    }
  };
  check(method, example.request);
  for (const { call, request } of example.before) {
    const earlier = findMethod(contract, call);
    if (earlier === undefined) faults.add(path, `there is no operation "${call}"`);
    else check(earlier, request);
  }
  return example;
}

export function findMethod(contract: Contract, name: string): DescMethod | undefined {
  return contract.services
    .flatMap(({ methods }) => methods)
    .find((method) => `${method.parent.name}.${method.name}` === name);
}

import { execFileSync } from "node:child_process";
import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { describe, expect, test } from "vitest";
import { http } from "../../gen/google/api/annotations_pb.js";
import type { HttpRule } from "../../gen/google/api/http_pb.js";
import { required_scope } from "../../gen/payout/v1/options_pb.js";
import { SERVICES } from "../../src/app.ts";
import { SCOPES } from "../../src/domain/access.ts";
import { scopeOf } from "../../src/transport/interceptors/authorize.ts";
import { commentsOf } from "./comments.ts";
import { buildContract, ownFiles } from "./contract-files.ts";
import { PUBLIC_FIELDS, SENSITIVE_WORDS } from "./sensitive-fields.ts";

const files = ownFiles(buildContract());
const types = files.flatMap((file) => [...nestedTypes(file)]);
const messages = types.filter((type): type is DescMessage => type.kind === "message");
const enums = types.filter((type): type is DescEnum => type.kind === "enum");
const services = files.flatMap((file) => file.services);
const methods = services.flatMap((service) => service.methods);

/** Without the package. */
const nameOf = (type: { readonly typeName: string }) => type.typeName.replace("payout.v1.", "");
const methodName = (method: DescMethod) => `${method.parent.name}.${method.name}`;

/** In the contract and not served yet. To be emptied by whoever serves it. */
const TO_COME: readonly string[] = [];
/** Changes nothing, and asks for more than a query holds. */
const READS_BY_POST: ReadonlySet<string> = new Set(["RoutingService.PreviewRouting"]);

describe("the contract as it is written", () => {
  test("passes buf lint", () => {
    execFileSync("node_modules/.bin/buf", ["lint"], { stdio: "pipe" });
  });

  test("is the one that is generated and served, but for what is still to come", () => {
    const served = new Set(SERVICES.map(({ typeName }) => typeName));
    const notServed = services.filter(({ typeName }) => !served.has(typeName));
    expect(notServed.map(({ name }) => name)).toEqual(TO_COME);
    const here = methods.filter(({ parent }) => served.has(parent.typeName)).map(methodName);
    expect(here.sort()).toEqual(
      SERVICES.flatMap((service) => service.methods.map(methodName)).sort(),
    );
  });

  test("everything in it has a comment: it is the documentation", () => {
    expect(files.flatMap((file) => commentsOf(file.proto).missing)).toEqual([]);
  });
});

describe("every RPC", () => {
  test("names a scope that there is", () => {
    const wrong = methods.filter(
      (method) => !(SCOPES as readonly string[]).includes(getOption(method, required_scope)),
    );
    expect(wrong.map(methodName)).toEqual([]);
    for (const service of SERVICES) {
      for (const method of service.methods) {
        expect(scopeOf(method)).toBe(getOption(method, required_scope));
      }
    }
  });

  test("changes nothing under a scope that only reads", () => {
    const reading = methods.filter(
      (method) => getOption(method, required_scope) === "payouts:read",
    );
    expect(reading.filter(({ idempotency }) => idempotency !== 1).map(methodName)).toEqual([]);
  });

  test("has an HTTP rule: GET for what changes nothing, and only for that", () => {
    for (const method of methods) {
      expect({ [methodName(method)]: hasOption(method, http) }).toEqual({
        [methodName(method)]: true,
      });
      const isRead = method.idempotency === 1 && !READS_BY_POST.has(methodName(method));
      expect({ [methodName(method)]: getOption(method, http).pattern.case === "get" }).toEqual({
        [methodName(method)]: isRead,
      });
    }
  });

  test("has a path that no other has, under /v1", () => {
    const taken = methods.flatMap((method) => rulesOf(method).map(shapeOf));
    expect(taken.filter((shape, index) => taken.indexOf(shape) !== index)).toEqual([]);
    for (const shape of taken) expect(shape).toMatch(/^(get|post|patch|put|delete) \/v1\//);
  });

  test("has path variables that are required text of its request, or choose between bindings", () => {
    for (const method of methods) {
      for (const rule of rulesOf(method)) {
        for (const [, name] of String(rule.pattern.value).matchAll(/\{(\w+)\}/g)) {
          const field = method.input.fields.find((each) => each.name === name);
          expect({ method: methodName(method), name, scalar: field?.scalar }).toEqual({
            method: methodName(method),
            name,
            scalar: 9,
          });
        }
      }
    }
  });

  test("answers a field over REST that its response has", () => {
    for (const method of methods) {
      for (const { responseBody } of rulesOf(method)) {
        if (responseBody === "") continue;
        expect(method.output.fields.map(({ name }) => name)).toEqual([responseBody]);
      }
    }
  });

  test("has a request and a response of its own, named after it", () => {
    const inputs = methods.map(({ input }) => input.typeName);
    expect(new Set(inputs).size).toBe(inputs.length);
    for (const method of methods) {
      expect(nameOf(method.input)).toBe(`${method.name}Request`);
      expect(nameOf(method.output)).toBe(`${method.name}Response`);
    }
  });
});

describe("every field", () => {
  const fields = messages.flatMap((message) => message.fields);
  const fieldName = (field: DescField) => `${nameOf(field.parent)}.${field.name}`;
  const isRedacted = (field: DescField) => field.proto.options?.debugRedact === true;

  test("that sounds like a secret or a person's own is redacted, or public for a reason", () => {
    const suspects = fields.filter(
      (field) =>
        field.message === undefined &&
        field.name.split("_").some((word) => SENSITIVE_WORDS.has(word)),
    );
    const bare = suspects
      .filter((field) => !isRedacted(field))
      .map(fieldName)
      .filter((name) => !PUBLIC_FIELDS.some(({ names }) => names.test(name)));
    expect(bare).toEqual([]);
  });

  test("of the list of public ones is there, and is not redacted as well", () => {
    for (const { names } of PUBLIC_FIELDS) {
      const found = fields.filter((field) => names.test(fieldName(field)));
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter(isRedacted).map(fieldName)).toEqual([]);
    }
  });

  test("of a payout method is text with a bound, and nothing asks for a CVV", () => {
    const method = messages.filter(({ typeName }) => /PayoutMethodData\.\w+$/.test(typeName));
    expect(method).toHaveLength(12);
    expect(fields.filter(({ name }) => /cvv|cvc|security_code/.test(name))).toEqual([]);
  });

  test("is never a float", () => {
    const floats = fields.filter(({ scalar }) => scalar === 1 || scalar === 2);
    expect(floats.map(fieldName)).toEqual([]);
  });

  test("that is a time ends in _time", () => {
    const times = fields.filter((field) => field.message?.typeName === "google.protobuf.Timestamp");
    expect(
      times.map(({ name }) => name).filter((name) => !/_time(_from|_to)?$|(^|_)since$/.test(name)),
    ).toEqual([]);
  });
});

describe("every enum", () => {
  test("begins with a zero that is called after it and means nothing", () => {
    for (const each of enums) {
      const [zero] = each.values;
      const upper = each.name.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase();
      expect({ number: zero?.number, name: zero?.name }).toEqual({
        number: 0,
        name: `${upper}_UNSPECIFIED`,
      });
    }
  });

  test("is proto3's open kind, without two names for one number", () => {
    for (const each of enums) {
      expect(each.open).toBe(true);
      expect(new Set(each.values.map(({ number }) => number)).size).toBe(each.values.length);
    }
  });
});

/** The rule of a method and those beside it. */
function rulesOf(method: DescMethod): readonly HttpRule[] {
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings];
}

/** What requests a rule takes: variables are all alike. */
function shapeOf({ pattern }: HttpRule): string {
  return `${pattern.case} ${String(pattern.value).replaceAll(/\{[^}]*\}/g, "*")}`;
}

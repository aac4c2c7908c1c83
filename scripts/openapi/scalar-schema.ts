import { type JsonObject, ScalarType } from "@bufbuild/protobuf";
import type { FieldRules } from "../../gen/buf/validate/validate_pb.js";
import type { RuleSchema } from "./rule-schema.ts";

/** A scalar as it is answered: 64 bits are a string, for JSON's numbers do not hold them. */
export function answeredScalar(scalar: ScalarType): JsonObject {
  return scalar === ScalarType.INT64
    ? { type: "string", pattern: "^-?[0-9]{1,19}$" }
    : plainScalar(scalar);
}

/** A scalar as it is taken, with its rules: 64 bits are a string or a number. */
export function takenScalar(
  scalar: ScalarType,
  rules: FieldRules | null,
  schemas: RuleSchema,
): JsonObject {
  const type = rules?.type;
  switch (scalar) {
    case ScalarType.STRING:
      return {
        ...plainScalar(scalar),
        ...schemas.string(type?.case === "string" ? type.value : null),
      };
    case ScalarType.INT32:
      return {
        ...plainScalar(scalar),
        ...schemas.integer(type?.case === "int32" ? type.value : null),
      };
    case ScalarType.INT64: {
      const bounds = schemas.integer(type?.case === "int64" ? type.value : null);
      const sign = "minimum" in bounds && Number(bounds["minimum"]) >= 0 ? "" : "-?";
      return { type: ["string", "integer"], pattern: `^${sign}[0-9]{1,19}$`, ...bounds };
    }
    default:
      return plainScalar(scalar);
  }
}

function plainScalar(scalar: ScalarType): JsonObject {
  switch (scalar) {
    case ScalarType.STRING:
      return { type: "string" };
    case ScalarType.BOOL:
      return { type: "boolean" };
    case ScalarType.INT32:
      return { type: "integer", format: "int32" };
    default:
      throw new Error(`no schema yet for the scalar ${ScalarType[scalar]}`);
  }
}

/** Messages of Google's with a JSON form of their own; null for others. */
export function wellKnownSchema(typeName: string): JsonObject | null {
  switch (typeName) {
    case "google.protobuf.Timestamp":
      return { type: "string", format: "date-time" };
    case "google.protobuf.Duration":
      return { type: "string", pattern: "^-?[0-9]{1,12}(\\.[0-9]{1,9})?s$" };
    default:
      if (typeName.startsWith("google.")) throw new Error(`no schema yet for ${typeName}`);
      return null;
  }
}

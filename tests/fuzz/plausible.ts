import {
  type DescField,
  type DescMessage,
  getOption,
  hasOption,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  field as fieldRules,
  message as messageRules,
} from "../../gen/buf/validate/validate_pb.js";
import type { FuzzRandom } from "./fuzz-random.ts";
import { idPlaceholder, PER_KIND } from "./placeholders.ts";
import { CANARY, isHidden, isSecret, secretFor } from "./secrets.ts";

/**
 * A request that looks right, made from the descriptor alone: names tell what belongs in a field, the
 * rules of the contract which fields must be there. Many are right, and those that are not are wrong
 * in depth, which is where readers of mere noise never come.
 */
export function plausible(message: DescMessage, random: FuzzRandom): JsonObject {
  const json = messageOf(message, random, 0);
  agree(json, random);
  return json;
}

function messageOf(message: DescMessage, random: FuzzRandom, depth: number): JsonObject {
  const json: JsonObject = {};
  const arms = chosenArms(message, random);
  const likely = depth === 0 ? 0.3 : 0.75;
  for (const field of message.fields) {
    const isArm = arms.has(field);
    if (arms.has(field) === false && isAlternative(message, field)) continue;
    if (!isArm && !isRequired(field) && !random.happens(likelihood(field, likely))) continue;
    if (depth > 6) continue;
    json[field.jsonName] = valueFor(field, random, depth);
  }
  return json;
}

/** One member of each oneof, real or declared by a rule. */
function chosenArms(message: DescMessage, random: FuzzRandom): ReadonlySet<DescField> {
  const arms = new Set<DescField>();
  for (const group of alternatives(message)) arms.add(random.pick(group));
  return arms;
}

function alternatives(message: DescMessage): readonly (readonly DescField[])[] {
  const declared = hasOption(message, messageRules)
    ? getOption(message, messageRules).oneof.map(({ fields }) =>
        message.fields.filter(({ name }) => fields.includes(name)),
      )
    : [];
  return [...message.oneofs.map(({ fields }) => fields), ...declared].filter(
    (fields) => fields.length > 0,
  );
}

function isAlternative(message: DescMessage, field: DescField): boolean {
  return alternatives(message).some((group) => group.includes(field));
}

function isRequired(field: DescField): boolean {
  if (!hasOption(field, fieldRules)) return false;
  const { required, type } = getOption(field, fieldRules);
  if (required) return true;
  if (type.case === "string") return type.value.minLen > 0n;
  if (type.case === "repeated") return type.value.minItems > 0n;
  return type.case === "enum" && type.value.notIn.includes(0);
}

function likelihood(field: DescField, otherwise: number): number {
  if (field.name === "page_token" || field.name === "etag") return 0.05;
  if (/_id$|^connector$|currency/.test(field.name)) return otherwise / 2;
  // The fields of a payout method belong together.
  return isSecret(field) || field.parent.typeName.includes("PayoutMethodData.") ? 0.95 : otherwise;
}

function valueFor(field: DescField, random: FuzzRandom, depth: number): JsonValue {
  if (field.fieldKind === "list") {
    return Array.from({ length: random.between(1, 2) }, () => single(field, random, depth));
  }
  if (field.fieldKind === "map") {
    const scenario: JsonObject = random.happens(0.5)
      ? { sandbox_scenario: random.pick(SCENARIOS) }
      : {};
    return { ...scenario, [random.word(4)]: random.word(6) };
  }
  return single(field, random, depth);
}

/** Those that end quickly and leave the processor reachable. */
const SCENARIOS = ["instant_success", "success", "manual", "decline", "return_after_success"];

function single(field: DescField, random: FuzzRandom, depth: number): JsonValue {
  if (field.enum !== undefined) {
    const names = field.enum.values.filter(({ number }) => number !== 0);
    return random.pick(names.length === 0 ? field.enum.values : names).name;
  }
  if (field.message !== undefined) {
    switch (field.message.typeName) {
      case "google.protobuf.Timestamp":
        return new Date(Date.UTC(2024, 0, 1) + random.below(4 * 365) * 86_400_000).toISOString();
      case "google.protobuf.Duration":
        return `${random.between(60, 600_000)}s`;
      case "google.protobuf.FieldMask":
        return random.pick(["", "email", "person.email,metadata"]);
      default:
        return messageOf(field.message, random, depth + 1);
    }
  }
  switch (field.scalar) {
    case ScalarType.BOOL:
      return random.happens(0.5);
    case ScalarType.STRING:
      return textFor(field, random);
    case ScalarType.BYTES:
      return Buffer.from(random.bytes(random.below(20))).toString("base64");
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return random.below(1000) / 8;
    default:
      return numberFor(field, random);
  }
}

function numberFor(field: DescField, random: FuzzRandom): number | string {
  switch (field.name) {
    case "expiry_month":
      return random.between(1, 12);
    case "expiry_year":
      return random.between(2030, 2040);
    case "page_size":
      return random.between(0, 100);
    case "minor_amount":
      return String(random.between(1, 5000));
    default:
      return random.between(0, 100);
  }
}

const IDS: Readonly<Record<string, string>> = {
  payout_id: "po",
  recipient_id: "rcp",
  disburse_account_id: "acct",
  link_id: "plink",
  event_id: "evt",
  after_event_id: "evt",
  object_id: "po",
  subject_id: "po",
};

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  connector: ["sandbox", "sandbox", "stripe"],
  connectors: ["sandbox"],
  currency: ["USD", "EUR", "GBP", "BRL", "CAD", "JPY"],
  destination_currency: ["USD", "EUR", "GBP"],
  country: ["US", "DE", "BR"],
  locale: ["pt-BR", "de", "en-US"],
  return_url: ["https://example.com/done"],
  network: ["visa"],
  token_kind: ["CARD"],
  bank_code: ["260"],
  ispb: ["18236120"],
  bic: ["COBADEFFXXX"],
  page_token: [""],
  etag: ['"1"', "1"],
  type: ["payout.succeeded", "payout.created"],
  service: ["", "payout.v1.PayoutService"],
  condition: ['currency == "EUR"', "amount > 1000", 'method in ["ach", "sepa"]', "true"],
  name: ["rule-1", "rule-2", "eu"],
  file_containing_symbol: ["payout.v1.PayoutService"],
  file_by_filename: ["payout/v1/payout.proto"],
};

function textFor(field: DescField, random: FuzzRandom): string {
  if (isSecret(field)) {
    return isHidden(field) && random.happens(0.15)
      ? CANARY
      : secretFor(field, (of) => random.pick(of));
  }
  const prefix = IDS[field.name];
  if (prefix !== undefined) return idPlaceholder(prefix, random.below(PER_KIND));
  const texts = TEXTS[field.name];
  if (texts !== undefined) return random.pick(texts);
  if (/^merchant_.*_id$/.test(field.name)) return `m-${random.below(1000)}`;
  return random.word(random.between(1, 12));
}

const CURRENCIES: Readonly<Record<string, string>> = {
  ach: "USD",
  bacs: "GBP",
  sepa: "EUR",
  pix: "BRL",
  pixKey: "BRL",
  venmo: "USD",
  interac: "CAD",
  openBankingUk: "GBP",
};

/** A rail pays in its own currency: without this nearly every payout would be refused. */
function agree(json: JsonObject, random: FuzzRandom): void {
  const { amount, payoutMethodData } = json;
  if (typeof payoutMethodData === "object" && payoutMethodData !== null) {
    const [arm = ""] = Object.keys(payoutMethodData);
    const data = (payoutMethodData as JsonObject)[arm] as JsonObject | undefined;
    if (data?.["iban"] !== undefined && random.happens(0.9)) {
      data["iban"] = arm === "sepa" ? "DE89370400440532013000" : "GB29NWBK60161331926819";
    }
    if (arm === "bacs" && data !== undefined && random.happens(0.9)) {
      data["accountNumber"] = "31926819";
    }
    if (arm === "pix" && data !== undefined && random.happens(0.5)) delete data["ispb"];
    const currency = CURRENCIES[arm];
    if (currency !== undefined && typeof amount === "object" && amount !== null) {
      (amount as JsonObject)["currency"] = currency;
      if (random.happens(0.9)) delete json["destinationCurrency"];
    }
  }
  if (json["type"] === "INDIVIDUAL") delete json["organization"];
  else if (typeof json["type"] === "string" && json["organization"] !== undefined) {
    delete json["individual"];
  }
}

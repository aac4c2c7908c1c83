import type { FuzzRandom } from "../fuzz-random.ts";
import type { CallInput } from "../input.ts";
import { NASTY_TEXTS } from "../nasty.ts";
import { CLAIM_CODE, LINKS, linkPlaceholder } from "../placeholders.ts";
import type { Target } from "./target.ts";

export const links: Target = {
  name: "links",
  about: "the payout link's page: its form's posts, its query, its address",
  weight: 8,
  make(random) {
    const path = random.weighted<string>(
      [12, () => `/l/${linkPlaceholder(random.below(LINKS))}`],
      [1, () => `/l/${linkPlaceholder(random.below(LINKS))}/logo`],
      [1, () => `/l/${linkPlaceholder(0).slice(0, random.below(43))}`],
      [1, () => `/l/${encodeURIComponent(random.pick(NASTY_TEXTS).toWellFormed())}`],
      [
        1,
        () =>
          `/l/${random.pick(["%", "%zz", "..", "%2e%2e", "a/b", "a%2Fb", "", "x".repeat(513), "%ff"])}`,
      ],
    );
    const fields = formFields(random);
    const body = random.weighted<string>(
      [10, () => encoded(fields)],
      [1, () => `${encoded(fields)}&${"a=b&".repeat(random.pick([10, 1000, 5000]))}`],
      [1, () => encoded(fields).replaceAll("=", random.pick(["", "%", "[]=", "=="]))],
      [1, () => JSON.stringify(Object.fromEntries(fields))],
      [1, () => "\xff\xfe%ff%00%zz&&&==&"],
    );
    const isGet = random.happens(0.2);
    return {
      kind: "call",
      http: random.happens(0.3) ? 2 : 1,
      face: "page",
      method: isGet
        ? "GET"
        : random.happens(0.03)
          ? random.pick(["PUT", "HEAD", "DELETE"])
          : "POST",
      path: isGet ? `${path}?${encoded(fields)}`.slice(0, 9000) : path,
      headers: [
        // Of one address so many wrong tries are looked at and no more.
        ["x-forwarded-for", `203.0.113.${random.below(256)}`],
        ...(isGet ? [] : ([["content-type", contentType(random)], ...oddHeaders(random)] as const)),
      ],
      body: isGet ? "" : body,
    } satisfies CallInput;
  },
};

function contentType(random: FuzzRandom): string {
  return random.happens(0.92)
    ? "application/x-www-form-urlencoded"
    : random.pick([
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        "application/x-www-form-urlencoded, application/json",
      ]);
}

function oddHeaders(random: FuzzRandom): CallInput["headers"] {
  if (random.happens(0.9)) return [];
  return [
    random.pick([
      ["origin", "https://evil.example"],
      ["origin", "null"],
      ["content-encoding", "gzip"],
      ["cookie", "a=b"],
      ["cookie", `claim_0123456789abcdef=${"x".repeat(43)}; claim_=; claim`],
      ["accept-language", "pt-BR,*;q=0"],
    ] as const),
  ];
}

const METHODS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  ach: [
    ["holderName", "Jane Doe"],
    ["routingNumber", "110000000"],
    ["accountNumber", "000123456789"],
    ["accountType", "CHECKING"],
  ],
  sepa: [
    ["holderName", "Jane Doe"],
    ["iban", "DE89370400440532013000"],
  ],
  card: [
    ["holderName", "Jane Doe"],
    ["cardNumber", "4242424242424242"],
    ["expiryMonth", "12"],
    ["expiryYear", "2035"],
  ],
  paypal: [["email", "jane@example.com"]],
  venmo: [["phone", "+14155552671"]],
  pix_key: [["pixKey", "joana@example.com"]],
  pix: [["taxId", "29537995593"]],
  bacs: [["sortCode", "601613"]],
  interac: [["email", "jane@example.ca"]],
  open_banking_uk: [["iban", "GB29NWBK60161331926819"]],
  apple_pay: [["dpan", "5555555555554444"]],
  passthrough: [["pspToken", "tok"]],
};

function formFields(random: FuzzRandom): (readonly [string, string])[] {
  const kind = random.happens(0.6)
    ? random.pick(["ach", "card", "paypal", "venmo"])
    : random.pick(Object.keys(METHODS));
  const fields: (readonly [string, string])[] = [
    ["method", kind],
    ["givenName", "Jane"],
    ["familyName", "Doe"],
    ...(METHODS[kind] ?? []),
  ];
  if (random.happens(0.5)) fields.push(["claimCode", random.happens(0.3) ? CLAIM_CODE : "wrong"]);
  // A right one now and then; it uses the link up.
  for (let times = random.between(0, 3) || random.between(0, 3); times > 0; times -= 1) {
    const index = random.index(fields);
    random.weighted<unknown>(
      [
        4,
        () =>
          fields.splice(index, 1, [
            fields[index]?.[0] ?? "a",
            random.pick(NASTY_TEXTS).toWellFormed(),
          ]),
      ],
      [2, () => fields.splice(index, 1)],
      [1, () => fields.push(fields[index] ?? ["a", "b"])],
      [
        1,
        () =>
          fields.push([
            random.pick([
              "__proto__",
              "constructor",
              "method",
              "token",
              "kind",
              "amount",
              "draft",
              "step",
            ]),
            random.pick(["x", "", "ach", "claim", "edit", "A".repeat(64)]),
          ]),
      ],
      [1, () => fields.splice(index, 1, [random.pick(["__proto__", "toString", "valueOf"]), "x"])],
      [
        1,
        () =>
          fields.splice(0, 1, [
            "method",
            random.pick([
              "constructor",
              "__proto__",
              "toString",
              "ACH",
              "ach ",
              "",
              "apple_pay",
              "passthrough",
            ]),
          ]),
      ],
    );
  }
  return fields;
}

function encoded(fields: readonly (readonly [string, string])[]): string {
  return new URLSearchParams(
    fields.map(([name, value]): [string, string] => [name, value]),
  ).toString();
}

import { type Json, textAt } from "../support/json-fields.ts";

/** A way that money can go. */
export interface MoneyRoute {
  readonly country: string;
  readonly currency: string;
  readonly priority: string;
}

/** Ways that the fake knows at the start: at home in five places, and across borders to some. */
export function someRoutes(): MoneyRoute[] {
  const home: readonly [string, string][] = [
    ["NL", "EUR"],
    ["DE", "EUR"],
    ["FR", "EUR"],
    ["GB", "GBP"],
    ["US", "USD"],
    ["JP", "JPY"],
  ];
  const routes = home.flatMap(([country, currency]) =>
    ["regular", "fast", "instant", "wire"].map((priority) => ({ country, currency, priority })),
  );
  for (const [country] of home) {
    for (const currency of ["USD", "EUR", "GBP", "KWD"]) {
      if (home.some(([c, own]) => c === country && own === currency)) continue;
      routes.push({ country, currency, priority: "crossBorder" });
    }
  }
  return routes;
}

/** The country of an account, as far as its identification tells; undefined where it does not. */
export function countryOf(identification: unknown): string | undefined {
  const type = textAt(identification, "type") ?? "";
  if (type === "iban") return textAt(identification, "iban")?.slice(0, 2);
  if (type === "numberAndBic") return textAt(identification, "bic")?.slice(4, 6);
  const local = /^([a-z]{2})Local$/.exec(type)?.[1]?.toUpperCase();
  return local === "UK" ? "GB" : local;
}

const largest = 99_999_999_999;

/** As replies name it, with what an account and an amount must be like. */
export function routeView(route: MoneyRoute): Json {
  const isHome = route.priority !== "crossBorder";
  return {
    category: "bank",
    country: route.country,
    currency: route.currency,
    priority: route.priority,
    requirements: [
      {
        type: "amountMinMaxRequirement",
        description: `Amount of transfer must be at least 1, and no greater than ${largest}`,
        min: 1,
        max: largest,
      },
      ...(isHome
        ? []
        : [
            {
              type: "bankAccountIdentificationTypeRequirement",
              description: "Bank account identification type must be iban or numberAndBic",
              bankAccountIdentificationTypes: ["iban", "numberAndBic"],
            },
          ]),
    ],
  };
}

import type { Connector, Operation } from "../../connectors/connector.ts";
import { type ConnectorRegistry, refOf } from "../../connectors/registry.ts";
import { ServiceError, validationFailed } from "../../domain/errors.ts";
import type { PayoutMethodKind } from "../../domain/payout-method/index.ts";
import {
  chosenConnector,
  type Routing,
  type RoutingCandidate,
  type RoutingRule,
} from "../../domain/routing.ts";
import { limits } from "../../limits.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Caller } from "../call.ts";
import { type Lack, UNKNOWN, unsupported, whatIsLacking } from "../choose-connector.ts";
import { MerchantConnectors, type Usable } from "../merchant-connectors.ts";
import type { RoutingFacts } from "./condition.ts";
import { ConditionCache } from "./condition-cache.ts";

/** What is to be paid, as far as the choice of a connector goes. */
export interface RouteRequest {
  /** The connector that the caller names; null to leave it to the rules. */
  readonly connector: string | null;
  /** What the connector has to be able to do. */
  readonly operations: readonly Operation[];
  /** Given where it must be the processor that does them. */
  readonly by?: "PROCESSOR";
  /** The connector must pay to one of them; empty while none is known. */
  readonly methods: readonly PayoutMethodKind[];
  readonly facts: RoutingFacts;
}

/** A connector, and why it is the one. */
export interface Route {
  readonly connector: Connector;
  readonly routing: Routing;
}

interface RouterParts {
  readonly repository: Pick<Repository, "routing" | "connectorAccounts">;
  readonly connectors: ConnectorRegistry;
}

type Merchant = Pick<Caller, "merchantId" | "livemode">;

/** Chooses connectors: by the caller's word, else by the merchant's rules, else by name. */
export class Router {
  readonly #parts: RouterParts;
  readonly #conditions = new ConditionCache(limits.routing.cachedCharacters);

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  /**
   * The connector for a payout.
   *
   * @throws ServiceError VALIDATION_FAILED for a name that there is not, CONNECTOR_UNSUPPORTED when
   * no candidate can do it, saying what the first one can and who else could; nothing has been sent then
   */
  async choose(merchant: Merchant, request: RouteRequest): Promise<Route> {
    const usable = await MerchantConnectors.of(this.#parts, merchant);
    const routing = await this.#decide(usable, merchant, request);
    const chosen = chosenConnector(routing);
    const connector = chosen === undefined ? undefined : usable.find(chosen)?.connector;
    if (connector) return { connector, routing };
    const [first] = routing.candidates;
    const lacking = first === undefined ? undefined : usable.find(first.connector);
    if (lacking === undefined) {
      const named = first === undefined ? {} : { connector: first.connector };
      throw new ServiceError("CONNECTOR_UNSUPPORTED", {
        metadata: { ...named, lacking: "connector" },
      });
    }
    const able = usable
      .all()
      .filter((each) => [null, "account"].includes(lackOf(each, merchant, request)));
    throw unsupported(
      lacking,
      lackOf(lacking, merchant, request) ?? "operation",
      able.map(({ manifest }) => manifest.name),
    );
  }

  /**
   * What there is to choose from, and the choice; no candidate is CHOSEN when none can do it.
   *
   * @throws ServiceError VALIDATION_FAILED for a name that there is not
   */
  async decide(merchant: Merchant, request: RouteRequest): Promise<Routing> {
    return this.#decide(await MerchantConnectors.of(this.#parts, merchant), merchant, request);
  }

  async #decide(
    usable: MerchantConnectors,
    merchant: Merchant,
    request: RouteRequest,
  ): Promise<Routing> {
    const { connector, facts } = request;
    const candidates = (names: readonly string[]) =>
      candidatesOf(
        names.map((name) => [name, usable.find(name)] as const),
        merchant,
        request,
      );
    if (connector !== null) {
      if (usable.find(connector) === undefined) {
        throw validationFailed([{ field: "connector", message: UNKNOWN }]);
      }
      return { basis: "CALLER", rule: "", candidates: candidates([connector]), unevaluated: [] };
    }
    const { rules } = await this.#parts.repository.routing.rules(merchant.merchantId);
    const { rule, unevaluated } = this.#firstMatch(rules, facts);
    return {
      basis: rule === undefined ? "DEFAULT" : "RULE",
      rule: rule?.name ?? "",
      candidates: candidates(rule?.connectors ?? defaultsOf(usable, merchant)),
      unevaluated,
    };
  }

  #firstMatch(rules: readonly RoutingRule[], facts: RoutingFacts) {
    const unevaluated: string[] = [];
    for (const rule of rules) {
      const verdict = this.#conditions.get(rule.condition)(facts);
      if (verdict === "holds") return { rule, unevaluated };
      if (verdict === "error") unevaluated.push(rule.name);
    }
    return { rule: undefined, unevaluated };
  }
}

/** Where no rule says otherwise: every connector that the merchant can use, by name. */
function defaultsOf(usable: MerchantConnectors, { livemode }: Merchant): readonly string[] {
  return usable
    .all()
    .filter(({ manifest, connector }) => connector !== null && !(manifest.testOnly && livemode))
    .map(({ manifest }) => manifest.name);
}

function candidatesOf(
  named: readonly (readonly [name: string, usable: Usable | undefined])[],
  merchant: Merchant,
  request: RouteRequest,
): readonly RoutingCandidate[] {
  let isChosen = false;
  return named.map(([name, usable]): RoutingCandidate => {
    const connector = usable?.connector;
    const why = whyNot(usable, merchant, request);
    if (why !== "" || !connector) return { connector: name, verdict: "UNSUPPORTED", why };
    const verdict = isChosen ? "NEXT" : "CHOSEN";
    isChosen = true;
    return { connector: refOf(connector), verdict, why };
  });
}

/** Why a connector cannot; empty when it can. */
function whyNot(usable: Usable | undefined, merchant: Merchant, request: RouteRequest): string {
  // A rule may be older than the program, or name an account that is gone.
  if (usable === undefined) return "NOT_BUILT_IN";
  const lack = lackOf(usable, merchant, request);
  return lack === null ? "" : WORDS[lack];
}

function lackOf(usable: Usable, merchant: Merchant, request: RouteRequest): Lack | null {
  const currency = request.facts.destinationCurrency;
  const { methods } = request;
  const { manifest } = usable;
  let account: Lack | null = null;
  for (const operation of request.operations) {
    const { by } = request;
    const lack = whatIsLacking(usable, merchant, { operation, by, method: null, currency });
    if (lack === "account") account = lack;
    else if (lack !== null) return lack;
  }
  const pays = methods.length === 0 || methods.some((kind) => manifest.methods.includes(kind));
  return pays ? account : "method";
}

const WORDS: Readonly<Record<Lack, string>> = {
  livemode: "TEST_ONLY",
  operation: "OPERATION_UNSUPPORTED",
  method: "METHOD_UNSUPPORTED",
  currency: "CURRENCY_UNSUPPORTED",
  account: "NOT_CONFIGURED",
};

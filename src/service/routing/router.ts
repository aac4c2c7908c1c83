import type { Connector, Operation } from "../../connectors/connector.ts";
import type { ConnectorRegistry } from "../../connectors/registry.ts";
import { ServiceError, validationFailed } from "../../domain/errors.ts";
import type { PayoutMethodKind } from "../../domain/payout-method/index.ts";
import {
  chosenConnector,
  type Routing,
  type RoutingCandidate,
  type RoutingRule,
} from "../../domain/routing.ts";
import { limits } from "../../limits.ts";
import type { RoutingStore } from "../../repository/repository.ts";
import type { Caller } from "../call.ts";
import { type Lack, unsupported, whatIsLacking } from "../choose-connector.ts";
import type { RoutingFacts } from "./condition.ts";
import { ConditionCache } from "./condition-cache.ts";

/** What is to be paid, as far as the choice of a connector goes. */
export interface RouteRequest {
  /** The connector that the caller names; null to leave it to the rules. */
  readonly connector: string | null;
  /** What the connector has to be able to do. */
  readonly operations: readonly Operation[];
  /** The connector must pay to one of them; empty while none is known. */
  readonly methods: readonly PayoutMethodKind[];
  readonly facts: RoutingFacts;
}

/** A connector, and why it is the one. */
export interface Route {
  readonly connector: Connector;
  readonly routing: Routing;
}

type Merchant = Pick<Caller, "merchantId" | "livemode">;

/** Chooses connectors: by the caller's word, else by the merchant's rules, else by name. */
export class Router {
  readonly #store: RoutingStore;
  readonly #connectors: ConnectorRegistry;
  readonly #conditions = new ConditionCache(limits.routing.cachedCharacters);

  constructor(parts: {
    readonly repository: { readonly routing: RoutingStore };
    readonly connectors: ConnectorRegistry;
  }) {
    this.#store = parts.repository.routing;
    this.#connectors = parts.connectors;
  }

  /**
   * The connector for a payout.
   *
   * @throws ServiceError VALIDATION_FAILED for a name that there is not, CONNECTOR_UNSUPPORTED when
   * no candidate can do it, saying what the first one can; nothing has been sent then
   */
  async choose(merchant: Merchant, request: RouteRequest): Promise<Route> {
    const routing = await this.decide(merchant, request);
    const chosen = chosenConnector(routing);
    const connector = chosen === undefined ? undefined : this.#connectors.get(chosen);
    if (connector !== undefined) return { connector, routing };
    const [first] = routing.candidates;
    const lacking = first === undefined ? undefined : this.#connectors.get(first.connector);
    if (lacking === undefined) {
      const named = first === undefined ? {} : { connector: first.connector };
      throw new ServiceError("CONNECTOR_UNSUPPORTED", {
        metadata: { ...named, lacking: "connector" },
      });
    }
    throw unsupported(lacking, this.#lackOf(lacking, merchant, request) ?? "operation");
  }

  /**
   * What there is to choose from, and the choice; no candidate is CHOSEN when none can do it.
   *
   * @throws ServiceError VALIDATION_FAILED for a name that there is not
   */
  async decide(merchant: Merchant, request: RouteRequest): Promise<Routing> {
    const { connector, facts } = request;
    if (connector !== null) {
      if (this.#connectors.get(connector) === undefined) {
        const message = "must name a connector that there is; ListConnectors lists them";
        throw validationFailed([{ field: "connector", message }]);
      }
      const candidates = this.#candidates([connector], merchant, request);
      return { basis: "CALLER", rule: "", candidates, unevaluated: [] };
    }
    const { rules } = await this.#store.rules(merchant.merchantId);
    const { rule, unevaluated } = this.#firstMatch(rules, facts);
    const names =
      rule?.connectors ??
      this.#connectors.availableTo(merchant).map(({ manifest }) => manifest.name);
    return {
      basis: rule === undefined ? "DEFAULT" : "RULE",
      rule: rule?.name ?? "",
      candidates: this.#candidates(names, merchant, request),
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

  #candidates(
    names: readonly string[],
    merchant: Merchant,
    request: RouteRequest,
  ): readonly RoutingCandidate[] {
    let isChosen = false;
    return names.map((name): RoutingCandidate => {
      const why = this.#whyNot(name, merchant, request);
      if (why !== "") return { connector: name, verdict: "UNSUPPORTED", why };
      const verdict = isChosen ? "NEXT" : "CHOSEN";
      isChosen = true;
      return { connector: name, verdict, why };
    });
  }

  /** Why a connector cannot; empty when it can. */
  #whyNot(name: string, merchant: Merchant, request: RouteRequest): string {
    const connector = this.#connectors.get(name);
    // A rule may be older than the program.
    if (connector === undefined) return "NOT_BUILT_IN";
    const lack = this.#lackOf(connector, merchant, request);
    if (lack !== null) return WORDS[lack];
    return this.#connectors.availableTo(merchant).includes(connector) ? "" : "UNAVAILABLE";
  }

  #lackOf(connector: Connector, merchant: Merchant, request: RouteRequest): Lack | null {
    const currency = request.facts.destinationCurrency;
    for (const operation of request.operations) {
      const lack = whatIsLacking(connector, merchant, { operation, method: null, currency });
      if (lack !== null) return lack;
    }
    const { methods } = request;
    const pays = methods.length === 0 || methods.some((kind) => paysTo(connector, kind));
    return pays ? null : "method";
  }
}

function paysTo({ manifest }: Connector, kind: PayoutMethodKind): boolean {
  return manifest.methods.includes(kind);
}

const WORDS: Readonly<Record<Lack, string>> = {
  livemode: "TEST_ONLY",
  operation: "OPERATION_UNSUPPORTED",
  method: "METHOD_UNSUPPORTED",
  currency: "CURRENCY_UNSUPPORTED",
};

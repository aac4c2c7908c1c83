/** One rule: when it holds, its connectors are tried in order. */
export interface RoutingRule {
  /** Unique among the merchant's rules; a payout's decision names it. */
  readonly name: string;
  /** A CEL expression over the payout; empty holds always. */
  readonly condition: string;
  /** In the order in which they are tried; at least one, none twice. */
  readonly connectors: readonly string[];
}

/** A merchant's rules, in the order in which they are asked. */
export interface RoutingRules {
  readonly rules: readonly RoutingRule[];
  /** 0 before the first replacement; counts them. Answered as the etag. */
  readonly version: number;
  /** Milliseconds; null before the first replacement. */
  readonly updateTime: number | null;
}

/** Who or what named the candidates: the caller, a rule, or nobody (every connector there is). */
export type RoutingBasis = "CALLER" | "RULE" | "DEFAULT";

/**
 * - `CHOSEN`: the payout is with it
 * - `NEXT`: takes over if those before it surely do not pay
 * - `REFUSED`: said no, definitely, for a reason that another connector may not have
 * - `UNREACHABLE`: could not be reached; surely nothing was sent
 * - `UNSUPPORTED`: cannot pay this payout at all
 */
export type CandidateVerdict = "CHOSEN" | "NEXT" | "REFUSED" | "UNREACHABLE" | "UNSUPPORTED";

/** A connector that was considered for a payout. */
export interface RoutingCandidate {
  readonly connector: string;
  readonly verdict: CandidateVerdict;
  /** A stable word of ours that says why; empty where the verdict says it all. */
  readonly why: string;
}

/** Why a payout goes where it goes. Stored with the payout and kept up to date as it goes on. */
export interface Routing {
  readonly basis: RoutingBasis;
  /** The rule that matched; empty when none did. */
  readonly rule: string;
  /** In the order in which they are tried. */
  readonly candidates: readonly RoutingCandidate[];
  /** Rules before it that could not be evaluated for this payout, and so did not match. */
  readonly unevaluated: readonly string[];
}

/** The connectors that may still take the payout over, in order. */
export function nextConnectors(routing: Routing | null): readonly string[] {
  const candidates = routing?.candidates ?? [];
  return candidates.filter(({ verdict }) => verdict === "NEXT").map(({ connector }) => connector);
}

/** The connector that the payout is with; undefined when no candidate can pay it. */
export function chosenConnector({ candidates }: Routing): string | undefined {
  return candidates.find(({ verdict }) => verdict === "CHOSEN")?.connector;
}

/** The payout leaves the connector that it is with, for a reason, and goes to another candidate. */
export function rerouted(
  routing: Routing,
  left: Pick<RoutingCandidate, "verdict" | "why">,
  to: string,
): Routing {
  const candidates = routing.candidates.map((candidate): RoutingCandidate => {
    if (candidate.verdict === "CHOSEN") return { ...candidate, ...left };
    return candidate.connector === to ? { ...candidate, verdict: "CHOSEN" } : candidate;
  });
  return { ...routing, candidates };
}

import { randomUUID } from "node:crypto";
import type {
  ConnectorModule,
  ConnectorTools,
  Instruction,
  LinkInstruction,
  LookupInput,
  LookupResult,
  Outcome,
  ProcessorState,
  StepEffect,
  StepInput,
  VoidOutcome,
  WithAccount,
} from "../../../../src/connectors/connector.ts";
import { toDecimal } from "../../../../src/connectors/toolkit/decimal.ts";
import { declined, unknownStep } from "../../../../src/connectors/toolkit/errors.ts";
import type { Money } from "../../../../src/domain/money.ts";
import type { PayoutStatus } from "../../../../src/domain/payout.ts";
import { accountNumber, type Reply, ToyApi } from "./api.ts";
import { toyManifest } from "./manifest.ts";
import type { Mistake } from "./mistakes.ts";
import { toyWebhook } from "./webhook.ts";

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  sent: "PENDING",
  paid: "SUCCESS",
  returned: "REVERSED",
  cancelled: "CANCELLED",
};

const EFFECTS: Readonly<Record<string, StepEffect>> = {
  transfer: "HOLD",
  fund: "MONEY",
  link: "HOLD",
};

/** A connector for the toy processor: without a mistake, or with one. */
export function createToyConnector(
  { http }: Pick<ConnectorTools, "http">,
  mistake?: Mistake,
): ConnectorModule<Instruction> {
  const has = (name: Mistake) => name === mistake;
  const api = new ToyApi(http, has);
  let plans = 0;

  const callStep = async ({
    payout,
    ...call
  }: StepInput<Instruction> & WithAccount): Promise<Outcome<ProcessorState>> => {
    if (payout.method === null) return makeLink({ ...call, payout });
    const input = { ...call, payout };
    if (has("a step throws") && input.step === "fund") throw new Error("a mistake");
    if (input.step === "transfer") return create(input);
    if (input.step === "fund") return fund(input);
    if (input.step === "cancel") return cancel(input);
    return { kind: "rejected", error: unknownStep() };
  };

  const makeLink = async (
    input: StepInput<LinkInstruction> & WithAccount,
  ): Promise<Outcome<ProcessorState>> => {
    const { amount } = input.payout;
    const body = { amount: toDecimal(amount) ?? "", currency: amount.currency };
    const key = has("each try at a link is a new one") ? randomUUID() : input.processorKey;
    const ended = await api.act(input, "POST", "/links", { key, body });
    return ended.kind === "accepted" ? read(ended.value, input) : ended;
  };

  const create = async (input: StepInput & WithAccount): Promise<Outcome<ProcessorState>> => {
    const { amount, method } = input.payout;
    const body = {
      amount: has("amounts go through a float") ? byFloat(amount) : (toDecimal(amount) ?? ""),
      currency: amount.currency,
      account: accountNumber(method),
    };
    const key = has("each try has a key of its own") ? randomUUID() : input.processorKey;
    const sent = has("a key is cut to fit") ? key.slice(0, 20) : key;
    const ended = await api.act(input, "POST", "/transfers", { key: sent, body });
    return ended.kind === "accepted" ? read(ended.value, input) : ended;
  };

  const fund = async (input: StepInput & WithAccount): Promise<Outcome<ProcessorState>> => {
    const id = idOf(input);
    const ended = await api.act(input, "POST", `/transfers/${id}/fund`, {});
    if (ended.kind !== "accepted") return ended;
    const { json } = ended.value;
    const status = json.text("status");
    if (status === "REJECTED" && !has("200 with REJECTED is a success")) {
      return { kind: "rejected", error: declined("INSUFFICIENT_FUNDS", api.words(json, input)) };
    }
    const isRead = status === "COMPLETED" || status === "REJECTED";
    return isRead || has("a lost body is a success")
      ? { kind: "accepted", value: { status: "PENDING", references: [reference(id)] } }
      : { kind: "unknown", error: api.lost() };
  };

  const cancel = async (input: StepInput & WithAccount): Promise<Outcome<ProcessorState>> => {
    if (has("nothing is taken back")) return { kind: "accepted", value: { status: "CANCELLED" } };
    const ended = await api.act(input, "POST", `/transfers/${idOf(input)}/cancel`, {});
    return ended.kind === "accepted" ? read(ended.value, input) : ended;
  };

  /** A transfer as the reply shows it. */
  const read = (
    reply: Reply,
    input: Pick<LookupInput, "processorKeys">,
  ): Outcome<ProcessorState> => {
    if (has("a number that became text is not read") && !/"number":\d/.test(reply.reply.body)) {
      return { kind: "rejected", error: api.lost() };
    }
    const state = toState(reply, input.processorKeys["fund"] === undefined);
    return state === undefined
      ? { kind: "unknown", error: api.lost() }
      : { kind: "accepted", value: state };
  };

  const toState = ({ json }: Reply, isHeld: boolean): ProcessorState | undefined => {
    const id = json.text("id");
    const word = json.text("status");
    if (id === undefined || word === undefined) return undefined;
    const isMissing = has("a documented word is missing") && word === "returned";
    const known = Object.hasOwn(STATUSES, word) && !isMissing ? STATUSES[word] : undefined;
    const unfunded = isHeld ? "REQUIRES_FULFILLMENT" : "REQUIRES_CREATION";
    const isFunded = json.flag("funded");
    const unknown = has("an unknown status is a success") ? "SUCCESS" : "PENDING";
    const status = known ?? (word === "made" && !isFunded ? unfunded : unknown);
    const isMade = known !== undefined || word === "made";
    const raw = isMade || !has("an unknown word is not kept") ? { rawStatus: word } : {};
    const state = { ...raw, references: [reference(id)], connectorPayoutId: id };
    const url = json.text("url");
    if (url === undefined) return { ...state, status };
    if (word !== "open" && !has("a link that was claimed waits to be claimed")) {
      return { ...state, status };
    }
    const link = has("a link is told without its address") ? {} : { link: { url } };
    return { ...state, ...link, status: "REQUIRES_PAYOUT_METHOD_DATA" };
  };

  const lookup = async (
    input: LookupInput & WithAccount,
  ): Promise<LookupResult<ProcessorState>> => {
    const { references, processorKeys } = input;
    const known = references.find(({ kind }) => kind === "transfer")?.id;
    const path =
      known === undefined
        ? `/transfers?key=${processorKeys["link"] ?? processorKeys["transfer"]}`
        : `/transfers/${known}`;
    if (has("a look-up funds") && known !== undefined) {
      await api.act(input, "POST", `/transfers/${known}/fund`, {});
    }
    const found = await api.ask(input, path);
    if (found.kind !== "found") return found;
    const value = toState(found.value, processorKeys["fund"] === undefined);
    if (value === undefined) return { kind: "unreachable", error: api.lost() };
    const isUndone = input.step !== "cancel" || value.status === "CANCELLED";
    const isFunded = input.step !== "fund" || found.value.json.flag("funded");
    return isUndone && isFunded ? { kind: "found", value } : { kind: "not_found" };
  };

  return {
    manifest: toyManifest(has),
    accountFields: ACCOUNT_FIELDS,
    baseUrls: { test: "https://toy.example", live: "https://toy.example" },
    webhook: toyWebhook(has),
    plan: (operation, { fulfillment }) => {
      plans += 1;
      if (operation === "link") return ["link"];
      if (operation === "stage") return [];
      if (operation === "transfer") return ["fund"];
      if (has("a plan that changes") && plans % 2 === 0) return ["fund", "transfer"];
      const isHeld = fulfillment === "MANUAL" && !has("MANUAL is paid");
      return isHeld ? ["transfer"] : ["transfer", "fund"];
    },
    effectOf: (step) => EFFECTS[step] ?? "NOTHING",
    undoOf: (step) => (step === "transfer" ? "cancel" : undefined),
    callStep,
    lookup,
    void: async (input): Promise<VoidOutcome> => {
      const id = input.references.find(({ kind }) => kind === "transfer")?.id;
      if (id === undefined) return { kind: "not_found" };
      const isLink = input.processorKeys["link"] !== undefined;
      if (isLink && has("a link is taken back without a word to the processor")) {
        return { kind: "done" };
      }
      const ended = await api.act(input, "POST", `/transfers/${id}/cancel`, {});
      if (ended.kind === "accepted") {
        return ended.value.json.text("id")
          ? { kind: "done" }
          : { kind: "unknown", error: api.lost() };
      }
      if (ended.kind === "rejected") return { kind: "refused", error: ended.error };
      const isTaken = ended.kind === "unknown" && has("a lost answer to a Void is its end");
      return isTaken ? { kind: "refused", error: ended.error } : ended;
    },
    registerAccount: async (input) => {
      const { processorKey: key } = input;
      const ended = await api.act(input, "POST", "/accounts", { key, body: {} });
      const lost = ended.kind === "unknown" || ended.kind === "accepted";
      const connectorAccountId =
        ended.kind === "accepted" ? ended.value.json.text("id") : undefined;
      if (connectorAccountId !== undefined) {
        return { kind: "accepted", value: { status: "VERIFIED", connectorAccountId } };
      }
      if (lost && has("a registration whose answer was lost is refused")) {
        return { kind: "rejected", error: api.lost() };
      }
      return ended.kind === "accepted" ? { kind: "unknown", error: api.lost() } : ended;
    },
    lookupAccount: async (input) => {
      const found = await api.ask(input, `/accounts?key=${input.processorKey}`);
      if (found.kind !== "found") return found;
      const connectorAccountId = found.value.json.text("id");
      return connectorAccountId === undefined
        ? { kind: "unreachable", error: api.lost() }
        : { kind: "found", value: { status: "VERIFIED", connectorAccountId } };
    },
  };
}

const ACCOUNT_FIELDS: ConnectorModule["accountFields"] = [
  { name: "token", secret: true, required: true, about: "The token that the toy gives out." },
  {
    name: "webhook_secret",
    secret: true,
    required: false,
    about: "What messages are signed with; several with commas between.",
  },
];

function idOf({ references }: StepInput): string {
  return references.find(({ kind }) => kind === "transfer")?.id ?? "";
}

function reference(id: string) {
  return { kind: "transfer", id };
}

/** As one must not do it. */
function byFloat({ minorAmount, currency }: Money): string {
  const exponent = (toDecimal({ minorAmount: 0n, currency }) ?? "").split(".")[1]?.length ?? 0;
  return (Number(minorAmount) / 10 ** exponent).toFixed(exponent);
}

import type { PayoutError } from "../domain/payout.ts";
import type {
  Connector,
  ConnectorModule,
  Instruction,
  OpenAccount,
  WithAccount,
} from "./connector.ts";
import { unusableKey } from "./toolkit/errors.ts";
import { fitsKey } from "./toolkit/keys.ts";

/** Opens an account for a call; null when it is gone. */
export type AccountOpener = (connectorAccountId: string) => Promise<OpenAccount | null>;

/**
 * A module with a merchant's account. The account is opened for each call, so that a change of its
 * settings counts from the next call on, in every process.
 */
export function bindAccount(
  module: ConnectorModule<Instruction>,
  connectorAccountId: string,
  open: AccountOpener,
): Connector {
  /** Gives a call its account; without one nothing is sent. */
  const bound =
    <I, R>(call: (input: I & WithAccount) => Promise<R>, otherwise: NoInfer<R>) =>
    async (input: I): Promise<R> => {
      const account = await open(connectorAccountId);
      return account === null ? otherwise : call({ ...input, account });
    };
  const gone = { kind: "not_sent", error: ACCOUNT_GONE } as const;
  const unreachable = { kind: "unreachable", error: ACCOUNT_GONE } as const;
  const callStep = bound(module.callStep.bind(module), gone);
  const { quote, registerRecipient, lookupRecipient, registerAccount, lookupAccount } = module;
  return {
    connectorAccountId,
    manifest: module.manifest,
    plan: (operation, payout) => module.plan(operation, payout),
    effectOf: (step) => module.effectOf(step),
    ...(module.undoOf && { undoOf: module.undoOf.bind(module) }),
    callStep: async (input) =>
      fitsKey(input.processorKey, module.manifest)
        ? callStep(input)
        : { kind: "rejected", error: unusableKey() },
    lookup: bound((input) => module.lookup(input), unreachable),
    ...(module.void && { void: bound(module.void.bind(module), gone) }),
    ...(quote && { quote: bound(quote.bind(module), gone) }),
    ...(registerRecipient && {
      registerRecipient: bound(registerRecipient.bind(module), gone),
    }),
    ...(lookupRecipient && { lookupRecipient: bound(lookupRecipient.bind(module), unreachable) }),
    ...(registerAccount && { registerAccount: bound(registerAccount.bind(module), gone) }),
    ...(lookupAccount && { lookupAccount: bound(lookupAccount.bind(module), unreachable) }),
  };
}

const ACCOUNT_GONE: PayoutError = {
  category: "CONFIGURATION",
  reason: "CONNECTOR_ACCOUNT_GONE",
  message: "The merchant's account at the processor is not there any more; nothing was sent.",
};

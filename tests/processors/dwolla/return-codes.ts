/** What the processor does by itself when a bank returns a transfer. */
export type Consequence = "none" | "remove-bank" | "deactivate-customer";

export interface ReturnCode {
  readonly description: string;
  readonly explanation: string;
  readonly consequence: Consequence;
}

/** ACH return codes that a payout can meet. */
export const returnCodes: Readonly<Record<string, ReturnCode>> = {
  R01: {
    description: "Insufficient Funds",
    explanation: "The available balance is not sufficient to cover the amount of the debit.",
    consequence: "none",
  },
  R02: {
    description: "Bank Account Closed",
    explanation: "A previously open account is now closed.",
    consequence: "remove-bank",
  },
  R03: {
    description: "No Account/Unable to Locate Account",
    explanation: "The account number does not correspond to a valid account of the person named.",
    consequence: "remove-bank",
  },
  R04: {
    description: "Invalid Bank Account Number Structure",
    explanation: "The account number fails the check of its structure.",
    consequence: "remove-bank",
  },
  R10: {
    description: "Customer Advises Not Authorized",
    explanation: "The account's owner says that the entry was not authorized.",
    consequence: "deactivate-customer",
  },
  R16: {
    description: "Bank Account Frozen",
    explanation: "Access to the account is restricted by the bank or by law.",
    consequence: "none",
  },
  R20: {
    description: "Non-Transaction Account",
    explanation: "The account does not allow this kind of transaction.",
    consequence: "none",
  },
  R23: {
    description: "Credit Entry Refused by Receiver",
    explanation: "The receiver has refused the credit.",
    consequence: "none",
  },
};

export function returnCode(code: string): ReturnCode {
  const found = returnCodes[code];
  if (!found) throw new Error(`no such return code: ${code}`);
  return found;
}

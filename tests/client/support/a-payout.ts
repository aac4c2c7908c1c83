/** A request that the sandbox pays. */
export function aPayout() {
  return {
    amount: { minorAmount: 12500n, currency: "USD" },
    payoutMethodData: { method: { case: "venmo" as const, value: { phone: "+12025550123" } } },
  };
}

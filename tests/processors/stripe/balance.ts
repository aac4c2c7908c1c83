import type { Accounts } from "./accounts.ts";
import { type World, wireAmount } from "./world.ts";

/** What the platform, or a connected account, has. */
export function balanceRoute(world: World, accounts: Accounts): void {
  world.http.route("GET", "/v1/balance", (request) => {
    const owner = accounts.ofHeader(request)?.id ?? "platform";
    const currencies = world.books.currencies(owner);
    const amounts = (amountOf: (currency: string) => bigint) =>
      (currencies.length > 0 ? currencies : ["usd"]).map((currency) => ({
        amount: wireAmount(amountOf(currency)),
        currency,
        source_types: { card: wireAmount(amountOf(currency)) },
      }));
    const body = {
      object: "balance",
      available: amounts((currency) => world.books.balance(owner, currency)),
      livemode: false,
      pending: amounts(() => 0n),
    };
    return { status: 200, body };
  });
}

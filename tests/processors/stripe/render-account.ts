import {
  type Account,
  currentlyDue,
  disabledReason,
  payoutsEnabled,
  transfersStatus,
} from "./account-state.ts";
import { renderBankAccount } from "./bank-accounts.ts";

export function renderAccount(account: Account): Record<string, unknown> {
  return {
    id: account.id,
    object: "account",
    business_type: account.businessType,
    capabilities: account.transfersRequested ? { transfers: transfersStatus(account) } : {},
    charges_enabled: false,
    country: account.country,
    created: account.created,
    default_currency: account.banks[0]?.currency ?? "usd",
    details_submitted: account.detailsSubmitted || account.tosAccepted,
    email: account.email,
    external_accounts: {
      object: "list",
      data: account.banks.map(renderBankAccount),
      has_more: false,
      url: `/v1/accounts/${account.id}/external_accounts`,
    },
    metadata: account.metadata,
    payouts_enabled: payoutsEnabled(account),
    requirements: requirements(account),
    type: account.type,
  };
}

export function renderCapability(account: Account): Record<string, unknown> {
  const { alternatives, ...rest } = requirements(account);
  return {
    id: "transfers",
    object: "capability",
    account: account.id,
    requested: account.transfersRequested,
    requested_at: account.transfersRequested ? account.created : null,
    requirements: { alternatives, ...rest },
    status: account.transfersRequested ? transfersStatus(account) : "unrequested",
  };
}

function requirements(account: Account) {
  const due = currentlyDue(account);
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: due,
    disabled_reason: disabledReason(account),
    errors: [],
    eventually_due: due,
    past_due: due,
    pending_verification: account.verifying ? ["individual.verification.document"] : [],
  };
}

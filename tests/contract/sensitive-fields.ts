/** Words in a field's name that say: secret, or a person's own. */
export const SENSITIVE_WORDS: ReadonlySet<string> = new Set([
  "account",
  "address",
  "bic",
  "birth",
  "branch",
  "card",
  "city",
  "code",
  "country",
  "credential",
  "cvv",
  "dpan",
  "email",
  "expiry",
  "hash",
  "holder",
  "iban",
  "id",
  "key",
  "last4",
  "lines",
  "name",
  "national",
  "number",
  "password",
  "phone",
  "pin",
  "postal",
  "region",
  "secret",
  "tax",
  "token",
  "url",
]);

/** Fields that sound like it and are not, or may be seen all the same; each with its reason. */
export const PUBLIC_FIELDS: readonly { readonly why: string; readonly names: RegExp }[] = [
  {
    why: "names a thing of ours, of the merchant's or of a processor's, and opens nothing",
    names:
      /\.((merchant_|connector_)?(payout|recipient)|default_disburse_account|disburse_account|connector_account|link|event|attempt|transfer|object|after_event|connector_request|merchant|key|endpoint|delivery)_id$|^ConnectorReference\.id$/,
  },
  {
    why: "what a merchant calls its account at a processor, and what the settings there are called",
    names:
      /^ConnectorSetting\.(name|secret)$|^((Create|Update)ConnectorAccountRequest|ConnectorAccount)\.name$/,
  },
  {
    why: "an address of ours that does nothing for what the processor has not signed",
    names: /^ConnectorAccount\.webhook_url$/,
  },
  {
    why: "where a merchant wants its events: its own address, shown to whoever may change it",
    names: /^(WebhookEndpoint|(Create|Update)WebhookEndpointRequest)\.url$/,
  },
  {
    why: "a status of HTTP",
    names: /^WebhookAttempt\.status_code$/,
  },
  {
    why: "a place in a list: sealed, and good for nothing without the key of the merchant",
    names: /\.(next_)?page_token$/,
  },
  {
    why: "a masked view, which is there to be seen",
    names: /^(Recipient\.MaskedPerson|PayoutMethod)\./,
  },
  {
    why: "says what kind of account or token it is, or which bank: public, and shared by many",
    names: /^PayoutMethodData\.\w+\.(account_type|bank_name|bank_code|bic|token_kind)$/,
  },
  {
    why: "a country alone points to nobody, and routing needs to be explained by it",
    names: /^(Address|PreviewRoutingRequest)\.country$/,
  },
  {
    why: "what the operator calls a merchant or a key; a merchant's is shown to recipients",
    names:
      /^(Merchant|ApiKey|CreateMerchantRequest|UpdateMerchantRequest|CreateApiKeyRequest)\.name$/,
  },
  {
    why: "names a part of the service or of its settings",
    names: /^(Connector\.display_name|RoutingRule\.name|AttemptStep\.name|Attempt\.number)$/,
  },
  {
    why: "under which the processor knows a step: of no use without the processor's credentials",
    names: /^(AttemptStep\.processor_key|SandboxTransfer\.idempotency_key)$/,
  },
  {
    why: "the processor's word for an error, shown to the merchant for its support",
    names: /^PayoutError\.connector_code$/,
  },
  {
    why: "the merchant's own page, without anything of the recipient's",
    names:
      /^((PayoutLink|CreateLinkRequest)\.return_url|(Merchant|UpdateMerchantRequest)\.logo_url)$/,
  },
  {
    why: "whether there is a claim code, not which",
    names: /^PayoutLink\.requires_claim_code$/,
  },
];

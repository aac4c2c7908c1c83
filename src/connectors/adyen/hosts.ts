/** Where transfers and configuration are; legal entities follow from it. */
export const ADYEN_BASE_URLS = {
  test: "https://balanceplatform-api-test.adyen.com",
  live: "https://balanceplatform-api-live.adyen.com",
} as const;

/** The three APIs, as their addresses begin. */
export interface Apis {
  readonly transfers: string;
  readonly configuration: string;
  readonly legalEntities: string;
}

const ADYEN_HOST = /^https:\/\/balanceplatform-api-(test|live)\.adyen\.com$/;

/**
 * The rule: an account has one base URL, the balance platform's. Adyen serves legal entities from a host of
 * their own, "kyc" in place of "balanceplatform-api", which is taken for Adyen's own two hosts alone. Any
 * other base URL, such as a proxy's, serves all three under Adyen's paths: a key never goes to a host that
 * nobody has set.
 */
export function apisAt(baseUrl: string): Apis {
  const platform = baseUrl.replace(/\/+$/, "");
  const [, environment] = ADYEN_HOST.exec(platform) ?? [];
  const kyc = environment === undefined ? platform : `https://kyc-${environment}.adyen.com`;
  return {
    transfers: `${platform}/btl/v4`,
    configuration: `${platform}/bcl/v2`,
    legalEntities: `${kyc}/lem/v4`,
  };
}

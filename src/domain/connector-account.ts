/**
 * A merchant's account at a processor: how the service signs in there for that merchant. What is secret
 * of it is stored encrypted and is never shown again. Times in milliseconds.
 */
export interface ConnectorAccount {
  readonly merchantId: string;
  readonly connectorAccountId: string;
  readonly connector: string;
  /** What the merchant calls it. */
  readonly name: string;
  /** Its settings that are not secret, by the names of the connector's manifest. */
  readonly settings: Readonly<Record<string, string>>;
  /** The names of the secret settings that it has. */
  readonly secrets: readonly string[];
  /** Off: no new payouts; those under way go on. */
  readonly enabled: boolean;
  /** Came with the service's settings, which write it anew at each start. */
  readonly fromEnvironment: boolean;
  readonly livemode: boolean;
  readonly createTime: number;
  readonly updateTime: number;
  readonly version: number;
}

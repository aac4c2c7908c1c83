/** How the processor runs as a process of its own. */
export interface Settings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Path of the ledger, relative to the working folder. */
  readonly database: string;
  readonly settleMs: number;
  readonly quoteMs: number;
}

const THIRTY_MINUTES = 30 * 60_000;
const DAY = 24 * 60 * 60_000;

/** Every fault of the environment, in one message for whoever starts the process. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Reads the environment. Throws SettingsError, which names every fault and echoes no value. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const readNumber = (name: string, absent: number, most: number): number => {
    const text = environment[name];
    if (text === undefined || text === "") return absent;
    if (/^[0-9]{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    faults.push(`${name} must be a whole number from 0 to ${most}.`);
    return absent;
  };
  const settings: Settings = {
    host: environment["SANDBOX_HOST"] || "127.0.0.1",
    port: readNumber("SANDBOX_PORT", 8090, 65_535),
    database: environment["SANDBOX_DATABASE"] || "data/sandbox.db",
    settleMs: readNumber("PAYOUT_SANDBOX_SETTLE_MS", 2_000, DAY),
    quoteMs: readNumber("SANDBOX_QUOTE_MS", THIRTY_MINUTES, DAY),
  };
  if (faults.length > 0) throw new SettingsError(faults.join("\n"));
  return settings;
}

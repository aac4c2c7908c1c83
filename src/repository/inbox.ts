/**
 * Where an event that a processor sent stands.
 *
 * - `NEW`: stored, and to be applied now
 * - `WAITING`: could not be applied yet, and is tried again
 * - `REVIEW`: kept for people: it could not be read, or could not be applied for too long
 * - `APPLIED`: done
 * - `IGNORED`: it concerned nothing that is here
 */
export type InboxState = "NEW" | "WAITING" | "REVIEW" | "APPLIED" | "IGNORED";

/** One event of a processor, as it is stored. Times in milliseconds. */
export interface InboxEntry {
  readonly inboxId: string;
  readonly merchantId: string;
  readonly connectorAccountId: string;
  readonly connector: string;
  readonly eventId: string;
  readonly state: InboxState;
  /** How often it has been tried in vain. */
  readonly tries: number;
  readonly receiveTime: number;
  /** What it says, decrypted, as it was handed in; null once it is done. */
  readonly content: unknown;
}

/** An event that is to be stored; without a content it is stored as one that was ignored. */
export interface NewInboxEntry {
  readonly eventId: string;
  readonly state: "NEW" | "REVIEW" | "IGNORED";
  /** Anything that a snapshot takes; null for IGNORED alone. */
  readonly content: unknown;
}

/** The account that a processor's message came for. */
export interface InboxAddress {
  readonly merchantId: string;
  readonly connectorAccountId: string;
  readonly connector: string;
}

/** What the unsettled entries of one account may take up. */
export interface InboxRoom {
  readonly entries: number;
  readonly bytes: number;
}

/** An entry that this process has just claimed. */
export interface ClaimedInboxEntry {
  readonly inboxId: string;
  readonly merchantId: string;
  readonly connectorAccountId: string;
  readonly connector: string;
  readonly token: string;
}

/** What came of an entry. */
export type InboxEnd =
  | { readonly state: "APPLIED" | "IGNORED" | "REVIEW" }
  /** To be tried again then. */
  | { readonly state: "WAITING"; readonly nextTime: number };

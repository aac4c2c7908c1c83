import type { Context, Decision } from "./context.ts";
import type { ExecuteOnce } from "./execute-once.ts";
import { maskAccount } from "./mask.ts";
import {
  readBody,
  readDestination,
  readKey,
  readOptionalText,
  readScenario,
  readText,
} from "./read-body.ts";
import { badRequest, Refusal } from "./refusal.ts";
import { ok } from "./reply.ts";
import { SUCCESS, scenarioByName } from "./scenarios.ts";
import type { SandboxRequest, WireAccount, WireRecipient } from "./wire.ts";

interface RecipientRow {
  readonly recipient_id: string;
  readonly idempotency_key: string;
  readonly reference: string;
  readonly scenario: string;
}

interface AccountRow {
  readonly account_id: string;
  readonly idempotency_key: string;
  readonly reference: string;
}

/**
 * Recipients and their accounts. Of a person nothing is kept but the client's reference, of an
 * account its rail and its masked number. A recipient's scenario disturbs its own registration and
 * those of its accounts; a magic number does not, since it is meant for the payouts to it.
 */
export interface RegistrationRoutes {
  createRecipient(request: SandboxRequest): Decision;
  findRecipient(query: URLSearchParams): Decision;
  createAccount(request: SandboxRequest): Decision;
  findAccount(query: URLSearchParams): Decision;
}

export function createRegistrationRoutes(context: Context, once: ExecuteOnce): RegistrationRoutes {
  const { ledger } = context;
  const insertRecipient = ledger.prepare(
    `INSERT INTO recipients (recipient_id, idempotency_key, reference, scenario, create_time)
     VALUES (@recipient_id, @idempotency_key, @reference, @scenario, @create_time)`,
  );
  const recipientById = ledger.prepare<[string], RecipientRow>(
    "SELECT * FROM recipients WHERE recipient_id = ?",
  );
  const recipientByKey = ledger.prepare<[string], RecipientRow>(
    "SELECT * FROM recipients WHERE idempotency_key = ?",
  );
  const insertAccount = ledger.prepare(
    `INSERT INTO accounts (account_id, idempotency_key, reference, recipient_id, destination_kind,
       destination_account, create_time)
     VALUES (@account_id, @idempotency_key, @reference, @recipient_id, @kind, @account,
       @create_time)`,
  );
  const accountByKey = ledger.prepare<[string], AccountRow>(
    "SELECT * FROM accounts WHERE idempotency_key = ?",
  );

  const findRecipientRow = (id: string): RecipientRow => {
    const row = recipientById.get(id);
    if (row === undefined) throw unknown("recipient_not_found", "There is no such recipient.");
    return row;
  };

  return {
    createRecipient: (request) => {
      const key = readKey(request);
      const fields = readBody(request);
      const reference = readText(fields, "reference");
      const scenario = readScenario(fields) ?? SUCCESS;
      return once({
        key,
        content: ["recipient", reference, scenario.name],
        scenario: () => scenario,
        run: () => {
          const row: RecipientRow = {
            recipient_id: `rec_${context.randomId()}`,
            idempotency_key: key,
            reference,
            scenario: scenario.name,
          };
          insertRecipient.run({ ...row, create_time: context.now() });
          return toWireRecipient(row);
        },
      });
    },
    findRecipient: (query) => {
      const row = recipientByKey.get(requireKey(query));
      if (row === undefined) throw unknown("recipient_not_found", "There is no such recipient.");
      return ok(toWireRecipient(row));
    },
    createAccount: (request) => {
      const key = readKey(request);
      const fields = readBody(request);
      const reference = readText(fields, "reference");
      const recipientId = readOptionalText(fields, "recipient_id");
      const { kind, account: number } = readDestination(fields);
      const account = maskAccount(kind, number);
      return once({
        key,
        content: ["account", reference, recipientId, kind, account],
        scenario: () => {
          if (recipientId === "") return SUCCESS;
          return scenarioByName(findRecipientRow(recipientId).scenario) ?? SUCCESS;
        },
        run: () => {
          const row: AccountRow = {
            account_id: `ac_${context.randomId()}`,
            idempotency_key: key,
            reference,
          };
          insertAccount.run({
            ...row,
            recipient_id: recipientId === "" ? null : recipientId,
            kind,
            account,
            create_time: context.now(),
          });
          return toWireAccount(row);
        },
      });
    },
    findAccount: (query) => {
      const row = accountByKey.get(requireKey(query));
      if (row === undefined) throw unknown("account_not_found", "There is no such account.");
      return ok(toWireAccount(row));
    },
  };
}

function requireKey(query: URLSearchParams): string {
  const key = query.get("idempotency_key");
  if (key === null) throw badRequest("idempotency_key is missing.");
  return key;
}

function unknown(code: string, message: string): Refusal {
  return new Refusal(404, code, message);
}

function toWireRecipient(row: RecipientRow): WireRecipient {
  const { recipient_id, idempotency_key, reference } = row;
  return { recipient_id, idempotency_key, reference, status: "active" };
}

function toWireAccount(row: AccountRow): WireAccount {
  const { account_id, idempotency_key, reference } = row;
  return { account_id, idempotency_key, reference, status: "verified" };
}

import type { PayoutError } from "../../domain/payout.ts";
import type { Pix, PixKey } from "../../domain/payout-method/index.ts";
import type { PayoutInstruction } from "../connector.ts";
import { toDecimal } from "../toolkit/decimal.ts";
import { unpayable } from "../toolkit/errors.ts";

/** The longest "descricao" (characters). */
const MAX_DESCRIPTION = 140;

/** A transfer as Itau is told of it, but for its day. */
export type TransferOrder = {
  readonly valor_pagamento: string;
  readonly descricao: string;
} & Destination;

type Destination =
  | { readonly tipo_chave: string; readonly chave: string }
  | { readonly conta: Account };

interface Account {
  readonly ispb?: string;
  readonly banco?: string;
  readonly agencia: string;
  readonly conta: string;
  readonly tipo_conta: string;
  readonly documento: string;
  readonly nome: string;
}

type Ordered =
  | { readonly kind: "order"; readonly order: TransferOrder }
  | { readonly kind: "unpayable"; readonly error: PayoutError };

const KEY_KINDS = {
  CPF: "CPF",
  CNPJ: "CNPJ",
  EMAIL: "EMAIL",
  PHONE: "TELEFONE",
  EVP: "CHAVE_ALEATORIA",
} as const;

const ACCOUNT_TYPES = { CHECKING: "CONTA_CORRENTE", SAVINGS: "CONTA_POUPANCA" } as const;

/** What shall be paid to whom. What Itau cannot pay is found here, before anything is sent. */
export function toOrder(payout: PayoutInstruction): Ordered {
  const { amount, destinationCurrency, method } = payout;
  const valor_pagamento = toDecimal(amount);
  if (amount.currency !== "BRL" || destinationCurrency !== "BRL") {
    return { kind: "unpayable", error: unpayable("CURRENCY_UNSUPPORTED") };
  }
  if (valor_pagamento === undefined || amount.minorAmount === 0n) {
    return { kind: "unpayable", error: unpayable("AMOUNT_UNSUPPORTED") };
  }
  const to =
    method.kind === "pix" ? toAccount(method) : method.kind === "pix_key" ? toKey(method) : null;
  return to === null
    ? { kind: "unpayable", error: unpayable("METHOD_UNSUPPORTED") }
    : { kind: "order", order: { valor_pagamento, descricao: descriptionOf(payout), ...to } };
}

function toAccount(method: Pix): Destination {
  const { ispb, bankCode, branch, accountNumber, accountType, taxId, holderName } = method;
  return {
    conta: {
      ...(ispb === undefined ? { banco: bankCode ?? "" } : { ispb }),
      agencia: branch,
      conta: accountNumber,
      tipo_conta: ACCOUNT_TYPES[accountType],
      documento: taxId,
      nome: holderName,
    },
  };
}

function toKey({ pixKey: chave, keyKind }: PixKey): Destination | null {
  return keyKind === undefined ? null : { tipo_chave: KEY_KINDS[keyKind], chave };
}

/** What an order says of the recipient that no message may repeat. */
export function privateTo(order: TransferOrder): readonly string[] {
  if ("chave" in order) return [order.chave];
  const { conta, documento, nome } = order.conta;
  return [conta, documento, nome];
}

/**
 * Itau takes no key of ours, so the payout's id is said here: by it a person finds the transfer in the
 * account's statement. The caller's words follow it, as far as there is room.
 */
function descriptionOf({ payoutId, description }: PayoutInstruction): string {
  const words = description.replaceAll(/\s+/g, " ").trim();
  return [...`${payoutId} ${words}`].slice(0, MAX_DESCRIPTION).join("").trimEnd();
}

import { toMinor } from "../support/money.ts";

/** A transfer that can be read. */
export interface ReadTransfer {
  readonly minorAmount: bigint;
  /** A PIX key, or an account as "institution/branch/number". */
  readonly to: string;
}

type Json = Readonly<Record<string, unknown>>;
type Read = ReadTransfer | { readonly faulty: readonly string[] };

const KEY_KINDS = /^(?:CPF|CNPJ|EMAIL|TELEFONE|CHAVE_ALEATORIA)$/;
const ACCOUNT_RULES: Readonly<Record<string, RegExp>> = {
  agencia: /^\d{1,5}$/,
  conta: /^\d{1,20}X?$/,
  tipo_conta: /^CONTA_(?:CORRENTE|POUPANCA)$/,
  documento: /^(?:\d{11}|[0-9A-Z]{12}\d{2})$/,
  nome: /^.{1,140}$/,
};

/**
 * Reads the body of a transfer, or names the fields that are faulty.
 *
 * @param today the day in Brasilia
 */
export function readTransfer(body: unknown, today: string): Read {
  const json = (typeof body === "object" && body !== null ? body : {}) as Json;
  const faulty: string[] = [];
  const valor = textOf(json, "valor_pagamento");
  const minorAmount = /^\d+\.\d{2}$/.test(valor) ? toMinor(valor, 2) : undefined;
  if (minorAmount === undefined || minorAmount === 0n) faulty.push("valor_pagamento");
  if (textOf(json, "data_pagamento") !== today) faulty.push("data_pagamento");
  if ([...textOf(json, "descricao")].length > 140) faulty.push("descricao");
  const byKey = json["chave"] !== undefined;
  const to = byKey ? readKey(json, faulty) : readAccount(json["conta"], faulty);
  if (byKey === (json["conta"] !== undefined)) faulty.push("conta");
  return faulty.length > 0 || minorAmount === undefined ? { faulty } : { minorAmount, to };
}

function readKey(json: Json, faulty: string[]): string {
  if (!KEY_KINDS.test(textOf(json, "tipo_chave"))) faulty.push("tipo_chave");
  if (textOf(json, "chave") === "") faulty.push("chave");
  return textOf(json, "chave");
}

function readAccount(value: unknown, faulty: string[]): string {
  const conta = (typeof value === "object" && value !== null ? value : {}) as Json;
  for (const [name, rule] of Object.entries(ACCOUNT_RULES)) {
    if (!rule.test(textOf(conta, name))) faulty.push(`conta.${name}`);
  }
  const ispb = textOf(conta, "ispb");
  const banco = textOf(conta, "banco");
  if (!/^\d{8}$/.test(ispb) && !/^\d{3}$/.test(banco)) faulty.push("conta.ispb");
  return [ispb || banco, textOf(conta, "agencia"), textOf(conta, "conta")].join("/");
}

function textOf(json: Json, name: string): string {
  const value = json[name];
  return typeof value === "string" ? value : "";
}

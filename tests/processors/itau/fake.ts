import type { Clock } from "../../../src/clock.ts";
import type { Money } from "../../../src/domain/money.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { countingIds } from "../support/ids.ts";
import type { FakeReply } from "../support/reply.ts";
import { Tokens } from "./tokens.ts";
import { readTransfer } from "./transfer-request.ts";

/** What the bank has written down of one transfer. */
export interface ItauTransfer {
  readonly code: string;
  readonly money: Money;
  readonly to: string;
  readonly description: string;
  status: "Efetuado" | "Em processamento" | "Rejeitado";
  readonly why: string | undefined;
}

export interface ItauFakeOptions {
  /** By default time stands still until a test moves it. */
  readonly clock?: Clock;
  readonly port?: number;
  /** Fakes with the same seed give the same ids, tokens and secrets. */
  readonly seed?: string;
  /** Centavos in the account. */
  readonly balance?: bigint;
}

/** Brasilia's day is UTC's three hours before. */
const BRASILIA_BEHIND_MS = 3 * 3_600_000;

/**
 * A fake of Itau's PIX transfers (SISPAG): a system of its own, with an account and a list of transfers.
 *
 * There is no published document, so nothing is checked against one. It rests on a description of the
 * interface: the two calls, their fields, the three status words, the status codes, the codes
 * SALDO_INSUFICIENTE, CHAVE_INEXISTENTE and CONTA_ENCERRADA of 422, and that there is neither a key nor a
 * way to ask. The description leaves open, and assumed here are: the words of "tipo_chave" and "tipo_conta";
 * that "data_pagamento" must be today in Brasilia; the code DADOS_INVALIDOS and "campos" as a list of names;
 * the errors of the token call (those of OAuth 2); the codes of 401; that a rejected transfer has a code too.
 */
export class ItauFake {
  readonly http: FakeProcessor;
  readonly tokens: Tokens;
  readonly transfers: ItauTransfer[] = [];
  /** Centavos in the account. */
  balance: bigint;
  /** Accounts that were closed, and keys that nobody has, as `to` of a transfer names them. */
  readonly closed = new Set<string>();
  readonly unknownKeys = new Set<string>();
  /** What is said of a transfer that can be paid. */
  answer: ItauTransfer["status"] = "Efetuado";

  constructor({ clock, seed = "itau", balance = 0n }: ItauFakeOptions = {}) {
    this.http = new FakeProcessor({
      ...(clock && { clock }),
      ids: countingIds(seed),
      errorBody: (status) => ({
        codigo: `ERRO_${status}`,
        mensagem: "Tente novamente mais tarde.",
      }),
    });
    const { ids } = this.http;
    const client = { id: ids.uuid(), secret: ids.uuid() };
    this.tokens = new Tokens(this.http.clock, ids, client);
    this.balance = balance;
    this.http
      .route("POST", "/api/oauth/token", (request) => this.tokens.grant(request))
      .route("POST", "/sispag/v1/transferencias", (request) => this.#transfer(request));
  }

  /** What is under way is done. */
  settle(): void {
    for (const each of this.transfers) {
      if (each.status === "Em processamento") each.status = "Efetuado";
    }
  }

  /** Money that has left the account, or is leaving it. */
  get paid(): readonly Money[] {
    const standing = this.transfers.filter(({ status }) => status !== "Rejeitado");
    return standing.map(({ money }) => money);
  }

  #transfer(request: CapturedRequest): FakeReply {
    if (!this.tokens.takes(request)) return no(401, "NAO_AUTORIZADO", "Token inválido.");
    const today = new Date(this.http.clock.now() - BRASILIA_BEHIND_MS).toISOString().slice(0, 10);
    const read = readTransfer(request.body, today);
    if ("faulty" in read) {
      const { status, body } = no(400, "DADOS_INVALIDOS", "Há campos inválidos.");
      return { status, body: { ...(body as object), campos: read.faulty } };
    }
    const { minorAmount, to } = read;
    if (this.closed.has(to)) return no(422, "CONTA_ENCERRADA", `A conta ${to} foi encerrada.`);
    if (this.unknownKeys.has(to)) return no(422, "CHAVE_INEXISTENTE", `A chave ${to} não existe.`);
    if (minorAmount > this.balance) return no(422, "SALDO_INSUFICIENTE", "Não há saldo.");
    const { descricao = "" } = request.body as { readonly descricao?: string };
    const why =
      this.answer === "Rejeitado" ? "Recusado pela instituição do favorecido." : undefined;
    const transfer: ItauTransfer = {
      code: this.http.ids.uuid(),
      money: { minorAmount, currency: "BRL" },
      to,
      description: descricao,
      status: this.answer,
      why,
    };
    this.transfers.push(transfer);
    if (transfer.status !== "Rejeitado") this.balance -= minorAmount;
    const { code, status } = transfer;
    const reason = why === undefined ? {} : { motivo: why };
    return { status: 201, body: { codigo_pagamento: code, status, ...reason } };
  }
}

/** Starts a fake on loopback. */
export async function openItauFake(options: ItauFakeOptions = {}): Promise<ItauFake> {
  const fake = new ItauFake(options);
  await fake.http.listen(options.port);
  return fake;
}

function no(status: number, codigo: string, mensagem: string): FakeReply {
  return { status, body: { codigo, mensagem } };
}

import { expect, it } from "vitest";
import type { Pix, PixKey } from "../../../src/domain/payout-method/index.ts";
import { lastBody, onItau, pay, TRANSFERS } from "./on-itau.ts";

const HOUR = 3_600_000;

const ACCOUNT: Pix = {
  kind: "pix",
  bankCode: "341",
  branch: "0726",
  accountNumber: "12345678X",
  accountType: "SAVINGS",
  taxId: "11222333000181",
  holderName: "Ada Comércio Ltda",
};

it("an account goes by its ISPB where it is known, and else by its bank", () =>
  onItau(async (stage) => {
    await pay(stage, { method: ACCOUNT });
    const rest = {
      agencia: "0726",
      conta: "12345678X",
      tipo_conta: "CONTA_POUPANCA",
      documento: "11222333000181",
      nome: "Ada Comércio Ltda",
    };
    expect(lastBody(stage)["conta"]).toEqual({ banco: "341", ...rest });
    await pay(stage, { method: { ...ACCOUNT, ispb: "60701190" } });
    expect(lastBody(stage)["conta"]).toEqual({ ispb: "60701190", ...rest });
  }));

it.each([
  ["CPF", "52998224725", "CPF"],
  ["CNPJ", "11222333000181", "CNPJ"],
  ["EMAIL", "ada@example.com", "EMAIL"],
  ["PHONE", "+5511987654321", "TELEFONE"],
  ["EVP", "123e4567-e89b-42d3-a456-426614174000", "CHAVE_ALEATORIA"],
] as const)("a PIX key of the kind %s", (keyKind, key, word) =>
  onItau(async (stage, fake) => {
    const method: PixKey = { kind: "pix_key", pixKey: key, keyKind };
    expect((await pay(stage, { method })).outcome.kind).toBe("accepted");
    expect(lastBody(stage)).toMatchObject({ tipo_chave: word, chave: key });
    expect(fake.transfers).toMatchObject([{ to: key, money: { minorAmount: 10_029n } }]);
  }),
);

it.each([
  ["another method", { method: { kind: "sepa", iban: "DE89370400440532013000", holderName: "A" } }],
  ["another currency", { amount: { minorAmount: 1n, currency: "EUR" } }],
  ["another currency at the end", { destinationCurrency: "USD" }],
  ["nothing", { amount: { minorAmount: 0n, currency: "BRL" } }],
  ["a key whose kind is not known", { method: { kind: "pix_key", pixKey: "52998224725" } }],
] as const)("%s is refused before anything is sent", (_name, changes) =>
  onItau(async (stage) => {
    expect((await pay(stage, changes)).outcome.kind).toBe("rejected");
    expect(stage.http.requests).toEqual([]);
  }),
);

it("the description begins with the payout's id, whole, and has room for 140 characters", () =>
  onItau(async (stage) => {
    const { payoutId, outcome } = await pay(stage, {}, `Férias\n ${"🏖".repeat(200)}`);
    const description = lastBody(stage)["descricao"] as string;
    expect(outcome.kind).toBe("accepted");
    expect(description.startsWith(`${payoutId} Férias 🏖`)).toBe(true);
    expect([...description]).toHaveLength(140);
    const bare = await pay(stage, {}, "");
    expect(lastBody(stage)["descricao"]).toBe(bare.payoutId);
  }));

it("the day is Brasilia's, three hours behind", () =>
  onItau(async (stage) => {
    // The fake's clock begins at noon of 15 January, UTC.
    stage.clock.advance(15 * HOUR - 1);
    await pay(stage);
    expect(lastBody(stage)["data_pagamento"]).toBe("2026-01-15");
    stage.clock.advance(1);
    expect((await pay(stage)).outcome.kind).toBe("accepted");
    expect(lastBody(stage)["data_pagamento"]).toBe("2026-01-16");
  }));

it("what surely was not sent goes out with the day on which it does", () =>
  onItau(async (stage, fake) => {
    const limited = { kind: "rate-limited", retryAfterSeconds: 60 } as const;
    stage.http.faults.next({ path: TRANSFERS }, limited);
    expect((await pay(stage)).outcome).toMatchObject({ kind: "not_sent", later: {} });
    stage.clock.advance(24 * HOUR);
    expect((await pay(stage)).outcome.kind).toBe("accepted");
    expect(fake.transfers).toHaveLength(1);
  }));

import { expect, it } from "vitest";
import { onItau, pay, TRANSFERS } from "./on-itau.ts";

/** A fault that replaces the answer's body; the status is the fake's. */
const says = (body: object) => ({ kind: "drift", change: () => body }) as const;

it("a transfer that is done is known by its code", () =>
  onItau(async (stage, fake) => {
    const { outcome } = await pay(stage);
    const [{ code = "" } = {}] = fake.transfers;
    expect(outcome).toEqual({
      kind: "accepted",
      value: {
        status: "SUCCESS",
        rawStatus: "Efetuado",
        references: [{ kind: "payment", id: code }],
        connectorPayoutId: code,
      },
    });
  }));

it("one that is under way is unknown, with the code by which people find it", () =>
  onItau(async (stage, fake) => {
    fake.answer = "Em processamento";
    const { outcome } = await pay(stage);
    expect(outcome).toMatchObject({
      kind: "unknown",
      error: {
        category: "OUTCOME_UNKNOWN",
        connectorCode: "Em processamento",
        connectorRequestId: fake.transfers[0]?.code,
      },
    });
  }));

it.each([
  ["SALDO_INSUFICIENTE", "INSUFFICIENT_FUNDS"],
  ["CHAVE_INEXISTENTE", "ACCOUNT_NOT_FOUND"],
  ["CONTA_ENCERRADA", "ACCOUNT_CLOSED"],
  ["UM_MOTIVO_NOVO", "DECLINED"],
  ["constructor", "DECLINED"],
])("422 with %s is %s", (codigo, reason) =>
  onItau(async (stage, fake) => {
    fake.balance = 0n;
    stage.http.faults.next({ path: TRANSFERS }, says({ codigo, mensagem: "Não." }));
    expect((await pay(stage)).outcome).toMatchObject({
      kind: "rejected",
      error: { reason, connectorCode: codigo, connectorMessage: "Não." },
    });
  }),
);

it.each([
  ["400", { codigo: "DADOS_INVALIDOS" }, "rejected"],
  ["400", {}, "unknown"],
  ["422", { erro: "x" }, "unknown"],
])("%s that says %j is %s: without a code it is not Itau that answers", (status, body, kind) =>
  onItau(async (stage, fake) => {
    fake.balance = 0n;
    stage.http.faults.next({ path: TRANSFERS }, says(body));
    const amount = { minorAmount: 1n, currency: "BRL" };
    const faulty = { kind: "pix_key", pixKey: "", keyKind: "EMAIL" } as const;
    const { outcome } = await pay(stage, status === "400" ? { method: faulty } : { amount });
    expect(stage.http.requestsTo("POST", TRANSFERS)).toMatchObject([{ replied: Number(status) }]);
    expect(outcome.kind).toBe(kind);
  }),
);

it.each([
  [401, "not_sent"],
  [403, "not_sent"],
  [404, "unknown"],
  [409, "unknown"],
  [302, "unknown"],
])("%d is %s", (status, kind) =>
  onItau(async (stage) => {
    stage.http.use((request, next) =>
      request.path === TRANSFERS ? { status, body: { codigo: "X", mensagem: "x" } } : next(),
    );
    expect((await pay(stage)).outcome.kind).toBe(kind);
  }),
);

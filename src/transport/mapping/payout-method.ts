import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  BankAccountType,
  PayoutMethod_Kind,
  type PayoutMethodData,
  PayoutMethodData_PixKey_Kind,
  type PayoutMethodSchema,
} from "../../../gen/payout/v1/payout_method_pb.js";
import type {
  MaskedPayoutMethod,
  PayoutMethodInput,
  PayoutMethodKind,
} from "../../domain/payout-method/index.ts";
import { fromEnum, toEnum } from "./enums.ts";

/** The caller's payout method as the domain reads it; undefined when no arm is given. */
export function fromPayoutMethodData(
  data: PayoutMethodData | undefined,
): PayoutMethodInput | undefined {
  const { case: arm, value } = data?.method ?? {};
  if (arm === undefined || value === undefined) return undefined;
  switch (arm) {
    case "card":
    case "bacs":
    case "sepa":
    case "paypal":
    case "venmo":
    case "interac":
    case "passthrough":
      return { ...value, kind: arm };
    case "ach":
    case "pix":
      return {
        ...value,
        kind: arm,
        accountType: fromEnum(BankAccountType, value.accountType) ?? "",
      };
    case "pixKey": {
      const keyKind = fromEnum(PayoutMethodData_PixKey_Kind, value.kind) ?? "";
      return { kind: "pix_key", pixKey: value.pixKey, keyKind };
    }
    case "openBankingUk":
      return { ...value, kind: "open_banking_uk" };
    case "applePay":
      return { ...value, kind: "apple_pay" };
  }
}

export function toPayoutMethod(
  masked: MaskedPayoutMethod | null,
): MessageInitShape<typeof PayoutMethodSchema> | undefined {
  if (masked === null) return undefined;
  const { kind, ...view } = masked;
  return { ...view, kind: toKind(kind) };
}

export function toKind(kind: PayoutMethodKind): PayoutMethod_Kind {
  const name = kind.toUpperCase() as keyof typeof PayoutMethod_Kind;
  return toEnum(PayoutMethod_Kind, name);
}

export function fromKind(kind: PayoutMethod_Kind): PayoutMethodKind {
  return PayoutMethod_Kind[kind].toLowerCase() as PayoutMethodKind;
}

import { type Json, known, textAt } from "../support/json-fields.ts";
import type {
  LegalEntities,
  LegalEntity,
  TransferInstrument,
  Verification,
} from "./legal-entities.ts";
import { countryOf } from "./routes.ts";

const capability = "sendToTransferInstrument";

export function legalEntityView(entity: LegalEntity, entities: LegalEntities): Json {
  const instruments = entities.instrumentsOf(entity.id);
  return known({
    ...entity.fields,
    id: entity.id,
    capabilities: {
      [capability]: {
        ...capabilityView(entity.verification),
        transferInstruments: instruments.map((each) => ({
          id: each.id,
          ...capabilityView(each.verification),
        })),
      },
    },
    problems: problemsOf(entity),
    transferInstruments: instruments.map((each) => ({
      id: each.id,
      accountIdentifier: masked(each),
      realLastFour: masked(each).slice(-4),
      trustedSource: false,
    })),
  });
}

export function instrumentView(instrument: TransferInstrument): Json {
  const identification = instrument.bankAccount["accountIdentification"];
  return {
    id: instrument.id,
    legalEntityId: instrument.legalEntityId,
    type: instrument.type,
    bankAccount: known({
      ...instrument.bankAccount,
      countryCode: textAt(instrument.bankAccount, "countryCode") ?? countryOf(identification),
      trustedSource: false,
    }),
    capabilities: { [capability]: capabilityView(instrument.verification) },
  };
}

/** What is missing, as the processor says it; undefined where nothing is. */
export function problemsOf(entity: LegalEntity): Json[] | undefined {
  if (entity.verification !== "invalid" && entity.verification !== "rejected") return undefined;
  const isMissing = entity.verification === "invalid";
  const error = isMissing
    ? {
        code: "2_8141",
        message: "'Date of birth' was missing.",
        type: "dataMissing",
        capabilities: [capability],
        remediatingActions: [{ code: "2_102", message: "Add 'birthData' to legal entity" }],
      }
    : {
        code: "1_30",
        message: "The checks were rejected.",
        type: "rejected",
        capabilities: [capability],
      };
  return [{ entity: { id: entity.id, type: "LegalEntity" }, verificationErrors: [error] }];
}

function capabilityView(verification: Verification): Json {
  return {
    allowed: verification === "valid",
    requested: true,
    verificationStatus: verification,
  };
}

function masked(instrument: TransferInstrument): string {
  const identification = instrument.bankAccount["accountIdentification"];
  const text = textAt(identification, "iban") ?? textAt(identification, "accountNumber") ?? "";
  return text.slice(-4).padStart(text.length, "*");
}

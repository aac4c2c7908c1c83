import type { IdSource } from "../support/ids.ts";
import { type Json, known, textAt } from "../support/json-fields.ts";
import { resourceId } from "./ids.ts";

/** How far the checks of a person or company, or of a bank account, have come. */
export type Verification = "pending" | "valid" | "invalid" | "rejected";

export interface TransferInstrument {
  readonly id: string;
  readonly legalEntityId: string;
  readonly type: string;
  readonly bankAccount: Json;
  verification: Verification;
}

export interface LegalEntity {
  readonly id: string;
  /** As it was sent, without what the processor decides itself. */
  fields: Json;
  verification: Verification;
}

/** Legal entities and the bank accounts that they own. */
export class LegalEntities {
  readonly #ids: IdSource;
  readonly #entities = new Map<string, LegalEntity>();
  readonly #instruments = new Map<string, TransferInstrument>();

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  create(fields: Json): LegalEntity {
    const id = resourceId(this.#ids, "LE");
    const entity: LegalEntity = { id, fields: kept(fields), verification: "pending" };
    this.#entities.set(entity.id, entity);
    return entity;
  }

  /** New data is checked again. */
  change(entity: LegalEntity, fields: Json): void {
    entity.fields = { ...entity.fields, ...kept(fields) };
    if (entity.verification === "invalid") entity.verification = "pending";
  }

  find(id: string): LegalEntity | undefined {
    return this.#entities.get(id);
  }

  addInstrument(legalEntityId: string, type: string, bankAccount: Json): TransferInstrument {
    const instrument: TransferInstrument = {
      id: resourceId(this.#ids, "SE"),
      legalEntityId,
      type,
      bankAccount,
      verification: "pending",
    };
    this.#instruments.set(instrument.id, instrument);
    return instrument;
  }

  instrument(id: string): TransferInstrument | undefined {
    return this.#instruments.get(id);
  }

  removeInstrument(id: string): void {
    this.#instruments.delete(id);
  }

  instrumentsOf(legalEntityId: string): TransferInstrument[] {
    return [...this.#instruments.values()].filter((each) => each.legalEntityId === legalEntityId);
  }

  /** The outcome of the checks, for the entity and every instrument that it has by now. */
  verify(entity: LegalEntity, outcome: Verification): void {
    entity.verification = outcome;
    for (const instrument of this.instrumentsOf(entity.id)) instrument.verification = outcome;
  }
}

/** The name that a person or a company goes by; "" where none was given. */
export function nameOf({ fields }: LegalEntity): string {
  return [
    textAt(fields, "individual", "name", "firstName"),
    textAt(fields, "individual", "name", "lastName"),
    textAt(fields, "organization", "legalName"),
    textAt(fields, "soleProprietorship", "name"),
  ]
    .filter((name) => name !== undefined)
    .join(" ");
}

function kept({ capabilities: _, ...fields }: Json): Json {
  return known(fields);
}

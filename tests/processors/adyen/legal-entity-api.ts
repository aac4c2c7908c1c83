import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import { isJson, type Json, textAt } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";
import type { HostedOnboarding } from "./hosted-onboarding.ts";
import type { LegalEntities, LegalEntity, TransferInstrument } from "./legal-entities.ts";
import { instrumentView, legalEntityView, problemsOf } from "./legal-entity-views.ts";
import { legalEntityPrefix as prefix } from "./prefixes.ts";
import { invalid, noSuch, refusable } from "./refusal.ts";

export interface LegalEntityApiOptions {
  readonly entities: LegalEntities;
  readonly onboarding: HostedOnboarding;
  /** Called when there is something new to check. */
  readonly toCheck: (entity: LegalEntity) => void;
}

const types = [
  "individual",
  "organization",
  "soleProprietorship",
  "trust",
  "unincorporatedPartnership",
];

/** The Legal Entity Management API, version 4: who is paid, and to which bank account. */
export function serveLegalEntities(http: FakeProcessor, options: LegalEntityApiOptions): void {
  const { entities, onboarding, toCheck } = options;

  const find = (id: string | undefined): LegalEntity => {
    const entity = entities.find(id ?? "");
    if (!entity) throw noSuch("Legal entity");
    return entity;
  };
  const findInstrument = (id: string | undefined): TransferInstrument => {
    const instrument = entities.instrument(id ?? "");
    if (!instrument) throw noSuch("Transfer instrument");
    return instrument;
  };
  const show = (entity: LegalEntity): FakeReply => {
    return { status: 200, body: legalEntityView(entity, entities) };
  };

  const create = ({ body }: CapturedRequest): FakeReply => {
    const type = textAt(body, "type") ?? "";
    if (!isJson(body) || !types.includes(type)) throw invalid("type", type, "is required");
    if (!isJson(body[type])) throw invalid(type, "", `is required for type ${type}`);
    const entity = entities.create(body);
    toCheck(entity);
    return show(entity);
  };

  const change = ({ params, body }: CapturedRequest): FakeReply => {
    const entity = find(params["id"]);
    entities.change(entity, isJson(body) ? body : {});
    toCheck(entity);
    return show(entity);
  };

  const createInstrument = ({ body }: CapturedRequest): FakeReply => {
    const owner = find(textAt(body, "legalEntityId"));
    const bankAccount = (body as Json)["bankAccount"];
    if (!isJson(bankAccount) || !isJson(bankAccount["accountIdentification"])) {
      throw invalid("bankAccount.accountIdentification", "", "is required");
    }
    const type = textAt(body, "type") ?? "bankAccount";
    const instrument = entities.addInstrument(owner.id, type, bankAccount);
    toCheck(owner);
    return { status: 200, body: instrumentView(instrument) };
  };

  const getInstrument = ({ params }: CapturedRequest): FakeReply => {
    return { status: 200, body: instrumentView(findInstrument(params["id"])) };
  };

  const removeInstrument = ({ params }: CapturedRequest): FakeReply => {
    entities.removeInstrument(findInstrument(params["id"]).id);
    return { status: 204 };
  };

  const createLink = ({ params, body }: CapturedRequest): FakeReply => {
    const url = onboarding.link(find(params["id"]), textAt(body, "redirectUrl"));
    return { status: 200, body: { url } };
  };

  const checkErrors = ({ params }: CapturedRequest): FakeReply => {
    return { status: 200, body: { problems: problemsOf(find(params["id"])) ?? [] } };
  };

  http
    .route("POST", `${prefix}/legalEntities`, refusable(create))
    .route(
      "GET",
      `${prefix}/legalEntities/{id}`,
      refusable(({ params }) => show(find(params["id"]))),
    )
    .route("PATCH", `${prefix}/legalEntities/{id}`, refusable(change))
    .route("POST", `${prefix}/legalEntities/{id}/onboardingLinks`, refusable(createLink))
    .route("POST", `${prefix}/legalEntities/{id}/checkVerificationErrors`, refusable(checkErrors))
    .route("POST", `${prefix}/transferInstruments`, refusable(createInstrument))
    .route("GET", `${prefix}/transferInstruments/{id}`, refusable(getInstrument))
    .route("DELETE", `${prefix}/transferInstruments/{id}`, refusable(removeInstrument));
}

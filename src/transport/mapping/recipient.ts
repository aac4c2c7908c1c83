import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  DisburseAccount_Status,
  type DisburseAccountSchema,
  Recipient_Status,
  Recipient_Type,
  type RecipientSchema,
} from "../../../gen/payout/v1/recipient_pb.js";
import { connectorNameOf } from "../../domain/connector-ref.ts";
import type { DisburseAccount, Recipient } from "../../domain/recipient.ts";
import { etagOf } from "../../service/etag.ts";
import { toEnum } from "./enums.ts";
import { toPayoutMethod } from "./payout-method.ts";
import { toMaskedPerson } from "./person.ts";
import { toTimestamp } from "./scalars.ts";

export function toRecipient(recipient: Recipient): MessageInitShape<typeof RecipientSchema> {
  return {
    recipientId: recipient.recipientId,
    merchantRecipientId: recipient.merchantRecipientId ?? "",
    type: toEnum(Recipient_Type, recipient.person.type),
    status: toEnum(Recipient_Status, recipient.status),
    person: toMaskedPerson(recipient.person),
    requirements: [...recipient.requirements],
    connectorRecipients: recipient.connectorRecipients.map(
      ({ connector, connectorRecipientId, status }) => ({
        connector: connectorNameOf(connector),
        connectorRecipientId: connectorRecipientId ?? "",
        status: toEnum(Recipient_Status, status),
      }),
    ),
    defaultDisburseAccountId: recipient.defaultDisburseAccountId ?? "",
    metadata: recipient.metadata,
    createTime: toTimestamp(recipient.createTime),
    updateTime: toTimestamp(recipient.updateTime),
    livemode: recipient.livemode,
    etag: etagOf(recipient.version),
  };
}

export function toDisburseAccount(
  account: DisburseAccount,
): MessageInitShape<typeof DisburseAccountSchema> {
  return {
    disburseAccountId: account.disburseAccountId,
    recipientId: account.recipientId,
    status: toEnum(DisburseAccount_Status, account.status),
    payoutMethod: toPayoutMethod(account.payoutMethod),
    connectorAccounts: account.connectorAccounts.map(
      ({ connector, connectorAccountId, status }) => ({
        connector: connectorNameOf(connector),
        connectorAccountId: connectorAccountId ?? "",
        status: toEnum(DisburseAccount_Status, status),
      }),
    ),
    createTime: toTimestamp(account.createTime),
    isDefault: account.isDefault,
    livemode: account.livemode,
  };
}

import type { DescMethod } from "@bufbuild/protobuf";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../../gen/payout/v1/recipient_service_pb.js";
import { SandboxService } from "../../../gen/payout/v1/sandbox_service_pb.js";
import type { Scope } from "../../../src/domain/access.ts";

/** A method for each scope, written down and not read from the contract. */
export const METHOD_OF_SCOPE: Readonly<Record<Scope, DescMethod>> = {
  "payouts:write": PayoutService.method.create,
  "payouts:read": PayoutService.method.list,
  recipients: RecipientService.method.listRecipients,
  links: LinkService.method.listLinks,
  approve: PayoutService.method.resolve,
  connectors: ConnectorService.method.listConnectors,
  sandbox: SandboxService.method.listSandboxTransfers,
  admin: AdminService.method.listApiKeys,
};

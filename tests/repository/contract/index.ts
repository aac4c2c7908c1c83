import { describe } from "vitest";
import type { OpenRepository } from "../fixtures.ts";
import { accessContract } from "./access.ts";
import { accountContract } from "./accounts.ts";
import { changeContract } from "./change.ts";
import { connectorAccountContract } from "./connector-accounts.ts";
import { createContract } from "./create.ts";
import { deadlineContract } from "./deadlines.ts";
import { filterContract } from "./filters.ts";
import { idempotencyContract } from "./idempotency.ts";
import { inboxContract } from "./inbox.ts";
import { isolationContract } from "./isolation.ts";
import { jobContract } from "./jobs.ts";
import { linkContract } from "./links.ts";
import { pagingContract } from "./paging.ts";
import { referenceContract } from "./references.ts";
import { registrationContract } from "./registrations.ts";
import { routingContract } from "./routing.ts";
import { webhookContract } from "./webhooks.ts";

/** What every repository must do, whatever database is under it. */
export function repositoryContract(name: string, open: OpenRepository): void {
  describe(`the repository on ${name}`, () => {
    createContract(open);
    changeContract(open);
    deadlineContract(open);
    idempotencyContract(open);
    jobContract(open);
    linkContract(open);
    accountContract(open);
    registrationContract(open);
    referenceContract(open);
    inboxContract(open);
    routingContract(open);
    connectorAccountContract(open);
    pagingContract(open);
    filterContract(open);
    isolationContract(open);
    accessContract(open);
    webhookContract(open);
  });
}

import type { Check } from "../check.ts";
import { accounts } from "./accounts.ts";
import { amounts } from "./amounts.ts";
import { calls } from "./calls.ts";
import { credentials } from "./credentials.ts";
import { documents } from "./documents.ts";
import { drift } from "./drift.ts";
import { faults } from "./faults.ts";
import { keys } from "./keys.ts";
import { life } from "./life.ts";
import { links } from "./links.ts";
import { lookups } from "./lookups.ts";
import { manifest } from "./manifest.ts";
import { plan } from "./plan.ts";
import { refusals } from "./refusals.ts";
import { secrets } from "./secrets.ts";
import { statuses } from "./statuses.ts";
import { voids } from "./void.ts";
import { webhooks } from "./webhooks.ts";

/** All that a connector must hold. */
export const CHECKS: readonly Check[] = [
  manifest,
  plan,
  documents,
  life,
  faults,
  keys,
  refusals,
  statuses,
  amounts,
  lookups,
  voids,
  links,
  calls,
  drift,
  credentials,
  accounts,
  secrets,
  webhooks,
];

// Written by "npm run generate" from the folders beside this file. Edits are lost.
import type { CreateConnector } from "./connector.ts";
import { createConnector as adyen } from "./adyen/index.ts";
import { createConnector as dwolla } from "./dwolla/index.ts";
import { createConnector as itau } from "./itau/index.ts";
import { createConnector as paypal } from "./paypal/index.ts";
import { createConnector as revolut } from "./revolut/index.ts";
import { createConnector as stripe } from "./stripe/index.ts";
import { createConnector as wise } from "./wise/index.ts";

/** Every connector that works with merchants' accounts. */
export const CONNECTORS: readonly CreateConnector[] = [
  adyen,
  dwolla,
  itau,
  paypal,
  revolut,
  stripe,
  wise,
];

import { createMerchant } from "../../service/admin/merchants.ts";
import { type Commands, readArguments, UsageError } from "../command.ts";
import { anyOperatorMerchant, operatorCall } from "./operator.ts";

export const merchantCommands: Commands = {
  "merchants create": {
    needs: "database",
    usage: "NAME [--live]",
    about: "makes a merchant, without keys, and prints its id",
    prepare: (args) => {
      const { values, positionals } = readArguments(
        args,
        { live: { type: "boolean", default: false } },
        1,
      );
      const [name = ""] = positionals;
      if (name === "" || name.length > 100) {
        throw new UsageError("NAME must be 1 to 100 characters long");
      }
      return async (tools) => {
        const own = await anyOperatorMerchant(tools);
        if (own === null) throw new UsageError("make the first key first: payout keys create");
        const call = operatorCall(own);
        const { value } = await createMerchant(tools, call, { name, livemode: values.live });
        tools.write(value.merchantId);
        return 0;
      };
    },
  },
};

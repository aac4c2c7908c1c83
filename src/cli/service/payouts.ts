import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fromJsonString, toJsonString } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import {
  type Payout,
  Payout_Status,
  Payout_View,
  PayoutSchema,
} from "../../../gen/payout/v1/payout_pb.js";
import { CreateRequestSchema } from "../../../gen/payout/v1/payout_service_pb.js";
import { toDecimal } from "../../connectors/toolkit/decimal.ts";
import { parseId } from "../../domain/id.ts";
import { type Commands, readArguments, UsageError } from "../command.ts";

export const payoutCommands: Commands = {
  "payouts create": {
    needs: "service",
    usage: "[FILE] [--key IDEMPOTENCY_KEY]",
    about: "creates a payout from the JSON of a CreateRequest, in a file or on standard input",
    prepare: (args) => {
      const { values, positionals } = readArguments(args, { key: { type: "string" } }, 0, 1);
      const [file] = positionals;
      return async ({ service, write, tell, signal }) => {
        const request = readRequest(readFileSync(file ?? 0, "utf8"));
        const key = values.key ?? randomUUID();
        try {
          const headers = { "idempotency-key": key };
          const { payout } = await service.payouts.create(request, { headers, signal });
          write(print(payout));
          return 0;
        } catch (error) {
          // Whether it was stored is not known where the answer was lost: the same key finds out.
          tell(`to try the same payout again: --key ${key}`);
          throw error;
        }
      };
    },
  },
  "payouts get": {
    needs: "service",
    usage: "PAYOUT_ID | MERCHANT_PAYOUT_ID",
    about: "prints a payout with everything that was tried, asked of the processor",
    prepare: (args) => {
      const { positionals } = readArguments(args, {}, 1);
      const [id = ""] = positionals;
      return async ({ service, write, signal }) => {
        const named = parseId(id)?.kind === "payout" ? { payoutId: id } : { merchantPayoutId: id };
        const { payout } = await service.payouts.get(
          { ...named, view: Payout_View.FULL },
          { signal },
        );
        write(print(payout));
        return 0;
      };
    },
  },
  "payouts list": {
    needs: "service",
    usage: "[--status A,B] [--limit N]",
    about: "lists payouts, newest first: id, status, amount, connector, time, reference",
    prepare: (args) => {
      const { values } = readArguments(args, {
        status: { type: "string" },
        limit: { type: "string", default: "20" },
      });
      const status = (values.status ?? "")
        .split(",")
        .filter((name) => name !== "")
        .map(statusOf);
      if (!/^[1-9]\d{0,4}$/.test(values.limit)) throw new UsageError("--limit must be 1 to 99999");
      const limit = Number(values.limit);
      return async ({ service, write, signal }) => {
        let left = limit;
        let pageToken = "";
        do {
          const pageSize = Math.min(left, 100);
          const page = await service.payouts.list({ status, pageSize, pageToken }, { signal });
          for (const payout of page.payouts) write(lineOf(payout));
          left -= page.payouts.length;
          pageToken = page.nextPageToken;
        } while (pageToken !== "" && left > 0);
        return 0;
      };
    },
  },
  "payouts void": {
    needs: "service",
    usage: "PAYOUT_ID [--reason TEXT]",
    about: "stops a payout that has not ended",
    prepare: (args) => {
      const { values, positionals } = readArguments(
        args,
        { reason: { type: "string", default: "" } },
        1,
      );
      const [payoutId = ""] = positionals;
      return async ({ service, write, signal }) => {
        const { reason } = values;
        const { payout } = await service.payouts.void({ payoutId, reason }, { signal });
        write(print(payout));
        return payout?.status === Payout_Status.CANCELLED ? 0 : 1;
      };
    },
  },
};

/** @throws UsageError that names what is wrong */
function readRequest(text: string) {
  try {
    return fromJsonString(CreateRequestSchema, text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function print(payout: Payout | undefined): string {
  return payout === undefined ? "" : toJsonString(PayoutSchema, payout, { prettySpaces: 2 });
}

function statusOf(name: string): Payout_Status {
  const status = Payout_Status[name.trim().toUpperCase() as keyof typeof Payout_Status];
  if (status === undefined || status === 0) {
    const names = Object.values(Payout_Status).filter((each) => typeof each === "string");
    throw new UsageError(`--status must be of ${names.slice(1).join(",")}`);
  }
  return status;
}

export function lineOf(payout: Payout): string {
  const { payoutId, status, amount, connector, createTime, merchantPayoutId } = payout;
  const money = amount && toDecimal(amount);
  return [
    payoutId,
    (Payout_Status[status] ?? "").padEnd(20),
    `${money ?? ""} ${amount?.currency ?? ""}`.padStart(16),
    connector.padEnd(8),
    createTime === undefined ? "" : timestampDate(createTime).toISOString(),
    merchantPayoutId,
  ]
    .join(" ")
    .trimEnd();
}

import { ConnectError } from "@connectrpc/connect";
import { ConnectorHealth_Circuit } from "../../../gen/payout/v1/connector_service_pb.js";
import { type Commands, readArguments, type ServiceTools } from "../command.ts";
import { explainRefusal } from "./explain-refusal.ts";

/** A check that takes longer has failed (milliseconds). */
const CHECK_MS = 10_000;
/** Clocks further apart than this make signatures and deadlines go wrong (milliseconds). */
const CLOCK_MS = 30_000;

type Check = (tools: ServiceTools) => Promise<readonly Finding[]>;

interface Finding {
  readonly verdict: "good" | "look" | "bad";
  readonly text: string;
}

export const doctorCommands: Commands = {
  doctor: {
    needs: "service",
    usage: "",
    about:
      "looks whether the service, the key and its connectors work; exits 1 when something does not",
    prepare: (args) => {
      readArguments(args, {});
      return async (tools) => {
        let isWell = true;
        for (const [name, check] of CHECKS) {
          const findings = await check(tools).catch(failed);
          for (const { verdict, text } of findings) {
            tools.write(`${MARKS[verdict]} ${name}: ${text}`);
            if (verdict === "bad") isWell = false;
          }
        }
        return isWell ? 0 : 1;
      };
    },
  },
};

const MARKS = { good: "ok  ", look: "look", bad: "BAD " } as const;

const good = (text: string): Finding => ({ verdict: "good", text });
const look = (text: string): Finding => ({ verdict: "look", text });
const bad = (text: string): Finding => ({ verdict: "bad", text });

const CHECKS: readonly (readonly [string, Check])[] = [
  ["process", (tools) => probe(tools, "/livez", "it runs")],
  ["readiness", (tools) => probe(tools, "/readyz", "it takes calls")],
  ["clock", checkClock],
  ["API key", checkKey],
  ["connectors", checkConnectors],
];

function failed(error: unknown): readonly Finding[] {
  if (error instanceof ConnectError) return [bad(explainRefusal(error).join(" "))];
  const { cause, message } = error as Error;
  return [bad(cause instanceof Error ? cause.message : message)];
}

async function probe({ service }: ServiceTools, path: string, text: string) {
  const answer = await get(service.url + path);
  return [answer.ok ? good(`${text} (${service.url})`) : bad(`${path} answers ${answer.status}`)];
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(CHECK_MS) });
}

/** By the header that every server sends; exact to a second. */
async function checkClock({ service, clock }: ServiceTools): Promise<readonly Finding[]> {
  const before = clock.now();
  const answer = await get(`${service.url}/livez`);
  const there = Date.parse(answer.headers.get("date") ?? "");
  if (!Number.isFinite(there)) return [look("the service does not tell its time")];
  const apart = Math.abs(there - (before + clock.now()) / 2);
  const seconds = Math.round(apart / 1000);
  return [
    apart > CLOCK_MS ? bad(`${seconds} s apart from this machine's`) : good(`${seconds} s apart`),
  ];
}

async function checkKey({ service, signal }: ServiceTools): Promise<readonly Finding[]> {
  const timeoutMs = CHECK_MS;
  const { payouts } = await service.payouts.list({ pageSize: 1 }, { signal, timeoutMs });
  const [newest] = payouts;
  const mode = newest === undefined ? "" : newest.livemode ? ", live" : ", test";
  return [good(`it opens the service${mode}`)];
}

async function checkConnectors({ service, signal }: ServiceTools): Promise<readonly Finding[]> {
  const timeoutMs = CHECK_MS;
  const { connectors } = await service.connectors.listConnectors({}, { signal, timeoutMs });
  const usable = connectors.filter(({ available }) => available);
  if (usable.length === 0) return [bad("none can be used: store an account at a processor")];
  return usable.map(({ connector, health }) => {
    if (health?.circuit === ConnectorHealth_Circuit.OPEN) {
      return bad(`${connector} has not been answering; payouts with it wait`);
    }
    return health?.lastErrorTime !== undefined && health.lastErrorReason !== ""
      ? look(`${connector} works; its last error was ${health.lastErrorReason}`)
      : good(`${connector} can be used`);
  });
}

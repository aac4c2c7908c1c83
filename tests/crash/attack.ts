import type { JsonObject } from "@bufbuild/protobuf";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { SandboxService } from "../../gen/payout/v1/sandbox_service_pb.js";
import { connectFace } from "../e2e/faces/connect-face.ts";
import type { Face } from "../e2e/faces/face.ts";
import { restFace } from "../e2e/faces/rest-face.ts";
import { SeededRandom } from "../simulation/random.ts";
import { Agent } from "./agent.ts";
import { auditSecrets, auditTold } from "./audit.ts";
import type { Books, Violation } from "./books.ts";
import { Caller } from "./caller.ts";
import { eventually, pause } from "./pause.ts";
import type { Programs } from "./programs.ts";
import { Told } from "./told.ts";
import { API_KEY, World } from "./world.ts";

/** Callers at once: enough that every kill meets payouts in all their stages. */
const CALLERS = 12;
/** How long after the mischief everything must have come to rest (milliseconds). */
const REST_MS = 60_000;

export interface AttackOptions {
  readonly programs: Programs;
  readonly seed: number;
  readonly kills: number;
  readonly minutes: number;
  readonly onProgress?: (line: string) => void;
}

export interface AttackResult {
  readonly kills: number;
  readonly stops: number;
  readonly payouts: number;
  readonly transfers: number;
  readonly calls: number;
  readonly lost: number;
  readonly violations: readonly Violation[];
  /** What is known of the payouts that show them. */
  readonly details: readonly string[];
  /** Kept when there are violations; null when it is gone. */
  readonly folder: string | null;
}

/**
 * One attack on real processes. Choices are those of the seed; what they meet is up to the machine, so
 * the same seed is not the same run. Odd seeds have one service process, even ones two.
 */
export async function attack(options: AttackOptions): Promise<AttackResult> {
  const { programs, seed, kills, minutes, onProgress = () => {} } = options;
  const world = new World({ programs, services: 2 - (seed % 2) });
  const told = new Told();
  const agent = new Agent({
    programs: world.programs,
    proxies: world.proxies,
    leaseMs: world.leaseMs,
    random: new SeededRandom(seed),
    kills,
    deadline: Date.now() + minutes * 60_000,
    onProgress: (count) => {
      if (count % 25 === 0) onProgress(`${count} kills, ${told.payouts.size} payouts answered`);
    },
  });
  let violations: readonly Violation[] = [];
  let details: readonly string[] = [];
  let payouts = 0;
  let transfers = 0;
  try {
    await world.start();
    const canaries = Array.from(
      { length: CALLERS },
      (_, i) => `7391048652${String(seed % 100_000)}${i}`,
    );
    const faces = facesOf(world);
    const enough = new AbortController();
    const calling = canaries.map((canary, i) =>
      new Caller({
        name: `s${seed}-c${i}`,
        apiKey: API_KEY,
        canary,
        faces,
        random: new SeededRandom(seed * 1000 + i),
        told,
      }).run(enough.signal),
    );
    await agent.run();
    enough.abort();
    await Promise.all(calling);
    onProgress("the mischief is over; waiting for rest");
    // What a proxy still holds back comes late.
    await pause(2 * world.leaseMs);
    const books = world.books();
    await comeToRest(books, faces, told);
    const listed = await ledgerByApi(faces);
    violations = [
      ...books.atRest(),
      ...auditTold(books, told),
      ...(sameLedger(listed, books.transfers()) ? [] : [LEDGERS_DIFFER]),
      ...auditSecrets(world.files, [...canaries, API_KEY]),
      ...world.programs
        .flatMap(({ faults }) => faults)
        .map((promise) => ({ promise, payoutId: null })),
    ];
    payouts = books.payouts().length;
    transfers = books.transfers().size;
    details = describe(books, violations);
    books.close();
    for (const face of faces) face.close();
  } finally {
    await world.close({ keepFolder: violations.length > 0 });
  }
  const folder = violations.length > 0 ? world.folder : null;
  const { calls, lost } = told;
  const { kills: killed, stops } = agent;
  return { kills: killed, stops, payouts, transfers, calls, lost, violations, details, folder };
}

const LEDGERS_DIFFER: Violation = {
  promise: "the ledger by the API is not the ledger's file",
  payoutId: null,
};

function facesOf({ services }: World): readonly Face[] {
  return services.flatMap(({ url }) => [
    restFace(url),
    connectFace("gRPC", createGrpcTransport({ baseUrl: url })),
  ]);
}

/** Moves what only a tester moves, and waits until nothing is left to happen by itself. */
async function comeToRest(books: Books, faces: readonly Face[], told: Told): Promise<void> {
  const [face] = faces;
  const settle = async () => {
    for (const payoutId of books.manual()) {
      await face?.call(SandboxService.method.settlePayout, { payoutId }, { key: API_KEY });
    }
  };
  for (const deadline = Date.now() + REST_MS; Date.now() < deadline; await pause(200)) {
    await settle();
    if (await eventually(() => books.rests() && books.manual().length === 0, 2000)) return;
  }
  told.faults.push(`not at rest after ${REST_MS} ms`);
}

/** The processor's ledger as callers see it: transfer's key and state. */
async function ledgerByApi([face]: readonly Face[]): Promise<ReadonlyMap<string, string>> {
  const ledger = new Map<string, string>();
  for (let pageToken: string | null = ""; pageToken !== null; ) {
    const request: JsonObject = { pageSize: 100, pageToken };
    const answer = await face?.call(SandboxService.method.listSandboxTransfers, request, {
      key: API_KEY,
    });
    if (answer?.ok !== true) throw new Error("the ledger cannot be listed");
    const { transfers, nextPageToken } = answer.message;
    for (const transfer of transfers as JsonObject[]) {
      ledger.set(String(transfer["idempotencyKey"]), String(transfer["state"]));
    }
    pageToken = nextPageToken === "" ? null : String(nextPageToken);
  }
  return ledger;
}

function sameLedger(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, state]) => b.get(key) === state);
}

/** The first few payouts that show a violation, each in full. */
function describe(books: Books, violations: readonly Violation[]): readonly string[] {
  const ids = new Set(violations.flatMap(({ payoutId }) => (payoutId === null ? [] : [payoutId])));
  return [...ids].slice(0, 10).flatMap((payoutId) => books.describe(payoutId));
}

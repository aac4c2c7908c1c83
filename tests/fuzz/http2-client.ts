import http2 from "node:http2";
import type { Answer } from "./answer.ts";
import { bytesOf, type CallInput } from "./input.ts";

/** Calls on one session before it makes way for a new one. */
const CALLS = 5000;

/** What waits to be sent counts: by default a few large bodies would end the session on our side. */
const SESSION_MB = 1000;

/** Sessions that a call is tried on before it is to blame itself. */
const TRIES = 4;

/** HTTP/2 with prior knowledge: many calls at once on one session, a new session when it ends. */
export class Http2Client {
  readonly #url: string;
  #session: http2.ClientHttp2Session | null = null;
  #calls = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async call(input: CallInput, waitMs: number): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const session = this.#open();
      const answer = await send(session, input, waitMs);
      const isLost = answer.kind === "lost" && (answer.why === "closed" || answer.why === "reset");
      if (!isLost || tries === TRIES) return answer;
      // The session may have been ended for what others did on it.
      if (session === this.#session) this.close();
    }
  }

  /** Calls that are under way still end. */
  close(): void {
    this.#session?.close();
    this.#session = null;
  }

  #open(): http2.ClientHttp2Session {
    const known = this.#session;
    if (known !== null && !known.closed && !known.destroyed && this.#calls < CALLS) {
      this.#calls += 1;
      return known;
    }
    this.close();
    const session = http2.connect(this.#url, { maxSessionMemory: SESSION_MB });
    session.on("error", () => session.destroy());
    session.setMaxListeners(0);
    this.#session = session;
    this.#calls = 1;
    return session;
  }
}

/** One call on a session. */
async function send(
  session: http2.ClientHttp2Session,
  input: CallInput,
  waitMs: number,
): Promise<Answer> {
  const headers: Record<string, string | string[]> = Object.create(null);
  headers[":method"] = input.method;
  headers[":path"] = input.path;
  for (const [name, value] of input.headers) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [...[before].flat(), value];
  }
  let stream: http2.ClientHttp2Stream;
  try {
    stream = session.request(headers, { endStream: false });
  } catch {
    // Node's client will not send this one.
    return { kind: "lost", why: "not sent" };
  }
  return new Promise((resolve) => {
    let status = 0;
    let head: ReadonlyMap<string, string> = new Map();
    let trailers: ReadonlyMap<string, string> = new Map();
    const chunks: Buffer[] = [];
    let isOver = false;
    const finish = (complete: boolean, why: "closed" | "reset" | "silent") => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (!complete) stream.close(http2.constants.NGHTTP2_CANCEL);
      resolve(
        status === 0
          ? { kind: "lost", why }
          : {
              kind: "http",
              status,
              headers: head,
              trailers,
              body: Buffer.concat(chunks),
              complete,
            },
      );
    };
    stream.on("response", (received) => {
      status = Number(received[":status"]);
      head = mapOf(received);
    });
    stream.on("trailers", (received) => {
      trailers = mapOf(received);
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => finish(true, "closed"));
    stream.on("error", () => finish(false, "reset"));
    stream.on("close", () => finish(false, "closed"));
    const timer = setTimeout(() => finish(false, "silent"), waitMs);
    stream.end(bytesOf(input.body));
  });
}

function mapOf(headers: http2.IncomingHttpHeaders): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, String(value)] as const));
}

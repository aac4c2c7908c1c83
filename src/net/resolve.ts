import { Resolver } from "node:dns/promises";

/** All addresses of a name; none when there is no such name. @throws when nobody could say. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** One question to a name server, and how often it is asked (milliseconds). */
const QUESTION = { timeout: 2000, tries: 2 };

/** Answers that say: there is nothing of the kind. */
const NOTHING: ReadonlySet<unknown> = new Set(["ENODATA", "ENOTFOUND"]);

/**
 * Asks the machine's name servers. Not by getaddrinfo: that holds one of the process's four threads
 * until it is answered, and a name whose servers are silent would hold up files and everybody else.
 */
export const resolveByDns: Resolve = async (name) => {
  // RFC 6761: never asked on the network.
  if (name === "localhost" || name.endsWith(".localhost")) return ["127.0.0.1", "::1"];
  const resolver = new Resolver(QUESTION);
  const asked = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = asked.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  const failed = asked.find(
    (each) => each.status === "rejected" && !NOTHING.has((each.reason as { code?: unknown }).code),
  );
  if (found.length === 0 && failed?.status === "rejected") throw failed.reason;
  return found;
};

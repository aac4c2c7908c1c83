import autocannon from "autocannon";
import type { Load } from "./load.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const SAMPLE_MS = 20;

/** Calls over HTTP/1.1, each caller on a connection of its own that it keeps. */
export function restLoad(url: string, callers: number, next: () => HttpRequest): Load {
  return {
    run: (calls) =>
      new Promise((resolve, reject) => {
        const latencies: number[] = [];
        let refused = 0;
        let last = 0;
        const began = performance.now();
        const instance = autocannon(
          {
            url,
            connections: callers,
            amount: calls,
            // It notices its end only at a sample.
            sampleInt: SAMPLE_MS,
            requests: [
              {
                // autocannon has copied the request and sends what is answered here.
                setupRequest: (request) => Object.assign(request, next()),
              },
            ],
          },
          (error, result) => {
            if (error) return reject(error);
            const failed = calls - result["2xx"] - refused;
            resolve({ calls, refused, failed, elapsedMs: last - began, latencies });
          },
        );
        instance.on("response", (_client, status, _bytes, ms) => {
          last = performance.now();
          if (status === 200) latencies.push(ms);
          else if (status === 429 || status === 503) refused += 1;
        });
      }),
    // autocannon closes its connections after each run.
    close: () => {},
  };
}

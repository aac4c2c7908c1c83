/** What a request or a reply does that its published document does not allow. Never holds a value. */
export interface Violation {
  readonly side: "request" | "reply" | "webhook";
  /** As the document writes it: "POST /v1/payouts/{payout}/cancel". */
  readonly operation: string;
  readonly in: "operation" | "path" | "query" | "header" | "body" | "content-type" | "status";
  /** JSON pointer into that part; "" is the whole. */
  readonly pointer: string;
  /** The keyword of JSON Schema that is broken, or one of: unknown, missing, readOnly. */
  readonly rule: string;
  readonly message: string;
}

/** A place where a fake is right and the document is not, with the reason. */
export interface KnownDeviation {
  readonly why: string;
  readonly side?: Violation["side"];
  readonly operation?: string;
  readonly in?: Violation["in"];
  readonly pointer?: string | RegExp;
  readonly rule?: string;
}

export function isKnown(violation: Violation, known: readonly KnownDeviation[]): boolean {
  return known.some(
    (each) =>
      (each.side ?? violation.side) === violation.side &&
      (each.operation ?? violation.operation) === violation.operation &&
      (each.in ?? violation.in) === violation.in &&
      (each.rule ?? violation.rule) === violation.rule &&
      pointerFits(each.pointer, violation.pointer),
  );
}

function pointerFits(wanted: string | RegExp | undefined, pointer: string): boolean {
  if (wanted instanceof RegExp) return wanted.test(pointer);
  return wanted === undefined || wanted === pointer;
}

export function printViolation(each: Violation): string {
  return `${each.side} ${each.operation} ${each.in} ${each.pointer || "/"}: ${each.rule}, ${each.message}`;
}

/** What is not as gen/openapi.json says, since somebody last took it. */
const faults: string[] = [];

export function addFault(fault: string): void {
  faults.push(fault);
}

/** Takes the faults that were found, each once. */
export function takeFaults(): readonly string[] {
  return [...new Set(faults.splice(0))];
}

/** Real time: here real processes are waited for. Answers null, so that it can lose a race. */
export function pause(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ms);
  });
}

/** Looks every 100 ms until it is so. @returns whether it came to it in time */
export async function eventually(look: () => boolean, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await pause(100)) {
    if (look()) return true;
  }
  return look();
}

/** What a call throws. @throws when it throws nothing */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const nothing = {};
  const thrown = await call.then(
    () => nothing,
    (error: unknown) => error,
  );
  if (thrown === nothing) throw new Error("the call succeeded");
  return thrown;
}

/** A generated enum object: names to numbers and back. */
type GeneratedEnum = Readonly<Record<string, string | number>>;

/** The number of a domain word. The words of domain and contract are the same; a test holds them to it. */
export function toEnum<E extends GeneratedEnum>(generated: E, word: keyof E & string): E[keyof E] {
  return generated[word] as E[keyof E];
}

/** The domain word of a number; null for zero, which means "not given". */
export function fromEnum<W extends string>(generated: GeneratedEnum, value: number): W | null {
  return value === 0 ? null : (generated[value] as W);
}

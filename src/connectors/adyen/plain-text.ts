/** Letters without their accents, which most of the rails do not carry: "Zoë" as "Zoe". */
export function withoutAccents(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}+/gu, "")
    .normalize("NFC");
}

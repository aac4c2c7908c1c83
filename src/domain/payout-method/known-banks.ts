/**
 * Names of widely used banks by the public codes in account numbers, to show people that they typed
 * what they meant. Help and no rule: a code that is not here is as good as one that is.
 */

/** By country and bank code, as an IBAN begins after its check digits. */
const BY_IBAN = table(`
AT 12000 UniCredit Bank Austria; AT 20111 Erste Bank; AT 32000 Raiffeisen
BE 001 BNP Paribas Fortis; BE 363 ING; BE 734 KBC; BE 063 Belfius; BE 967 Wise
DE 10011001 N26; DE 12030000 DKB; DE 37040044 Commerzbank; DE 50010517 ING; DE 10010010 Postbank
DE 10070000 Deutsche Bank; DE 50070010 Deutsche Bank; DE 70020270 HypoVereinsbank; DE 10050000 Berliner Sparkasse
DE 10110400 Trade Republic; DE 20041133 comdirect
ES 0049 Santander; ES 0182 BBVA; ES 2100 CaixaBank; ES 0081 Sabadell; ES 0128 Bankinter; ES 1465 ING
FR 30004 BNP Paribas; FR 30003 Société Générale; FR 30002 LCL; FR 20041 La Banque Postale
FR 16798 Treezor; FR 16958 Qonto; FR 40618 BoursoBank
GB BARC Barclays; GB LOYD Lloyds; GB NWBK NatWest; GB HBUK HSBC; GB MIDL HSBC; GB ABBY Santander
GB BUKB Barclays; GB MONZ Monzo; GB SRLG Starling; GB REVO Revolut; GB RBOS Royal Bank of Scotland
GB HLFX Halifax; GB NAIA Nationwide; GB TRWI Wise; GB BOFS Bank of Scotland
IE AIBK AIB; IE BOFI Bank of Ireland; IE IPBS Permanent TSB; IE REVO Revolut
IT X 03069 Intesa Sanpaolo; IT X 02008 UniCredit; IT X 05034 Banco BPM; IT X 07601 Poste Italiane
LT 32500 Revolut; LT 70440 SEB; LT 73000 Swedbank
NL ABNA ABN AMRO; NL INGB ING; NL RABO Rabobank; NL KNAB Knab; NL BUNQ bunq; NL TRIO Triodos; NL SNSB SNS
PT 0035 Caixa Geral de Depósitos; PT 0033 Millennium bcp; PT 0010 BPI; PT 0018 Santander; PT 0007 Novo Banco
`);

/** US routing numbers of a bank's head office; most banks have many more. */
const BY_ROUTING_NUMBER = table(`
021000021 JPMorgan Chase; 322271627 JPMorgan Chase; 026009593 Bank of America; 121000358 Bank of America
121000248 Wells Fargo; 021000089 Citibank; 043000096 PNC Bank; 091000022 U.S. Bank; 031101279 The Bancorp
061000104 Truist; 256074974 Navy Federal Credit Union; 124303120 Green Dot; 011401533 Citizens
056073502 Capital One; 031176110 Capital One; 021000018 BNY
`);

const BY_COMPE_CODE = table(`
001 Banco do Brasil; 033 Santander; 077 Banco Inter; 104 Caixa Econômica Federal; 208 BTG Pactual
212 Banco Original; 237 Bradesco; 260 Nubank; 290 PagBank; 323 Mercado Pago; 336 C6 Bank; 341 Itaú
380 PicPay; 422 Safra; 748 Sicredi; 756 Sicoob
`);

/** Beginnings of UK sort codes. */
const BY_SORT_CODE = table(`
040004 Monzo; 040075 Revolut; 608371 Starling; 2 Barclays; 30 Lloyds; 40 HSBC; 60 NatWest; 11 Halifax
077 Nationwide; 09 Santander; 23 Barclays; 83 Royal Bank of Scotland
`);

/** The bank of an IBAN in its electronic form. */
export function bankOfIban(iban: string): string | undefined {
  const [country, rest] = [iban.slice(0, 2), iban.slice(4)];
  // Italy's begin with a check letter.
  return byBeginning(BY_IBAN, country === "IT" ? `IT X ${rest.slice(1)}` : `${country} ${rest}`);
}

/** Nine digits. */
export function bankOfRoutingNumber(digits: string): string | undefined {
  return BY_ROUTING_NUMBER.get(digits);
}

/** Three digits. */
export function bankOfCompeCode(digits: string): string | undefined {
  return BY_COMPE_CODE.get(digits);
}

/** Six digits. */
export function bankOfSortCode(digits: string): string | undefined {
  return byBeginning(BY_SORT_CODE, digits);
}

/** The longest code that the text begins with. */
function byBeginning(names: ReadonlyMap<string, string>, text: string): string | undefined {
  for (let length = text.length; length > 0; length -= 1) {
    const name = names.get(text.slice(0, length));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** "code name; code name", where a code begins with up to two words of capital letters. */
function table(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split(/[;\n]/)
      .map((entry) => /^((?:[A-Z]{2} (?:X )?)?[0-9A-Z]+) (.+)$/.exec(entry.trim()))
      .flatMap((match): [string, string][] => [[match?.[1] ?? "", match?.[2] ?? ""]])
      .filter(([code]) => code !== ""),
  );
}

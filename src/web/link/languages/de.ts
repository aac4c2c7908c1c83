import type { Words } from "./words.ts";

export const de: Words = {
  ownName: "Deutsch",
  direction: "ltr",
  title: "Geld empfangen",
  faultTitle: "Fehler",
  language: "Sprache",
  paysYou: "{merchant} zahlt Ihnen",
  paidOutIn: "Auszahlung in {currency}",
  claimBy: "Abrufbar bis {time}",
  step: "Schritt {step} von 3",
  choose: "Wie möchten Sie das Geld erhalten?",
  noMethod: "Hier gibt es keinen Weg, Ihnen dieses Geld auszuzahlen. Bitte fragen Sie {merchant}.",
  otherMethod: "Anderen Weg wählen",
  aboutYou: "Über Sie",
  account: "Wohin das Geld geht",
  continue: "Weiter",
  review: "Angaben prüfen",
  reviewAdvice:
    "Vergewissern Sie sich, dass alles stimmt. Geld, das auf ein falsches Konto geht, kommt vielleicht nicht zurück.",
  method: "Auszahlung auf",
  receive: "{amount} erhalten",
  change: "Angaben ändern",
  wait: "Einen Moment …",
  thereIsAProblem: "Es gibt ein Problem",
  giveAgain: "Es ist zu viel Zeit vergangen. Bitte geben Sie Ihre Daten noch einmal ein.",
  cannotPayThere:
    "Auf dieses Konto kann von hier nicht gezahlt werden. Bitte wählen Sie einen anderen Weg.",
  tooManyTries:
    "Das waren zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann noch einmal.",
  backTo: "Zurück zu {merchant}",
  checking: "Girokonto (Checking)",
  savings: "Sparkonto (Savings)",
  endingIn: "endet auf {last4}",
  keepsWatching:
    "Diese Seite aktualisiert sich selbst. Sie können sie schließen und denselben Link später wieder öffnen.",
  unavailable: {
    title: "Dieser Link ist nicht verfügbar",
    text: "Vielleicht wurde er benutzt, vielleicht ist er abgelaufen, oder es gab ihn nie. Bitten Sie den Absender um einen neuen.",
  },
  failed: {
    title: "Etwas ist schiefgegangen",
    text: "Es ist nichts verloren. Bitte versuchen Sie es gleich noch einmal.",
  },
  methods: {
    ach: { title: "US-Bankkonto", text: "Routing- und Kontonummer" },
    bacs: { title: "Britisches Bankkonto", text: "Sort Code und Kontonummer" },
    sepa: { title: "Bankkonto in Europa", text: "IBAN, im Euroraum und darüber hinaus" },
    open_banking_uk: { title: "Britisches Konto mit IBAN", text: "Eine IBAN, die mit GB beginnt" },
    card: { title: "Debitkarte", text: "Auf das Konto hinter Ihrer Karte" },
    pix: { title: "Brasilianisches Bankkonto", text: "Bank, Filiale und Konto" },
    pix_key: { title: "Pix-Schlüssel", text: "CPF, CNPJ, E-Mail, Telefon oder Zufallsschlüssel" },
    paypal: { title: "PayPal", text: "Auf Ihr PayPal-Konto" },
    venmo: { title: "Venmo", text: "An Ihre US-Telefonnummer bei Venmo" },
    interac: { title: "Interac e-Transfer", text: "An Ihre E-Mail-Adresse, in Kanada" },
  },
  fields: {
    givenName: {
      label: "Vorname",
      hint: "",
      missing: "Geben Sie Ihren Vornamen ein.",
      wrong: "Geben Sie Ihren Vornamen in Buchstaben ein.",
    },
    familyName: {
      label: "Nachname",
      hint: "Wenn Sie nur einen Namen haben, geben Sie ihn noch einmal ein.",
      missing: "Geben Sie Ihren Nachnamen ein.",
      wrong: "Geben Sie Ihren Nachnamen in Buchstaben ein.",
    },
    holderName: {
      label: "Kontoinhaber",
      hint: "Der Name, wie ihn Ihre Bank kennt.",
      missing: "Geben Sie den Namen des Kontoinhabers ein.",
      wrong: "Geben Sie den Namen des Kontoinhabers in Buchstaben ein.",
    },
    cardHolder: {
      label: "Name auf der Karte",
      hint: "",
      missing: "Geben Sie den Namen auf der Karte ein.",
      wrong: "Geben Sie den Namen auf der Karte in Buchstaben ein.",
    },
    routingNumber: {
      label: "Routingnummer",
      hint: "9 Ziffern, unten links auf einem Scheck.",
      missing: "Geben Sie die Routingnummer ein.",
      wrong: "Prüfen Sie die Routingnummer: Keine US-Bank hat diese. Sie hat 9 Ziffern.",
    },
    usAccount: {
      label: "Kontonummer",
      hint: "4 bis 17 Ziffern.",
      missing: "Geben Sie die Kontonummer ein.",
      wrong: "Prüfen Sie die Kontonummer: Sie hat 4 bis 17 Ziffern.",
    },
    sortCode: {
      label: "Sort Code",
      hint: "6 Ziffern, zum Beispiel 60-16-13.",
      missing: "Geben Sie den Sort Code ein.",
      wrong: "Prüfen Sie den Sort Code: Er hat 6 Ziffern.",
    },
    ukAccount: {
      label: "Kontonummer",
      hint: "8 Ziffern. Ist Ihre kürzer, setzen Sie Nullen davor.",
      missing: "Geben Sie die Kontonummer ein.",
      wrong: "Prüfen Sie die Kontonummer: Sie hat 8 Ziffern.",
    },
    accountType: {
      label: "Art des Kontos",
      hint: "",
      missing: "Wählen Sie die Art des Kontos.",
      wrong: "Wählen Sie die Art des Kontos.",
    },
    iban: {
      label: "IBAN",
      hint: "Sie steht in der App Ihrer Bank und auf Kontoauszügen.",
      missing: "Geben Sie die IBAN ein.",
      wrong:
        "Prüfen Sie die IBAN: Vielleicht ist eine Stelle falsch oder fehlt, oder in ihr Land kann nicht in Euro gezahlt werden.",
    },
    ukIban: {
      label: "IBAN",
      hint: "Sie beginnt mit GB und hat 22 Stellen.",
      missing: "Geben Sie die IBAN ein.",
      wrong:
        "Prüfen Sie die IBAN: Sie beginnt mit GB und hat 22 Stellen; eine ist vielleicht falsch.",
    },
    cardNumber: {
      label: "Kartennummer",
      hint: "Nach dem Code auf der Rückseite fragen wir nie.",
      missing: "Geben Sie die Kartennummer ein.",
      wrong: "Prüfen Sie die Kartennummer: Vielleicht ist eine Ziffer falsch oder fehlt.",
    },
    expiryMonth: {
      label: "Gültig bis, Monat",
      hint: "MM",
      missing: "Geben Sie den Monat ein.",
      wrong: "Prüfen Sie den Monat: 1 bis 12.",
    },
    expiryYear: {
      label: "Gültig bis, Jahr",
      hint: "JJJJ",
      missing: "Geben Sie das Jahr ein.",
      wrong: "Prüfen Sie das Jahr: Die Karte darf nicht abgelaufen sein.",
    },
    taxId: {
      label: "CPF oder CNPJ des Inhabers",
      hint: "",
      missing: "Geben Sie CPF oder CNPJ ein.",
      wrong: "Prüfen Sie CPF oder CNPJ: Vielleicht ist eine Ziffer falsch oder fehlt.",
    },
    bank: {
      label: "Bankcode",
      hint: "3 Ziffern (zum Beispiel 260) oder der ISPB mit 8 Ziffern.",
      missing: "Geben Sie den Code der Bank ein.",
      wrong: "Prüfen Sie den Code der Bank: 3 Ziffern, oder der ISPB mit 8.",
    },
    branch: {
      label: "Filiale (agência)",
      hint: "Ohne Prüfziffer.",
      missing: "Geben Sie die Filiale ein.",
      wrong: "Prüfen Sie die Filiale: höchstens 5 Ziffern.",
    },
    brAccount: {
      label: "Kontonummer",
      hint: "Mit Prüfziffer.",
      missing: "Geben Sie die Kontonummer ein.",
      wrong: "Prüfen Sie die Kontonummer: höchstens 20 Ziffern, mit Prüfziffer.",
    },
    pixKey: {
      label: "Pix-Schlüssel",
      hint: "CPF, CNPJ, E-Mail, Telefon mit +55 oder Zufallsschlüssel.",
      missing: "Geben Sie den Pix-Schlüssel ein.",
      wrong:
        "Prüfen Sie den Pix-Schlüssel: CPF, CNPJ, E-Mail, Telefon mit +55 oder Zufallsschlüssel.",
    },
    paypalEmail: {
      label: "E-Mail-Adresse bei PayPal",
      hint: "",
      missing: "Geben Sie Ihre E-Mail-Adresse bei PayPal ein.",
      wrong: "Prüfen Sie die E-Mail-Adresse: Sie sieht aus wie name@example.com.",
    },
    venmoPhone: {
      label: "Telefonnummer bei Venmo",
      hint: "Eine US-Nummer, zum Beispiel 415 555 2671.",
      missing: "Geben Sie Ihre Telefonnummer bei Venmo ein.",
      wrong: "Prüfen Sie die Telefonnummer: Eine US-Nummer hat zehn Ziffern.",
    },
    interacEmail: {
      label: "E-Mail-Adresse für die Überweisung",
      hint: "",
      missing: "Geben Sie Ihre E-Mail-Adresse ein.",
      wrong: "Prüfen Sie die E-Mail-Adresse: Sie sieht aus wie name@example.com.",
    },
    claimCode: {
      label: "Abrufcode",
      hint: "{merchant} hat ihn Ihnen auf anderem Weg gegeben.",
      missing: "Geben Sie den Abrufcode ein.",
      wrong: "Das ist nicht der richtige Code. Prüfen Sie ihn und versuchen Sie es noch einmal.",
    },
  },
  retry: {
    title: "Dorthin konnte nicht gezahlt werden",
    ACCOUNT_CLOSED: "Das angegebene Konto ist geschlossen. Bitte geben Sie ein anderes an.",
    ACCOUNT_NOT_FOUND:
      "Das angegebene Konto wurde nicht gefunden. Bitte prüfen Sie es, oder geben Sie ein anderes an.",
    NAME_MISMATCH:
      "Der Name passte nicht zum Konto. Bitte geben Sie ihn so an, wie ihn Ihre Bank kennt.",
    ACCOUNT_BLOCKED:
      "Das angegebene Konto hat das Geld nicht angenommen. Bitte geben Sie ein anderes an.",
    DETAILS_WRONG: "Einige Ihrer Angaben stimmten nicht. Bitte prüfen Sie sie.",
    METHOD_NOT_ACCEPTED:
      "Auf diesem Weg konnte nicht gezahlt werden. Bitte wählen Sie einen anderen.",
  },
  results: {
    UNDER_WAY: {
      title: "Ihr Geld ist unterwegs",
      text: "{merchant} schickt es Ihnen. Je nach Bank dauert das Sekunden bis wenige Werktage.",
    },
    PAID: {
      title: "Ihr Geld ist überwiesen",
      text: "{merchant} hat Sie bezahlt. Bis Ihre Bank es anzeigt, kann es einen Moment dauern.",
    },
    FAILED: {
      title: "Ihr Geld konnte nicht ausgezahlt werden",
      text: "Diese Zahlung ist beendet und wird nicht wiederholt. Bitte fragen Sie {merchant}, wie Sie bezahlt werden können.",
    },
    RETURNED: {
      title: "Ihre Bank hat das Geld zurückgeschickt",
      text: "Es ging an {merchant} zurück. Bitte fragen Sie dort, wie Sie bezahlt werden können.",
    },
    CANCELLED: {
      title: "Diese Zahlung wurde storniert",
      text: "{merchant} hat sie storniert. Bitte fragen Sie dort nach, wenn Sie das überrascht.",
    },
    EXPIRED: {
      title: "Diese Zahlung ist abgelaufen",
      text: "Sie wurde nicht rechtzeitig abgeschlossen. Bitte bitten Sie {merchant} um einen neuen Link.",
    },
  },
};

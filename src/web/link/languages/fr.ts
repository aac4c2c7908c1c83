import type { Words } from "./words.ts";

export const fr: Words = {
  ownName: "Français",
  direction: "ltr",
  title: "Recevoir votre argent",
  faultTitle: "Erreur",
  language: "Langue",
  paysYou: "{merchant} vous verse",
  paidOutIn: "Versé en {currency}",
  claimBy: "À retirer avant le {time}",
  step: "Étape {step} sur 3",
  choose: "Comment souhaitez-vous être payé ?",
  noMethod: "Aucun moyen ne permet de vous verser cet argent ici. Adressez-vous à {merchant}.",
  otherMethod: "Choisir un autre moyen",
  aboutYou: "À propos de vous",
  account: "Où va l’argent",
  continue: "Continuer",
  review: "Vérifiez vos informations",
  reviewAdvice:
    "Assurez-vous que tout est exact. L’argent envoyé sur un mauvais compte pourrait ne pas revenir.",
  method: "Versé sur",
  receive: "Recevoir {amount}",
  change: "Modifier",
  wait: "Un instant…",
  thereIsAProblem: "Il y a un problème",
  giveAgain: "Trop de temps s’est écoulé. Veuillez saisir à nouveau vos informations.",
  cannotPayThere: "Ce compte ne peut pas être payé d’ici. Veuillez choisir un autre moyen.",
  tooManyTries: "Trop d’essais. Attendez une minute, puis réessayez.",
  backTo: "Retour à {merchant}",
  checking: "Compte courant (checking)",
  savings: "Compte d’épargne (savings)",
  endingIn: "se terminant par {last4}",
  keepsWatching:
    "Cette page se met à jour toute seule. Vous pouvez la fermer et rouvrir le même lien plus tard.",
  unavailable: {
    title: "Ce lien n’est pas disponible",
    text: "Il a peut-être été utilisé, il a peut-être expiré, ou il n’a jamais existé. Demandez-en un nouveau à la personne qui vous l’a envoyé.",
  },
  failed: {
    title: "Une erreur s’est produite",
    text: "Rien n’est perdu. Veuillez réessayer dans un instant.",
  },
  methods: {
    ach: { title: "Compte bancaire américain", text: "Numéros de routage et de compte" },
    bacs: { title: "Compte bancaire britannique", text: "Sort code et numéro de compte" },
    sepa: { title: "Compte bancaire en Europe", text: "IBAN, dans la zone euro et au-delà" },
    open_banking_uk: {
      title: "Compte britannique par IBAN",
      text: "Un IBAN qui commence par GB",
    },
    card: { title: "Carte de débit", text: "Sur le compte lié à votre carte" },
    pix: { title: "Compte bancaire brésilien", text: "Banque, agence et compte" },
    pix_key: { title: "Clé Pix", text: "CPF, CNPJ, e-mail, téléphone ou clé aléatoire" },
    paypal: { title: "PayPal", text: "Sur votre compte PayPal" },
    venmo: { title: "Venmo", text: "Sur votre numéro américain chez Venmo" },
    interac: { title: "Virement Interac", text: "À votre adresse e-mail, au Canada" },
  },
  fields: {
    givenName: {
      label: "Prénom",
      hint: "",
      missing: "Saisissez votre prénom.",
      wrong: "Saisissez votre prénom en lettres.",
    },
    familyName: {
      label: "Nom",
      hint: "Si vous n’avez qu’un seul nom, saisissez-le à nouveau.",
      missing: "Saisissez votre nom.",
      wrong: "Saisissez votre nom en lettres.",
    },
    holderName: {
      label: "Titulaire du compte",
      hint: "Le nom tel que votre banque le connaît.",
      missing: "Saisissez le nom du titulaire du compte.",
      wrong: "Saisissez le nom du titulaire en lettres.",
    },
    cardHolder: {
      label: "Nom sur la carte",
      hint: "",
      missing: "Saisissez le nom qui figure sur la carte.",
      wrong: "Saisissez le nom de la carte en lettres.",
    },
    routingNumber: {
      label: "Numéro de routage",
      hint: "9 chiffres, en bas à gauche d’un chèque.",
      missing: "Saisissez le numéro de routage.",
      wrong:
        "Vérifiez le numéro de routage : aucune banque américaine n’a celui-ci. Il a 9 chiffres.",
    },
    usAccount: {
      label: "Numéro de compte",
      hint: "4 à 17 chiffres.",
      missing: "Saisissez le numéro de compte.",
      wrong: "Vérifiez le numéro de compte : il a 4 à 17 chiffres.",
    },
    sortCode: {
      label: "Sort code",
      hint: "6 chiffres, par exemple 60-16-13.",
      missing: "Saisissez le sort code.",
      wrong: "Vérifiez le sort code : il a 6 chiffres.",
    },
    ukAccount: {
      label: "Numéro de compte",
      hint: "8 chiffres. S’il est plus court, ajoutez des zéros devant.",
      missing: "Saisissez le numéro de compte.",
      wrong: "Vérifiez le numéro de compte : il a 8 chiffres.",
    },
    accountType: {
      label: "Type de compte",
      hint: "",
      missing: "Choisissez le type de compte.",
      wrong: "Choisissez le type de compte.",
    },
    iban: {
      label: "IBAN",
      hint: "Il figure dans l’application de votre banque et sur vos relevés.",
      missing: "Saisissez l’IBAN.",
      wrong:
        "Vérifiez l’IBAN : un caractère est peut-être faux ou manquant, ou son pays ne peut pas être payé en euros.",
    },
    ukIban: {
      label: "IBAN",
      hint: "Il commence par GB et a 22 caractères.",
      missing: "Saisissez l’IBAN.",
      wrong:
        "Vérifiez l’IBAN : il commence par GB et a 22 caractères ; l’un d’eux est peut-être faux.",
    },
    cardNumber: {
      label: "Numéro de carte",
      hint: "Nous ne demandons jamais le code au dos.",
      missing: "Saisissez le numéro de carte.",
      wrong: "Vérifiez le numéro de carte : un chiffre est peut-être faux ou manquant.",
    },
    expiryMonth: {
      label: "Mois d’expiration",
      hint: "MM",
      missing: "Saisissez le mois d’expiration.",
      wrong: "Vérifiez le mois : de 1 à 12.",
    },
    expiryYear: {
      label: "Année d’expiration",
      hint: "AAAA",
      missing: "Saisissez l’année d’expiration.",
      wrong: "Vérifiez l’année : la carte ne doit pas avoir expiré.",
    },
    taxId: {
      label: "CPF ou CNPJ du titulaire",
      hint: "",
      missing: "Saisissez le CPF ou le CNPJ.",
      wrong: "Vérifiez le CPF ou le CNPJ : un chiffre est peut-être faux ou manquant.",
    },
    bank: {
      label: "Code de la banque",
      hint: "3 chiffres (par exemple 260), ou l’ISPB à 8 chiffres.",
      missing: "Saisissez le code de la banque.",
      wrong: "Vérifiez le code de la banque : 3 chiffres, ou l’ISPB à 8.",
    },
    branch: {
      label: "Agence (agência)",
      hint: "Sans le chiffre de contrôle.",
      missing: "Saisissez l’agence.",
      wrong: "Vérifiez l’agence : 5 chiffres au plus.",
    },
    brAccount: {
      label: "Numéro de compte",
      hint: "Avec le chiffre de contrôle.",
      missing: "Saisissez le numéro de compte.",
      wrong: "Vérifiez le numéro de compte : 20 chiffres au plus, avec le chiffre de contrôle.",
    },
    pixKey: {
      label: "Clé Pix",
      hint: "CPF, CNPJ, e-mail, téléphone avec +55 ou clé aléatoire.",
      missing: "Saisissez la clé Pix.",
      wrong: "Vérifiez la clé Pix : CPF, CNPJ, e-mail, téléphone avec +55 ou clé aléatoire.",
    },
    paypalEmail: {
      label: "Adresse e-mail chez PayPal",
      hint: "",
      missing: "Saisissez votre adresse e-mail chez PayPal.",
      wrong: "Vérifiez l’adresse e-mail : elle ressemble à nom@example.com.",
    },
    venmoPhone: {
      label: "Numéro de téléphone chez Venmo",
      hint: "Un numéro américain, par exemple 415 555 2671.",
      missing: "Saisissez votre numéro de téléphone chez Venmo.",
      wrong: "Vérifiez le numéro : un numéro américain a dix chiffres.",
    },
    interacEmail: {
      label: "Adresse e-mail pour le virement",
      hint: "",
      missing: "Saisissez votre adresse e-mail.",
      wrong: "Vérifiez l’adresse e-mail : elle ressemble à nom@example.com.",
    },
    claimCode: {
      label: "Code de retrait",
      hint: "{merchant} vous l’a donné par un autre moyen.",
      missing: "Saisissez le code de retrait.",
      wrong: "Ce n’est pas le bon code. Vérifiez-le et réessayez.",
    },
  },
  retry: {
    title: "Votre argent n’a pas pu y être versé",
    ACCOUNT_CLOSED: "Le compte indiqué est clôturé. Veuillez en indiquer un autre.",
    ACCOUNT_NOT_FOUND: "Le compte indiqué est introuvable. Vérifiez-le, ou indiquez-en un autre.",
    NAME_MISMATCH:
      "Le nom ne correspondait pas au compte. Indiquez-le tel que votre banque le connaît.",
    ACCOUNT_BLOCKED: "Le compte indiqué n’a pas accepté l’argent. Veuillez en indiquer un autre.",
    DETAILS_WRONG: "Certaines informations n’étaient pas exactes. Veuillez les vérifier.",
    METHOD_NOT_ACCEPTED:
      "L’argent n’a pas pu être versé par ce moyen. Veuillez en choisir un autre.",
  },
  results: {
    UNDER_WAY: {
      title: "Votre argent est en route",
      text: "{merchant} vous l’envoie. Selon votre banque, cela prend de quelques secondes à quelques jours ouvrés.",
    },
    PAID: {
      title: "Votre argent a été envoyé",
      text: "{merchant} vous a payé. Votre banque peut mettre un moment à l’afficher.",
    },
    FAILED: {
      title: "Votre argent n’a pas pu être versé",
      text: "Ce paiement est terminé et ne sera pas retenté. Demandez à {merchant} comment être payé.",
    },
    RETURNED: {
      title: "Votre banque a renvoyé l’argent",
      text: "Il est retourné à {merchant}. Demandez-y comment être payé.",
    },
    CANCELLED: {
      title: "Ce paiement a été annulé",
      text: "{merchant} l’a annulé. Renseignez-vous auprès de l’expéditeur si cela vous surprend.",
    },
    EXPIRED: {
      title: "Ce paiement a expiré",
      text: "Il n’a pas été terminé à temps. Demandez un nouveau lien à {merchant}.",
    },
  },
};

// SPDX-License-Identifier: GPL-3.0-or-later
import { escaped } from './translate.js';

/** What surrounds a list's own words in a welcome mail, in one language. */
interface Frame {
  readonly greeting: string;
  readonly post: string;
  readonly settings: string;
  readonly mail: string;
}

// Core's own welcome says how to post, where the settings are and where help is; a text of the
// list's takes its place as a whole. So these say the same, around what the list's owner wrote.
const FRAMES: Readonly<{ en: Frame } & Record<string, Frame>> = {
  en: {
    greeting: 'Welcome to the mailing list $display_name!',
    post: 'To write to all of its members, send your message to:',
    settings: 'You can change your settings, or leave the list, on its page:',
    mail: "The same can be done by mail. Send a message with the word 'help' as its subject, and the answer tells you how, to:",
  },
  de: {
    greeting: 'Willkommen auf der Mailingliste $display_name!',
    post: 'Um an alle Mitglieder zu schreiben, senden Sie Ihre Nachricht an:',
    settings: 'Einstellungen ändern und die Liste verlassen können Sie auf ihrer Seite:',
    mail: "Das geht auch per E-Mail. Senden Sie eine Nachricht mit dem Betreff 'help', und die Antwort erklärt alles Weitere, an:",
  },
  fr: {
    greeting: 'Bienvenue sur la liste $display_name !',
    post: 'Pour écrire à tous ses membres, envoyez votre message à :',
    settings: 'Vous pouvez modifier vos réglages, ou quitter la liste, sur sa page :',
    mail: "On peut aussi le faire par courriel. Envoyez un message ayant pour sujet le mot 'help', la réponse vous dira comment, à :",
  },
  es: {
    greeting: '¡Bienvenido a la lista $display_name!',
    post: 'Para escribir a todos sus miembros, envíe su mensaje a:',
    settings: 'Puede cambiar sus opciones, o dejar la lista, en su página:',
    mail: "También se puede hacer por correo. Envíe un mensaje con la palabra 'help' como asunto, y la respuesta le dirá cómo, a:",
  },
  it: {
    greeting: 'Benvenuto nella lista $display_name!',
    post: 'Per scrivere a tutti gli iscritti, invii il suo messaggio a:',
    settings: 'Può cambiare le sue opzioni, o lasciare la lista, sulla sua pagina:',
    mail: "Si può fare anche per posta elettronica. Invii un messaggio con la parola 'help' come oggetto, e la risposta le dirà come, a:",
  },
  nl: {
    greeting: 'Welkom op de mailinglijst $display_name!',
    post: 'Om aan alle leden te schrijven, stuurt u uw bericht naar:',
    settings: 'Uw instellingen wijzigen of de lijst verlaten kunt u op haar pagina:',
    mail: "Het kan ook per e-mail. Stuur een bericht met het woord 'help' als onderwerp, en het antwoord vertelt hoe, naar:",
  },
  pt: {
    greeting: 'Bem-vindo à lista $display_name!',
    post: 'Para escrever a todos os seus membros, envie a sua mensagem para:',
    settings: 'Pode alterar as suas opções, ou sair da lista, na sua página:',
    mail: "Também se pode fazer por correio eletrónico. Envie uma mensagem com a palavra 'help' como assunto, e a resposta dirá como, para:",
  },
};

/** A welcome mail around a list's own words. `language` is that of the list. */
export function welcomeText(
  words: string,
  language: string,
  listPage: string | null,
): {
  readonly text: string;
  /** The frame is English for want of this language. */ readonly english: boolean;
} {
  const own = FRAMES[language] ?? FRAMES[language.slice(0, 2)];
  const frame = own ?? FRAMES.en;
  const paragraphs = [
    frame.greeting,
    escaped(words).replace(/^\n+/, '').trimEnd(),
    `${frame.post}\n\n  $listname`,
    ...(listPage === null ? [] : [`${frame.settings}\n\n  ${escaped(listPage)}`]),
    `${frame.mail}\n\n  $request_email`,
  ];
  return { text: `${paragraphs.join('\n\n')}\n`, english: own === undefined };
}

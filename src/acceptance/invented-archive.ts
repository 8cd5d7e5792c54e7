// SPDX-License-Identifier: GPL-3.0-or-later

/** A message of an archive that a test made up, so that it knows what HyperKitty has to show. */
export interface Invented {
  /** Without angle brackets. */
  readonly id: string;
  readonly sender: string;
  readonly subject: string;
  /** Whole seconds since 1970. */
  readonly date: number;
  /** The id that it answers; of a message that is nowhere, it may be. */
  readonly answers: string | null;
}

/** Numbers from 0 to 1, the same each time (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Discussions: most messages answer one of the last forty, and no two have one date. */
export function invent(
  name: string,
  count: number,
  from: number,
  step: number,
  random: () => number,
): readonly Invented[] {
  const messages: Invented[] = [];
  for (let n = 0; n < count; n += 1) {
    const back = Math.floor(random() * 40) + 1;
    const answers =
      random() < 0.7 ? (messages[n - back]?.id ?? null) : random() < 0.1 ? `gone-${n}@x.org` : null;
    messages.push({
      id: `${name}-${n}@x.org`,
      sender: `person${Math.floor(random() * 7)}@x.org`,
      subject: `${name} ${n}`,
      date: from + n * step,
      answers,
    });
  }
  return messages;
}

/** As mail, without a From_ line. */
export function mailOf({ id, sender, subject, date, answers }: Invented): string {
  const reply = answers === null ? '' : `In-Reply-To: <${answers}>\n`;
  const when = new Date(date * 1000).toUTCString().replace('GMT', '+0000');
  return `From: ${sender.split('@')[0] ?? ''} <${sender}>\nSubject: ${subject}\nDate: ${when}\nMessage-ID: <${id}>\n${reply}\nText of ${id}.\n`;
}

/** A mailbox of Mailman 2's, in which answers may come before what they answer. */
export function mailboxOf(messages: readonly Invented[], random: () => number): string {
  const placed = messages.map((message, n) => ({ message, place: n + random() * 30 }));
  return placed
    .toSorted((a, b) => a.place - b.place)
    .map(({ message }) => `From ${message.sender} ${ctime(message.date)}\n${mailOf(message)}\n`)
    .join('');
}

/** As From_ lines have it: `Mon Jan  5 12:00:00 2015`. */
function ctime(date: number): string {
  const [, day, number, month, year, time] =
    /^(\w+), 0?(\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(date * 1000).toUTCString()) ?? [];
  return `${day} ${month} ${number?.padStart(2)} ${time} ${year}`;
}

/** A discussion as HyperKitty shows it: its messages in order, each with its depth. */
export interface Discussion {
  readonly messages: readonly { readonly message: Invented; readonly depth: number }[];
  readonly first: Invented;
  /** The date of the latest message. */
  readonly active: number;
}

/** Who answers whom, the earlier answer first, an answer's own answers before its next neighbour. */
export function discussionsOf(messages: readonly Invented[]): readonly Discussion[] {
  const ids = new Set(messages.map(({ id }) => id));
  const answers = byAnswered(messages);
  const below = (message: Invented, depth: number): Discussion['messages'] => [
    { message, depth },
    ...(answers.get(message.id) ?? [])
      .toSorted((a, b) => a.date - b.date)
      .flatMap((answer) => below(answer, depth + 1)),
  ];
  return messages
    .filter((message) => message.answers === null || !ids.has(message.answers))
    .map((first) => {
      const all = below(first, 0);
      return { messages: all, first, active: Math.max(...all.map((each) => each.message.date)) };
    });
}

function byAnswered(
  messages: readonly Invented[],
): ReadonlyMap<string | null, readonly Invented[]> {
  const groups = new Map<string | null, Invented[]>();
  for (const message of messages) {
    const group = groups.get(message.answers);
    if (group === undefined) groups.set(message.answers, [message]);
    else group.push(message);
  }
  return groups;
}

// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ScrubbedPart, unscrub } from './scrubbed.js';

const ID = '<a1@example.org>';
const digest = hash('sha1', ID, 'hex');
const FOLDER = `${digest.slice(0, 4)}${digest.slice(-4)}`;
const address = (file: string, folder = FOLDER): string =>
  `http://lists.example.org/pipermail/dev/attachments/20040401/${folder}/${file}`;

const HTML = `An HTML attachment was scrubbed...\nURL: <${address('attachment.html')}>\n`;
const FILE =
  'A non-text attachment was scrubbed...\nName: a b.png\nType: Image/PNG\nSize: 75 bytes\n' +
  `Desc: not available\nURL: <${address('attachment.png')}>\n`;
const SEPARATOR = '-------------- next part --------------\n';

const parts = (text: string, id: string | null = ID): readonly (string | Partial<ScrubbedPart>)[] =>
  unscrub(text, id).pieces.map((piece) => ('text' in piece ? piece.text : piece.part));

describe('what the scrubber wrote', () => {
  it('is a part again, with the text before and after it', () => {
    expect(parts(`Hello\n${SEPARATOR}${FILE}${SEPARATOR}Footer\n`)).toEqual([
      'Hello\n',
      {
        kind: 'file',
        path: `attachments/20040401/${FOLDER}/attachment.png`,
        name: 'a b.png',
        type: 'image/png',
        description: null,
        words: FILE.trimEnd(),
      },
      'Footer\n',
    ]);
  });

  it('may be all that there is', () => {
    expect(parts(HTML)).toMatchObject([{ kind: 'html', type: 'text/html', name: null }]);
  });

  it.each([
    [
      'French',
      '-------------- section suivante --------------\nUne pièce jointe autre que texte a été nettoyée...\n' +
        `Nom: x.pdf\nType: application/pdf\nTaille: 12 octets\nDesc: un texte\nURL: ${address('attachment.pdf')}\n`,
      { kind: 'file', name: 'x.pdf', description: 'un texte' },
    ],
    [
      'German',
      '-------------- nächster Teil --------------\nEin Dateianhang mit Binärdaten wurde abgetrennt...\n' +
        'Dateiname   : nicht verfügbar\nDateityp    : application/pdf\nDateigröße  : 9 bytes\n' +
        `Beschreibung: nicht verfügbar\nURL         : <${address('attachment.pdf')}>\n`,
      { kind: 'file', name: null, description: null },
    ],
    [
      'Japanese',
      '-------------- next part --------------\n文字コード指定の無い添付文書を保管しました...\n' +
        `名前: notes.txt\nURL:  <${address('attachment.txt')}>\n`,
      { kind: 'text', name: 'notes.txt' },
    ],
    [
      'Italian',
      '-------------- parte successiva --------------\nÈ stato filtrato un testo allegato il cui set di caratteri non era\n' +
        `indicato...\nNome: notes.txt\nURL: <${address('attachment.txt')}>\n`,
      { kind: 'text', name: 'notes.txt' },
    ],
    [
      'a message, its sender folded',
      `${SEPARATOR}An embedded message was scrubbed...\nFrom: "Ann Example"\n\t<ann@example.org>\n` +
        `Subject: A: b\nDate: no date\nSize: 122\nURL: <${address('attachment.eml')}>\n`,
      { kind: 'message', type: 'message/rfc822' },
    ],
  ])('is known in other forms: %s', (_, text, part) => {
    expect(parts(`Text\n${text}`)).toEqual(['Text\n', expect.objectContaining(part)]);
  });
});

describe('what only looks like it', () => {
  it('stays text where it names the folder of another message', () => {
    const quoted = FILE.replaceAll(FOLDER, '0123abcd');
    const found = unscrub(`As you wrote:\n${SEPARATOR}${quoted}`, ID);
    expect(found.foreign).toBe(1);
    expect(found.pieces.every((piece) => 'text' in piece)).toBe(true);
  });

  it('is believed where nobody knows the id', () => {
    expect(parts(FILE.replaceAll(FOLDER, '0123abcd'), null)).toMatchObject([{ kind: 'file' }]);
  });

  it.each([
    ['in the middle of a text', `I saw\n${HTML}`],
    ['quoted', FILE.replaceAll(/^/gm, '> ')],
    ['with a path that climbs', FILE.replace('attachment.png', '../../../../etc/passwd')],
    ['with a name that climbs', FILE.replace('attachment.png', '..')],
    ['with an address elsewhere', FILE.replace('/attachments/', '/files/')],
    ['without a headline', FILE.slice(FILE.indexOf('Name'))],
    ['without a type', FILE.replace('Image/PNG', 'a picture')],
    ['after a forwarded message', `---------- Forwarded message ----------\n${HTML}`],
  ])('stays text %s', (_, text) => {
    expect(parts(text)).toEqual([text]);
  });

  it('takes no time, however much of it there is', () => {
    const start = performance.now();
    for (const piece of ['Name: x\n', 'a: \n', `${SEPARATOR}a\nb: `, 'URL: <', ': ', '-']) {
      unscrub(piece.repeat(100_000), ID);
    }
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

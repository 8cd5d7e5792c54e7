// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagesOf } from './pages.js';
import { IN_MAILS, IN_MESSAGES } from './placeholders.js';
import { type Source, translate } from './translate.js';

const target = { listId: 'dev.lists.example.org', fqdnListname: 'dev@lists.example.org' };
const pages = pagesOf(target, {
  postoriusUrl: 'https://new.example.org/postorius/',
  hyperkittyUrl: 'https://new.example.org/hyperkitty/',
});
const nowhere = pagesOf(target, { postoriusUrl: null, hyperkittyUrl: null });
const footer: Source = { list: { name: 'dev' }, placeholders: IN_MESSAGES, pages, layout: 'lines' };
const welcome: Source = {
  list: { name: 'dev' },
  placeholders: IN_MAILS.subscribeack,
  pages,
  layout: 'prose',
};

const LIST = 'https://new.example.org/postorius/lists/dev.lists.example.org/';

describe('placeholders of headers and footers', () => {
  it.each([
    ['%(real_name)s', '$display_name'],
    ['%(real_name)s_', '${display_name}_'],
    ['%(real_name)sé', '${display_name}é'],
    ['%(real_name)s%(host_name)s', '${display_name}$domain'],
    ['%(_internal_name)s, %(list_name)s', '$short_listname, $short_listname'],
    ['%(description)s: %(info)s', '$description: $info'],
    ['%(user_address)s %(user_name)s', '$user_email $user_name_or_address'],
    ['%(real_name)s@%(host_name)s', '$listname'],
    ['%(list_name)s-request@%(host_name)s', '$request_email'],
    ['%(real_name)s-owner@%(host_name)s', '$owner_email'],
    ['%(real_name)s-unsubscribe@%(host_name)s', '${short_listname}-unsubscribe@${domain}'],
    ['%(web_page_url)slistinfo%(cgiext)s/%(_internal_name)s', LIST],
    ['%(web_page_url)slistinfo/dev.', `${LIST}.`],
    [
      '%(web_page_url)slistinfo/developers',
      'https://new.example.org/postorius/listinfo/developers',
    ],
    ['%(web_page_url)slistinfo%(cgiext)s', 'https://new.example.org/postorius/'],
    ['<%(web_page_url)soptions%(cgiext)s/%(_internal_name)s/%(user_address)s>', `<${LIST}>`],
    [
      '%(web_page_url)sprivate/%(list_name)s/',
      'https://new.example.org/hyperkitty/list/dev@lists.example.org/',
    ],
    ['%(web_page_url)sadmindb/%(list_name)s', `${LIST}held_messages`],
    ['%(user_optionsurl)s', LIST],
    ['100%% $5 $real_name', '100% $$5 $$real_name'],
    ['%(secret)s', '%(secret)s'],
  ])('%j becomes %j', (old, text) => {
    expect(translate(old, footer)).toMatchObject({ text, removed: [], formatted: true });
  });

  it('sends what Python could not format as Mailman 2 did', () => {
    expect(translate('50% of $5 for %(real_name)s', footer)).toEqual({
      text: '50% of $$5 for %(real_name)s',
      notes: [
        'Mailman 2 sent it without filling anything in ("% o" has no name), and so does Mailman 3',
      ],
      removed: [],
      formatted: false,
    });
  });

  it('says what means something else now', () => {
    expect(translate('%(user_language)s %(real_name)20s', footer)).toMatchObject({
      text: '$user_language $display_name',
      notes: [
        '%(real_name) is not formatted any more',
        "it shows the language's name now, not its code",
      ],
    });
    expect(translate('%(web_page_url)sfaq.html', footer)).toMatchObject({
      notes: ['what follows the address of the old web pages leads nowhere in Mailman 3'],
    });
  });

  it('leaves out the line of what is gone, and shows it', () => {
    const old =
      'List %(real_name)s\nPassword: %(user_password)s\nUnsubscribe here:\n%(user_optionsurl)s\nBye';
    expect(translate(old, { ...footer, pages: nowhere })).toEqual({
      text: 'List $display_name\nBye',
      notes: [],
      removed: [
        { text: 'Password: %(user_password)s', why: 'Mailman 3 has no list passwords' },
        { text: 'Unsubscribe here:', why: 'it leads up to what is left out' },
        {
          text: '%(user_optionsurl)s',
          why: 'the configuration does not say where that page will be (target: postoriusUrl)',
        },
      ],
      formatted: true,
    });
    const listinfo = '%(web_page_url)slistinfo%(cgiext)s/%(_internal_name)s';
    expect(translate(listinfo, { ...footer, pages: nowhere })).toMatchObject({
      text: '',
      removed: [{ text: listinfo }],
    });
  });

  it('removes what no database takes', () => {
    expect(translate('a\0b\ud800c\r\nd\re', footer)).toMatchObject({ text: 'ab\ufffdc\nd\ne' });
  });
});

describe('mails', () => {
  it('leave out what stands alone, with the words that lead up to it', () => {
    const old =
      'Welcome.\n\nYou can also write to us.  Your password, which you\nshould not forget, is:\n\n  %(password)s\n\nSee you.\n';
    expect(translate(old, welcome)).toEqual({
      text: 'Welcome.\n\nYou can also write to us.\n\nSee you.\n',
      notes: [],
      removed: [
        {
          text: 'Your password, which you\nshould not forget, is:',
          why: 'it leads up to what is left out',
        },
        { text: '  %(password)s', why: 'Mailman 3 has no list passwords' },
      ],
      formatted: true,
    });
  });

  it.each([
    ['Hello.\n\nPassword: %(password)s\n\nBye.', 'Hello.\n\nBye.'],
    ['Address: %(user)s\nPassword: %(password)s\n\nBye.', 'Address: $user_email\n\nBye.'],
    ['It is:\n\n  %(password)s\n\nBye.', 'Bye.'],
  ])('%j becomes %j', (old, text) => {
    expect(translate(old, welcome)).toMatchObject({ text });
  });

  it.each([
    'Your password is %(password)s, which you\nshould not forget.',
    'Use\n%(password)s\nto log in.',
    'At your ease, visit\n\n    %(password)s\n\nto log in.',
    'For %(user)s: %(password)s',
  ])('%j is refused: nobody wrote what would be left', (old) => {
    expect(translate(old, welcome)).toEqual({
      refused: '%(password)s stands in a sentence, and Mailman 3 has no list passwords',
    });
  });

  it('has words in the place of a placeholder as they stand', () => {
    const literals = { welcome: '50% of $5: %(password)s\n' };
    expect(translate('Hi %(real_name)s%(welcome)s.', { ...welcome, literals })).toMatchObject({
      text: 'Hi ${display_name}50% of $$5: %(password)s\n.',
    });
  });

  it('lead to the page for a confirmation', () => {
    const verify = { ...welcome, placeholders: IN_MAILS.verify };
    expect(translate('Visit\n\n  %(confirmurl)s\n', verify)).toMatchObject({
      text: `Visit\n\n  ${LIST}confirm/?token=\${token}\n`,
    });
  });
});

it('never throws on any text, nor hangs on a hostile one', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '%(password)s',
      '%(welcome)s',
      '%(web_page_url)slistinfo',
      ':',
      '\n',
      '\n\n',
      '.',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      translate(pieces.join(''), welcome);
      translate(pieces.join(''), { ...footer, pages: nowhere });
    }),
  );
  for (const long of [
    ' ',
    ') ',
    '.)',
    '\n',
    ': ',
    'a\n',
    '%(password)s\n',
    '\n%(password)s\n\n',
    '/x%(user_address)s',
  ]) {
    const text = `${'x'.repeat(9)}${long.repeat(20_000)}%(web_page_url)slistinfo/dev${long.repeat(20_000)}x`;
    const began = Date.now();
    translate(text, welcome);
    translate(text, { ...footer, pages: nowhere });
    expect(Date.now() - began, JSON.stringify(long)).toBeLessThan(3000);
  }
});

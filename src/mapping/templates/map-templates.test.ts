// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../model/json.js';
import type { Mailman2List } from '../../model/mailman2-list.js';
import { mailman2List, mailman2Member } from '../../testing/builders.js';
import { mapTemplates } from './map-templates.js';
import { sentByBoth } from './testing/both-mailmans.js';

const target = {
  listId: 'dev.lists.example.org',
  fqdnListname: 'dev@lists.example.org',
  coreLanguage: 'en',
};
const bases = { postoriusUrl: 'https://new.example.org/p/', hyperkittyUrl: null };
const LIST = 'https://new.example.org/p/lists/dev.lists.example.org/';

function mapped(list: Partial<Mailman2List>, coreLanguage = 'en') {
  return mapTemplates(mailman2List(list), { ...target, coreLanguage }, bases);
}

/** Names and texts of what an attribute becomes. */
function becomes(attributes: Readonly<Record<string, Json>>, coreLanguage = 'en') {
  const { templates, verdicts, findings } = mapped({ attributes }, coreLanguage);
  return {
    templates: Object.fromEntries(templates.map(({ name, text }) => [name, text])),
    verdict: verdicts.find(({ attribute }) => attribute in attributes)?.verdict,
    findings: findings.map(({ severity, code }) => `${severity} ${code}`),
  };
}

describe('footers', () => {
  const line = '_______________________________________________';
  const url = '%(web_page_url)slistinfo%(cgiext)s/%(_internal_name)s';
  it.each([
    // Debian's and the project's own releases of 2.1, of 2.0, and of the years before it.
    `-- \n%(real_name)s mailing list\n%(real_name)s@%(host_name)s\n${url}\n`,
    `${line}\n%(real_name)s mailing list\n%(real_name)s@%(host_name)s\n${url}\n`,
    `${line}\r\n%(real_name)s mailing list\r\n%(real_name)s@%(host_name)s\r\n${url}`,
    `%(real_name)s mailing list\n%(real_name)s@%(host_name)s\n${url}\n`,
    `${line}\n%(real_name)s maillist  -  %(real_name)s@%(host_name)s\n%(web_page_url)slistinfo/%(_internal_name)s\n`,
  ])('that a release gave its lists stay those of Mailman 3: %j', (footer) => {
    for (const attribute of ['msg_footer', 'digest_footer']) {
      expect(becomes({ [attribute]: footer })).toEqual({
        templates: {},
        verdict: 'exact',
        findings: [],
      });
    }
  });

  it('that a release gave its lists are known with dollar signs, too', () => {
    const footer =
      '-- \n$real_name mailing list\n$real_name@$host_name\n${web_page_url}listinfo${cgiext}/${_internal_name}';
    expect(becomes({ msg_footer: footer, use_dollar_strings: 1 }).templates).toEqual({});
    expect(becomes({ msg_footer: footer }).templates).not.toEqual({});
  });

  it.each(['', ' \r\n\t'])('that are empty are no footers in Mailman 3: %j', (footer) => {
    const attributes = { msg_footer: footer, digest_footer: footer };
    expect(becomes({ ...attributes, msg_header: footer, digest_header: footer })).toEqual({
      templates: { 'list:member:regular:footer': '', 'list:member:digest:footer': '' },
      verdict: 'exact',
      findings: [],
    });
  });

  it('of the owner keep everything but the old page', () => {
    const footer = `${line}\n%(real_name)s mailing list\n%(real_name)s@%(host_name)s\n${url}\nImprint: https://www.example.org/imprint`;
    expect(becomes({ msg_footer: footer })).toEqual({
      templates: {
        'list:member:regular:footer': `${line}\n$display_name mailing list\n$listname\n${LIST}\nImprint: https://www.example.org/imprint\n`,
      },
      verdict: 'exact',
      findings: [],
    });
  });

  it('without a password are shown with what they lost', () => {
    const result = mapped({ attributes: { msg_footer: 'Dev\nPassword: %(user_password)s' } });
    expect(result.templates).toEqual([
      { name: 'list:member:regular:footer', language: 'en', text: 'Dev\n' },
    ]);
    expect(result.findings).toMatchObject([
      {
        code: 'mapping.template-approximated',
        severity: 'warning',
        summary: 'msg_footer is approximated',
        why: 'left out, since Mailman 3 has no list passwords: Password: %(user_password)s',
        next: 'read the template list:member:regular:footer of the list in Postorius',
      },
    ]);
  });

  it('know of members in single messages only, as in Mailman 2', () => {
    const footer = '%(user_address)s';
    expect(becomes({ msg_footer: footer, digest_footer: footer }).templates).toEqual({
      'list:member:regular:footer': '$user_email\n',
      'list:member:digest:footer': '%(user_address)s\n',
    });
  });

  it('of digests in English hold ASCII only, since Core sends no digest otherwise', () => {
    const attributes = { digest_footer: 'Café “5 €” – %(description)s', description: 'Züge' };
    expect(becomes(attributes)).toEqual({
      templates: { 'list:member:digest:footer': 'Cafe "5 EUR" - Zuge\n' },
      verdict: 'approximate',
      findings: ['info mapping.template-approximated'],
    });
    expect(becomes(attributes, 'fr').templates).toEqual({
      'list:member:digest:footer': 'Café “5 €” – $description\n',
    });
  });

  it('that are no texts are left to Mailman 3', () => {
    expect(becomes({ msg_footer: ['a'] })).toMatchObject({ templates: {}, verdict: 'unsupported' });
    expect(mapped({ attributes: {} }).templates).toEqual([]);
  });

  it('are sent by Core as Mailman 2 sent them, whatever stands in them', () => {
    const values = {
      old: {
        real_name: 'dev',
        list_name: 'dev',
        _internal_name: 'dev',
        host_name: 'lists.example.org',
        description: 'x $y %z',
        info: 'some words',
        cgiext: '',
        web_page_url: 'https://old.example.org/',
      },
      new: {
        display_name: 'dev',
        listname: 'dev@lists.example.org',
        request_email: 'dev-request@lists.example.org',
        short_listname: 'dev',
        domain: 'lists.example.org',
        description: 'x $y %z',
        info: 'some words',
      },
    };
    const pieces = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => text.replaceAll(/[%\r\0]/g, '')),
      fc.constantFrom(
        ...['%(real_name)s', '%(host_name)s', '@', '-request', '%(_internal_name)s', '%(info)s'],
        ...['%(description)s', '%(unknown)s', '%%', '$', '$$', '${domain}', '$info', '{', '_', 'x'],
        ...['\n', '\r\n', ' \n', '\n-- \n', '  ', '%(cgiext)s'],
        ...[url, '%', '%d', '%(real_name)d', '% s'].map((rare) => rare.replace(url, '\n')),
      ),
    );
    const olds = fc
      .sample(fc.array(pieces, { maxLength: 12 }), 1500)
      .map((parts) => parts.join(''))
      // A bare %s made Mailman 2 dump all values it had: that is not to be repeated. And for "% %"
      // and %a the Python of these tests has another answer than Python 2.
      .filter(
        (old) =>
          !/%(?:\([^)]*\))?[-+ #0\d.*]*[hlL]?a|%[-+ #0\d.*]*[hlL]?[sr]/.test(old) &&
          !/%(\([^)]*\))?[-+ #0]+%|%\([^)]*\)%/.test(old),
      );
    const cases = olds.map((old) => ({
      old,
      new:
        mapped({ attributes: { msg_footer: old } }).templates.find(({ name }) =>
          name.endsWith('regular:footer'),
        )?.text ?? 'none',
    }));
    const sent = sentByBoth(cases, values);
    for (const [index, [before, after]] of sent.entries()) {
      expect(after, JSON.stringify(cases[index])).toBe(before.replaceAll('\r\n', '\n'));
    }
    expect(olds.length).toBeGreaterThan(1000);
  });
});

describe('welcome and goodbye', () => {
  it('words of the owner stand in a whole welcome mail', () => {
    const result = mapped({
      attributes: { welcome_msg: 'Costs $5.\r\nRead %(this)s 100%', goodbye_msg: 'Bye, $5 off.' },
    });
    const texts = new Map(result.templates.map(({ name, text }) => [name, text]));
    expect(texts.get('list:user:notice:goodbye')).toBe('Bye, $$5 off.\n');
    const welcome = texts.get('list:user:notice:welcome') ?? '';
    expect(welcome).toContain('\n\nCosts $$5.\nRead %(this)s 100%\n\n');
    for (const part of [
      '$display_name',
      '\n  $listname\n',
      '\n  $request_email\n',
      `\n  ${LIST}\n`,
    ])
      expect(welcome).toContain(part);
    expect(result.findings).toMatchObject([
      { severity: 'info', summary: 'welcome_msg is approximated' },
    ]);
  });

  it.each([
    ['fr', 'Bienvenue sur la liste $display_name'],
    ['pt_BR', 'Bem-vindo'],
    ['ja', 'Welcome to'],
  ])('words in %s have such words around them', (language, words) => {
    const attributes = { welcome_msg: 'x', preferred_language: language };
    const { templates, findings } = mapped({ attributes });
    expect(templates[0]).toMatchObject({
      language,
      text: expect.stringContaining(words) as string,
    });
    expect(findings[0]?.why?.includes('for want of')).toBe(language === 'ja');
  });

  it('are those of Mailman 3 where the owner said nothing', () => {
    expect(mapped({ attributes: { welcome_msg: '', goodbye_msg: '' } }).templates).toEqual([]);
  });

  it('keep an address whole that is longer than a line of Core’s', () => {
    const address = `https://www.example.org/${'long/'.repeat(20)}`;
    const { templates } = mapped({ attributes: { goodbye_msg: `Bye.\nSee ${address} once.` } });
    expect(templates[0]?.text).toBe(`Bye.\n See ${address} once.\n`);
  });

  const own = {
    language: 'en',
    name: 'subscribeack.txt',
    text: 'Welcome to %(real_name)s.\n\n%(welcome)s\n\nPost to %(emailaddr)s. Options: %(optionsurl)s\n',
  };

  it('stand in the list’s own welcome mail where there is one', () => {
    const attributes = { welcome_msg: 'It is $5: %(emailaddr)s.' };
    const { templates, findings, verdicts } = mapped({ attributes, templates: [own] });
    expect(templates).toEqual([
      {
        name: 'list:user:notice:welcome',
        language: 'en',
        text: `Welcome to $display_name.\n\nIt is $$5: %(emailaddr)s.\n\n\nPost to $listname. Options: ${LIST}\n`,
      },
    ]);
    expect(findings).toEqual([]);
    expect(verdicts).toContainEqual({
      attribute: 'welcome_msg',
      verdict: 'exact',
      reason: "stands in the list's own welcome mail",
    });
  });

  it('find another mail where that one cannot be said, and it is shown', () => {
    const refused = { ...own, text: 'Use the password %(password)s\nto log in.' };
    const { templates, findings } = mapped({
      attributes: { welcome_msg: 'Words.' },
      templates: [refused],
    });
    expect(templates[0]?.text).toContain('\n\nWords.\n\n');
    expect(findings[0]).toMatchObject({
      code: 'mapping.template-not-carried',
      severity: 'warning',
      path: '/var/lib/mailman/lists/dev/en/subscribeack.txt',
      why: '%(password)s stands in a sentence, and Mailman 3 has no list passwords. The text:\nUse the password %(password)s\nto log in.',
      next: 'write the template list:user:notice:welcome of the list anew in Postorius, from this text',
    });
  });
});

describe('files of the list’s own', () => {
  const file = (name: string, text: string, language = 'fr') => ({ name, text, language });
  const french = { preferred_language: 'fr' };

  it.each([
    [
      'masthead.txt',
      '%(real_name)s: %(got_list_email)s',
      'list:member:digest:masthead',
      '$display_name: $listname',
    ],
    [
      'verify.txt',
      'Répondez%(remote)s : %(cookie)s',
      'list:user:action:subscribe',
      'Répondez : $token',
    ],
    ['unsub.txt', '%(email)s', 'list:user:action:unsubscribe', '$user_email'],
    ['invite.txt', '%(listname)s@%(hostname)s', 'list:user:action:invite', '$listname'],
    ['postack.txt', '%(subject)s', 'list:user:notice:post', '$subject'],
    ['postheld.txt', '%(reason)s', 'list:user:notice:hold', '$reasons'],
    ['refuse.txt', '%(request)s: %(reason)s', 'list:user:notice:refuse', '$request: $reason'],
    ['probe.txt', '%(address)s', 'list:user:notice:probe', '$sender_email'],
    ['disabled.txt', '%(owneraddr)s', 'list:user:notice:warning', '$owner_email'],
    ['postauth.txt', '%(admindb_url)s', 'list:admin:action:post', `${LIST}held_messages`],
    ['subauth.txt', '%(username)s', 'list:admin:action:subscribe', '$member'],
    ['unsubauth.txt', '%(hostname)s', 'list:admin:action:unsubscribe', '$domain'],
    ['checkdbs.txt', '%(count)d', 'list:admin:notice:pending', '$count\n\n$data'],
    ['adminsubscribeack.txt', '%(member)s', 'list:admin:notice:subscribe', '$member'],
    ['adminunsubscribeack.txt', '%(member)s', 'list:admin:notice:unsubscribe', '$member'],
  ])('%s saying %j becomes %s', (name, text, template, core) => {
    const { templates } = mapped({ attributes: french, templates: [file(name, text)] }, 'fr');
    expect(templates).toEqual([{ name: template, language: 'fr', text: `${core}\n` }]);
  });

  it.each([
    ['userpass.txt', 'warning', 'Mailman 3 has no list passwords to be reminded of'],
    ['help.txt', 'warning', "Mailman 3's answer to the command help is the same for every list"],
    ['bounce.txt', 'warning', 'Mailman 3 has a text of its own for each thing that happens'],
    ['cronpass.txt', 'info', "Mailman 2 takes this text from the site's templates"],
    ['nonsense.txt', 'info', 'Mailman 2 has no text of this name'],
  ])('%s stays behind with its words and a reason', (name, severity, why) => {
    const text = 'Mot de passe : %(password)s';
    const { templates, findings } = mapped({ attributes: french, templates: [file(name, text)] });
    expect(templates).toEqual([]);
    expect(findings).toMatchObject([
      { code: 'mapping.template-not-carried', severity, summary: `fr/${name} is not carried over` },
    ]);
    expect(findings[0]?.why?.startsWith(why)).toBe(true);
    expect(findings[0]?.why?.endsWith(`The text:\n${text}`)).toBe(true);
  });

  it('in another language than the list’s stay behind, since there is one text for all', () => {
    const templates = [file('postack.txt', 'Danke.', 'de'), file('postack.txt', 'Merci.')];
    const result = mapped({ attributes: french, templates }, 'fr');
    expect(result.templates.map(({ text }) => text)).toEqual(['Merci.\n']);
    expect(result.findings).toMatchObject([
      {
        code: 'mapping.template-language',
        severity: 'warning',
        summary: 'de/postack.txt is not carried over',
      },
    ]);
    expect(result.findings[0]?.why).toContain('Danke.');
  });

  it('are noted where members of another language get them', () => {
    const members = [
      mailman2Member({ address: 'a@example.org', language: 'de' }),
      mailman2Member({ address: 'b@example.org' }),
    ];
    const templates = [file('postack.txt', 'Merci.')];
    const { findings } = mapped({ attributes: french, templates, members }, 'fr');
    expect(findings).toMatchObject([
      { severity: 'info', summary: '1 member of another language gets some mails in fr' },
    ]);
  });

  it('that are pages of the old web interface are named together, with their words', () => {
    const templates = [
      file('listinfo.html', '<h1>Bonjour</h1>'),
      file('options.html', 'x'.repeat(5000), 'en'),
    ];
    const { findings } = mapped({ attributes: french, templates });
    expect(findings).toMatchObject([
      { code: 'mapping.custom-pages', summary: '2 pages of its own are not carried over' },
    ]);
    expect(findings[0]?.why).toContain('fr/listinfo.html, en/options.html');
    expect(findings[0]?.why).toContain('<h1>Bonjour</h1>');
    expect(findings[0]?.why?.length).toBeLessThan(2300);
  });
});

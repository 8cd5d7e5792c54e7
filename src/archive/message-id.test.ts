// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { messageIdHash, storedMessageId } from './hyperkitty-id.js';
import { canonicalMessageId, canonicalReferences, generateMessageId } from './message-id.js';

describe('canonicalMessageId', () => {
  it.each([
    ['<a.b+c=d/e@f-g.org>', '<a.b+c=d/e@f-g.org>', []],
    ['<a@[192.0.2.1]>', '<a@[192.0.2.1]>', []],
    ['<"a.b"@c>', '<"a.b"@c>', []],
    ['<no-at-sign>', '<no-at-sign>', []],
    ['bare@example.org', '<bare@example.org>', ['message-id.brackets']],
    ['<<a@b>>', '<a@b>', ['message-id.brackets']],
    ['<a b@c>', '<ab@c>', ['message-id.whitespace']],
    ['<a@b> (added by postmaster@c)', '<a@b>', ['message-id.trailing-text']],
    ['a@b (added by postmaster@c)', '<a@b>', ['message-id.brackets', 'message-id.trailing-text']],
    ['"<a@b>"', '<a@b>', ['message-id.trailing-text']],
    ['<a(b),c@d>', '<a%28b%29%2Cc@d>', ['message-id.characters']],
    ['<a@b@c>', '<a%40b@c>', ['message-id.characters']],
    ['<@c>', '<%40c>', ['message-id.characters']],
    ['<\xe9@c>', '<%E9@c>', ['message-id.characters']],
    ['<>', null, ['message-id.empty']],
    ['<\0 >', null, ['message-id.empty']],
    ['', null, ['message-id.empty']],
  ])('%j is %j', (value, id, defects) => {
    const canonical = canonicalMessageId(value);
    expect(canonical.id).toBe(id);
    expect([...canonical.defects].sort()).toEqual(defects);
    if (id !== null) expect(canonicalMessageId(id)).toEqual({ id, defects: [] });
  });
});

describe('canonicalReferences', () => {
  it('mends the ids that their messages are mended in, and nothing else', () => {
    const kept = 'Your message of "Tue, 3 Feb" <a@b> <c@d>';
    expect(canonicalReferences(kept)).toBe(kept);
    expect(canonicalReferences('<a b@c> <<d@e>>')).toBe('<ab@c> <d@e>');
  });
});

describe('generateMessageId', () => {
  it('depends on neither line ends, nor blank lines at the end, nor escaped lines', () => {
    const id = generateMessageId(Buffer.from('Subject: x\n\ntext\n>From here\n'));
    expect(id).toMatch(/^<[0-9a-f]{40}@mm2to3\.invalid>$/);
    expect(generateMessageId(Buffer.from('Subject: x\r\n\r\ntext\r\nFrom here\r\n\r\n'))).toBe(id);
    expect(generateMessageId(Buffer.from('Subject: y\n\ntext\n>From here\n'))).not.toBe(id);
  });
});

describe('messageIdHash', () => {
  it("is HyperKitty's", () => {
    // Printed by hyperkitty.lib.utils.get_message_id_hash.
    expect(messageIdHash('<3262fb72513a.2@example.net>')).toBe('NFBKJBP5TBULYU3EVZ6ZRDJRBW7ZX5G2');
    expect(messageIdHash('3262fb72513a.2@example.net')).toBe('NFBKJBP5TBULYU3EVZ6ZRDJRBW7ZX5G2');
  });

  it('cuts what the column does not hold', () => {
    expect(storedMessageId(`<${'x'.repeat(300)}>`)).toBe('x'.repeat(254));
    expect(messageIdHash(`<${'x'.repeat(300)}>`)).toBe(messageIdHash(`<${'x'.repeat(254)}>`));
  });
});

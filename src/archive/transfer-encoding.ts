// SPDX-License-Identifier: GPL-3.0-or-later
import { valueOf, type HeaderBlock } from './header-block.js';

export type TransferEncoding = 'base64' | 'quoted-printable' | 'none';

export function transferEncodingOf(header: HeaderBlock): TransferEncoding {
  const field = header.get('content-transfer-encoding');
  const value = field === undefined ? '' : valueOf(field).toLowerCase();
  return value === 'base64' || value === 'quoted-printable' ? value : 'none';
}

/** What a part's bytes say, its transfer encoding undone; leniently, as mail programs do. */
export function decodeBody(bytes: Buffer, encoding: TransferEncoding): Buffer {
  switch (encoding) {
    case 'base64':
      return Buffer.from(bytes.toString('latin1'), 'base64');
    case 'quoted-printable':
      return Buffer.from(
        bytes
          .toString('latin1')
          .replaceAll(/=[ \t]*\r?\n/g, '')
          .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) =>
            String.fromCharCode(parseInt(hex, 16)),
          ),
        'latin1',
      );
    case 'none':
      return bytes;
  }
}

/** Base64 in lines of 76, each ended by `eol`. */
export function encodeBase64(bytes: Buffer, eol: string): string {
  return bytes.toString('base64').replaceAll(/.{1,76}/g, (line) => line + eol);
}

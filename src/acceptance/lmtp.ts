// SPDX-License-Identifier: GPL-3.0-or-later
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { SandboxFacts } from './sandbox.js';

/** Hands Core a message as a mail server does (RFC 2033). */
export async function deliver(
  { lmtpHost, lmtpPort }: SandboxFacts,
  { from, to, message }: { readonly from: string; readonly to: string; readonly message: string },
): Promise<void> {
  const socket = connect(lmtpPort, lmtpHost);
  try {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const answer = async (): Promise<void> => {
      for (;;) {
        const line = (await lines.next()) as IteratorResult<string, undefined>;
        if (line.done === true) throw new Error('LMTP: the connection was closed');
        const { value } = line;
        if (!/^[23]\d\d/.test(value)) throw new Error(`LMTP: ${value}`);
        if (value[3] !== '-') return;
      }
    };
    await answer();
    const data = message.trimEnd().replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..');
    const commands = [
      'LHLO test',
      `MAIL FROM:<${from}>`,
      `RCPT TO:<${to}>`,
      'DATA',
      `${data}\r\n.`,
    ];
    for (const command of commands) {
      socket.write(`${command}\r\n`);
      await answer();
    }
  } finally {
    socket.destroy();
  }
}

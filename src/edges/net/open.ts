/** Opens WebSockets over ws. Nothing is redirected or compressed, and one deadline covers the name, the connection and the handshake. */
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { parseAddress, reasonOf } from '../../base/index.ts';
import type { Net, SocketOutcome } from '../../ports/index.ts';
import type { NetSettings } from './net.ts';
import { asSocket } from './web-socket.ts';

export function opener({ clock, trust, maxBodyBytes, silentMs }: NetSettings): Net['open'] {
  return (url, headers, timeoutMs) => new Promise((resolve) => {
    let ended = false;
    const end = (outcome: SocketOutcome): boolean => {
      if (ended) return false;
      ended = true;
      cancelDeadline();
      resolve(outcome);
      return true;
    };
    const fail = (why: string): void => void end({ kind: 'failed', why });
    let ws: WebSocket | undefined;
    const cancelDeadline = clock.timer(timeoutMs, () => {
      fail(`no connection within ${timeoutMs} ms`);
      ws?.terminate();
    });

    const address = parseAddress(url);
    if (address === undefined) return fail(`"${url}" is not an address`);
    const { socketPath } = address;
    try {
      ws = new WebSocket(socketPath === undefined ? url : `ws://localhost${address.route}`, {
        headers,
        followRedirects: false,
        perMessageDeflate: false,
        maxPayload: maxBodyBytes,
        ...(trust === undefined ? {} : { ca: trust }),
        ...(socketPath === undefined ? {} : { createConnection: () => connect(socketPath) }),
      });
    } catch (thrown) {
      return fail(reasonOf(thrown));
    }
    const opening = ws;
    opening.on('error', (error) => fail(reasonOf(error)));
    opening.on('unexpected-response', (request, response) => {
      fail(`the upgrade was refused with ${response.statusCode}`);
      response.destroy();
      request.destroy();
    });
    let bytesRead = (): number => 0;
    opening.on('upgrade', ({ socket }) => void (bytesRead = () => socket.bytesRead));
    opening.on('open', () => {
      // What the server sent at once waits until whoever asked has had a turn to set the handlers.
      opening.pause();
      clock.timer(0, () => opening.resume());
      if (!end({ kind: 'open', socket: asSocket(opening, clock, maxBodyBytes, silentMs === undefined ? undefined : { silentMs, bytesRead }) })) opening.terminate();
    });
  });
}

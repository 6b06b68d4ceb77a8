/**
 * Stands on the wire between the runtime and an exchange, and notes when a request for an order passes. Changes nothing, holds nothing back.
 *
 * What an exchange writes down says when it was done with a request; when the request left, only the wire says.
 */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

const ASKS_FOR_AN_ORDER = 'POST /v2/orders ';

export class Tap {
  readonly port: number;
  readonly passedAtMs: number[] = []; // of each request for an order, by `performance.now()`
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async open(exchangePort: number): Promise<Tap> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return new Tap(server, exchangePort);
  }

  private constructor(server: Server, exchangePort: number) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The tap has no port.');
    this.port = address.port;
    this.#server = server;
    server.on('connection', (ours) => this.#join(ours, connect({ host: '127.0.0.1', port: exchangePort, noDelay: true })));
  }

  #join(ours: Socket, theirs: Socket): void {
    ours.on('data', (bytes) => {
      if (bytes.toString('latin1').startsWith(ASKS_FOR_AN_ORDER)) this.passedAtMs.push(performance.now()); // one request at a time on a connection, and its head is its first packet
    });
    for (const [from, to] of [[ours, theirs], [theirs, ours]] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => { this.#sockets.delete(from); to.destroy(); });
      from.pipe(to);
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}

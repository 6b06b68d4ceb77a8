/** The venue that the orders of the bench arrive at, in a thread of its own: when the request is all there is told, on the clock that all threads share. */
import { parentPort } from 'node:worker_threads';
import { alpacaDialect } from '../src/dialects/alpaca/index.ts';
import { realClock, realIds } from '../src/edges/clock/index.ts';
import { realNet } from '../src/edges/net/index.ts';
import { createExchange, defaultPrices, memoryLog } from '../src/exchange/index.ts';
import type { NetApp } from '../src/ports/index.ts';

const port = parentPort;
if (port === null) throw new Error('The venue of the bench runs in a worker.');

const clock = realClock();
const exchange = await createExchange({ clock, seed: 7, log: memoryLog(), price: defaultPrices });
const venue = alpacaDialect({ desk: exchange, clock, ids: realIds() });

const app: NetApp = {
  request: (request) => {
    const atNs = process.hrtime.bigint();
    const isOrder = request.method === 'POST' && request.path === '/v2/orders';
    if (!isOrder && request.path !== '/past') return venue.request(request);
    port.postMessage(atNs);
    return isOrder ? venue.request(request) : Promise.resolve({ kind: 'answer', status: 200, headers: {}, body: '' });
  },
};
if (venue.socket !== undefined) app.socket = venue.socket.bind(venue);

const served = await realNet({ clock }).serve({ host: '127.0.0.1', port: 0 }, app);
exchange.start();
port.postMessage(served.url);

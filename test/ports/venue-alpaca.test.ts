/** Our half of Alpaca's protocol against an independent other half, over a network in memory. */
import { seededRandom } from '../../src/base/index.ts';
import { alpacaClassifier, alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import { parseFaultPlan, PriceFaults, withFaults } from '../../src/dialects/faults/index.ts';
import { MemoryQuotaStore, RetryBudget } from '../../src/calls/index.ts';
import type { Desk, NetApp, Socket, Unread } from '../../src/ports/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import { createExchange } from '../../src/exchange/index.ts';
import type { ProtectionOptions } from '../../src/exchange/index.ts';
import { VirtualClock, createMemoryNet, seededIds } from '../../src/sim/index.ts';
import { Gateway } from '../../src/runtime/index.ts';
import { alpacaExtensions, alpacaLimits, alpacaVenue } from '../../src/venues/index.ts';
import type { AlpacaExtension } from '../../src/venues/index.ts';
import { venueContract } from './venue.contract.ts';
import type { VenuePeer } from './venue.contract.ts';

const EXTENDED: Plot = { protections: { deadManTimer: { shortestMs: 1_000, longestMs: 86_400_000 }, cancelOnDisconnect: true }, extensions: alpacaExtensions };
type Plot = { readonly protections: ProtectionOptions; readonly extensions: readonly AlpacaExtension[] };

venueContract('alpaca', () => start({ protections: {}, extensions: [] }));
venueContract('alpaca, of a peer that has what Alpaca has not', () => start(EXTENDED));

async function start({ protections, extensions }: Plot): Promise<VenuePeer> {
  const clock = new VirtualClock({ settle, startWallMs: Date.UTC(2026, 0, 2, 3, 4, 5) });
  const random = seededRandom('venue contract');
  const net = createMemoryNet({ clock, random: random.fork('net') });
  const streams = new Set<Socket>();
  const symbol = 'BTC/USD';
  const exchange = await createExchange({ clock, seed: 7, price: { [symbol]: { kind: 'manual', startPrice: '60000' } }, protections });
  exchange.start();
  const stuck = new Set<string>();
  const desk: Desk = { ...new PriceFaults(clock).over(exchange), cancel: (accountId, orderId) => (stuck.has(orderId) ? Promise.resolve({ kind: 'not-cancelable', state: 'new' }) : exchange.cancel(accountId, orderId)) };
  const app = withFaults(alpacaDialect({ desk, clock, ids: seededIds(random.fork('ids')) }), { clock, classify: alpacaClassifier });
  const { url } = await net.host('venue').net.serve({ host: '10.0.0.1', port: 443 }, kept(app, streams));
  const unread: Unread[] = [];
  const own = net.host('us').net;
  const guardedNet = (keyId: string) => new Gateway(
    { clock, net: own, random: random.fork(`gateway ${keyId}`), retries: new RetryBudget(), owner: keyId }, { name: 'alpaca', limits: alpacaLimits({ tradingPerMinute: 10_000 }), store: new MemoryQuotaStore() },
  ).net;
  const venue = (keyId: string) => alpacaVenue({ name: 'alpaca', net: guardedNet(keyId), clock, random: random.fork(keyId), baseUrl: url, keyId, secret: 'demo-secret', extensions, unread: (what) => unread.push(what) });
  return {
    venue: venue('demo-key'), locked: venue('other-key'), exchange, accountId: 'demo', symbol, clock, unread,
    say: (frame) => { for (const socket of streams) socket.send(frame); },
    faults: (rules) => app.setPlan(parseFaultPlan({ seed: 7, rules })),
    stuck: (venueOrderId) => void stuck.add(venueOrderId),
    cut: () => net.reset('us', 'venue'),
  };
}

/** The same, and its ends of the streams are in this set. */
function kept(app: NetApp, streams: Set<Socket>): NetApp {
  return {
    request: (request) => app.request(request),
    socket: (request, accept) => app.socket?.(request, () => {
      const socket = accept();
      streams.add(socket);
      return socket;
    }) ?? false,
  };
}

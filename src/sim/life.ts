/** One life of the runtime: what it is made of, what it is told, and what it dies of by itself. */
import { reasonOf } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import { RetryBudget } from '../calls/index.ts';
import { publicDoor } from '../door/index.ts';
import type { MemoryDisk } from '../journal/index.ts';
import type { Follower, HttpRequest, Venue } from '../ports/index.ts';
import { DEFAULT_BREAKERS, DEFAULT_SETTINGS, followerOver, Gateway, JournalDamagedError, Runtime } from '../runtime/index.ts';
import type { Settings, VenueBinding } from '../runtime/index.ts';
import { alpacaVenue } from '../venues/alpaca/index.ts';
import { alpacaLimits } from '../venues/alpaca/limits.ts';
import type { MemoryArchive } from './archive.ts';
import { beside } from './beside.ts';
import type { VirtualClock } from './clock.ts';
import { deadManSettingsOf, extensionsOf } from './dead-man.ts';
import type { DiskTroubles } from './disk-troubles.ts';
import type { EmergencyPlace } from './emergency.ts';
import { EXCHANGE_URL, KEYS, SYMBOL } from './exchange-place.ts';
import { seededIds } from './ids.ts';
import type { MemoryNet } from './net.ts';
import { archiveOf, emergencyOf, storeOf } from './ports-of-a-process.ts';
import type { PricePlaces } from './price-places.ts';
import { SimProcess } from './process.ts';
import type { QuotaPlace } from './quota.ts';
import type { Swarm } from './swarm/index.ts';
import type { Tally } from './tally.ts';
import { orderIn } from './witness.ts';
import type { Witness } from './witness.ts';

export const VENUE = 'alpaca';
export const BOT_TOKEN = 'bot-token';
export const HOOK_SECRET = 'hook-secret';
const ROOMY_PER_MINUTE = 12_000; // the exchange itself counts nothing, and no supervisor would start a hundred lives in a minute: each takes the block with it that it had leased
const QUOTA_DISK_MS = 20;
/** Open for seconds, so that a run of minutes sees more than one outage through. */
const hastyBreakers = { ...DEFAULT_BREAKERS, parts: { ...DEFAULT_BREAKERS.parts, orders: { ...DEFAULT_BREAKERS.parts.orders, openMs: 2_000, openMostMs: 10_000 } } };

/** What outlives it. */
export type Machine = {
  readonly clock: VirtualClock;
  readonly net: MemoryNet;
  readonly disk: MemoryDisk;
  readonly archive: MemoryArchive;
  readonly emergencies: EmergencyPlace;
  readonly quota: QuotaPlace;
  readonly witness: Witness;
  readonly places: PricePlaces;
  readonly troubles: DiskTroubles;
  readonly swarm: Swarm;
  readonly tally: Tally;
  readonly isCalm: () => boolean;
  readonly wallOffsetMs: () => number;
};

export type LifeOptions = {
  readonly number: number;
  readonly chance: Random;
  readonly settings: Pick<Settings, 'limits' | 'risk' | 'approvals'>;
  readonly callsToCrash: () => number; // counts down with each call
  readonly onBegun: (process: SimProcess) => void; // before its first call
  readonly onUp: (runtime: Runtime) => void;
  readonly onEnd: () => void; // it dies now, by a crash point or by itself
  readonly onFatal: (why: string) => void; // no later life can do better
};

export function beginLife(machine: Machine, { number, chance, settings, callsToCrash, onBegun, onUp, onEnd, onFatal }: LifeOptions): void {
  const { clock, tally, swarm, troubles, witness, isCalm } = machine;
  const atOrders = chance.fork('crashes at orders');
  const countCall = (when: 'before' | 'after', call: string, args: readonly unknown[]): void => {
    const isOrder = call === 'net.request' && orderIn(args[0] as HttpRequest) !== undefined;
    const isAimed = isOrder && !isCalm() && atOrders.chance(swarm.crashAtOrderProbability / 2);
    if (callsToCrash() > 0 && !isAimed) return;
    tally.state(`crash ${when} ${call}`);
    if (isOrder) tally.state(`crash ${when} an order leaves`);
    onEnd();
  };
  const stalls = chance.fork('stalls');
  const process = new SimProcess({
    name: 'runtime', clock, net: machine.net, wallOffsetMs: machine.wallOffsetMs,
    hooks: { beforeCall: (_process, call, args) => countCall('before', call, args), afterCall: (_process, call, args) => countCall('after', call, args) },
  });
  const store = machine.disk.open({
    timer: (delayMs, run) => clock.timer(delayMs, run),
    flushDelayMs: () => swarm.flushMs.min + chance.below(swarm.flushMs.max - swarm.flushMs.min + 1) + troubles.stallMs(stalls),
    misfortune: (batch) => troubles.befalls(batch, chance),
  });
  process.onKill(() => store.crash(chance.below(6)));
  onBegun(process);
  const net = witness.beside(process.net);
  const binding = bindingOf(machine, process, net, number, chance);
  const threads = chance.fork('follower');
  const sheets = chance.fork('emergency');
  const follower = (): Follower => beside({ process, clock, tally, random: threads, troubleProbability: () => (isCalm() ? 0 : swarm.followerTroubleProbability) }, followerOver(store));
  const die = (cause: Error): void => {
    tally.state(cause.message.startsWith('Broken invariant') ? 'a belief broke' : 'fail-stop');
    if (cause.message.startsWith('Broken invariant')) onFatal(cause.message);
    onEnd();
  };
  const log = machine.emergencies.open({ write: { timer: (delayMs, run) => clock.timer(delayMs, run), delayMs: () => sheets.below(40) }, fault: () => troubles.sheetFault(sheets) });
  Runtime.boot({
    clock: process.clock, ids: seededIds(chance.fork('ids')), random: chance.fork('runtime'), store: storeOf(process, store, (batch) => troubles.appending(batch, chance)),
    archive: archiveOf(process, machine.archive), emergency: emergencyOf(process, log), follower, health: {}, bindings: [binding], ...machine.places.settings(net), note: () => undefined, onFailure: die,
  }, settingsOf(swarm, settings)).then(
    (runtime) => {
      if (!process.alive) return;
      onUp(runtime);
      runtime.start();
      openDoor(process, runtime, chance);
    },
    (thrown: unknown) => {
      if (thrown instanceof JournalDamagedError) onFatal(thrown.message);
      if (process.alive) onEnd();
      tally.state(`boot failed: ${reasonOf(thrown).slice(0, 40)}`);
    },
  );
}

const settingsOf = (swarm: Swarm, settings: Pick<Settings, 'limits' | 'risk' | 'approvals'>): Settings => ({
  ...DEFAULT_SETTINGS, ...settings, version: '0.1.0', node: 'simulated', snapshotEvery: swarm.snapshotEvery, ...(swarm.patientBreakers ? {} : { breakers: hastyBreakers }),
  ...(swarm.segment === undefined ? {} : { segmentEntries: swarm.segment.entries, horizonMs: swarm.segment.horizonMs }),
});

function bindingOf({ clock, quota, swarm }: Machine, process: SimProcess, net: ReturnType<Witness['beside']>, number: number, chance: Random): VenueBinding {
  const quotaDisk = chance.fork('quota');
  const gateway = new Gateway(
    { clock: process.clock, net, random: chance.fork('gateway'), retries: new RetryBudget(), owner: `life ${number}` },
    { name: VENUE, limits: alpacaLimits({ tradingPerMinute: ROOMY_PER_MINUTE }), store: quota.open(process, { timer: (delayMs, run) => clock.timer(delayMs, run), delayMs: () => quotaDisk.below(QUOTA_DISK_MS) }) },
  );
  const adapter = alpacaVenue({ name: VENUE, net: gateway.net, clock: process.clock, random: chance.fork('venue'), baseUrl: EXCHANGE_URL, ...KEYS, extensions: extensionsOf(swarm.deadMan) });
  // The exchange can give client order ids another worth than Alpaca does; the adapter then declares that one.
  const venue: Venue = { ...adapter, capabilities: { ...adapter.capabilities, orderIds: swarm.orderIds } };
  return { venue, gateway, symbols: [SYMBOL], submitTimeoutMs: 5_000, cancelTimeoutMs: 5_000, readTimeoutMs: 5_000, resendWithinMs: 60_000, feeLeastPpm: 1_500, feeMostPpm: 2_500, tolerance: {}, ...deadManSettingsOf(swarm.deadMan) };
}

function openDoor(process: SimProcess, runtime: Runtime, chance: Random): void {
  void process.net.serve({ host: 'runtime', port: 80 }, publicDoor({
    runtime, clock: process.clock, ids: seededIds(chance.fork('request ids')), note: () => undefined, markets: { [VENUE]: [SYMBOL] },
    tokens: [{ name: 'client', secret: BOT_TOKEN, venue: VENUE, strategy: 'sim', maxAgeMs: undefined }],
    sources: [{
      name: 'hook', strategy: 'sim', dialect: 'auto', secret: HOOK_SECRET, secretIn: 'body', allowedSources: [], maxAgeMs: 600_000, maxBytes: 65_536, windowMs: 60_000,
      venue: VENUE, tickers: { BTCUSD: SYMBOL }, sameName: false, bareSell: 'sell',
    }],
  }));
}

/** For every fact one sample that fills all its fields, from which a golden line is made once. A new fact, or a new version, gets a sample of its own here. */
import type { Fact } from '../../src/core/index.ts';
import { VENUE, btcUsd, limits, profile } from '../kit/core.ts';

const orderId = '57e8240362ff01f667f8';
const transfers = [{ debit: 'assets:sim', credit: 'trading:sim', asset: 'BTC', units: 12_345n }];

const money = { text: '100.50', asset: 'USD' };
const rate = { most: 20, withinMs: 10_000 };
const texts = {
  maxOrderValue: { default: money }, maxPosition: { 'BTC/USD': '10' }, priceCollarPpm: { default: 50_000 }, maxShort: { default: '0' }, maxOrderQuantity: { default: '2' }, maxSpreadPpm: { default: 10_000 },
  priceDrift: { default: { ppm: 20_000, withinMs: 300_000 } }, maxNetValue: money, maxGrossValue: money, priceMaxAgeMs: 10_000, booksMaxAgeMs: 300_000, rateMaxAgeMs: 60_000, buyingPower: 'reserved', selfMatch: 'refuse',
  messageRate: { strategy: rate, venue: rate, system: rate }, repeats: rate, duplicateWithinMs: 2_000, permissions: { default: { default: ['buy', 'sell'] } }, restricted: ['LUNA'], none: ['maxNetValue'], observe: ['position'],
  maxDailyLoss: money, maxDrawdownPpm: 100_000,
} as const;
const changes = [{ limit: 'maxPosition BTC/USD', from: '9', to: '10', direction: 'looser' }] as const;

export const samples: readonly Fact[] = [
  { type: 'gate.moved', scope: 'venue:sim', from: 'ACTIVE', to: 'REDUCING', by: 'sam', reason: 'strange fills' },
  { type: 'gate.moved', scope: 'system', from: 'LOCKED', to: 'ACTIVE', by: 'sam', reason: 'looked at' },
  { type: 'kill.begun', id: 'k1', word: 'kill', scope: 'system', by: 'sam', reason: 'fire', venues: ['sim'], plan: 'fp_7c1e' },
  { type: 'kill.step', id: 'k1', venue: 'sim', step: 'cancel', outcome: 'done', detail: '3 orders open', count: 3, tookMs: 41 },
  { type: 'kill.closing', id: 'k1', venue: 'sim', symbol: 'BTC/USD', round: 1, orderId, side: 'sell', quantityUnits: 100n, positionUnits: 120n, openUnits: 20n },
  { type: 'kill.ended', id: 'k1', outcome: 'NOT CONFIRMED', open: ['sim: 1 BTC is held'], tookMs: 60_001 },
  { type: 'kill.ended', id: 'k1', outcome: 'CONFIRMED', open: [], tookMs: 70_001 },
  { type: 'venue.listed', venue: { ...profile, toleranceUnits: [{ asset: 'BTC', units: 5n }] } },
  { type: 'instrument.listed', venue: VENUE, instrument: btcUsd },
  { type: 'venue.suspended', venue: VENUE, cause: 'access', detail: '401: request is not authorized' },
  { type: 'venue.restored', venue: VENUE },
  { type: 'venue.dead-man-armed', venue: VENUE, withinMs: 60_000 },
  { type: 'venue.dead-man-lapsed', venue: VENUE, why: 'the venue refused to set it: 404' },
  { type: 'instrument.quarantined', venue: VENUE, symbol: 'BTC/USD', cause: 'the venue has an order that nobody here steers: x' },
  { type: 'instrument.released', venue: VENUE, symbol: 'BTC/USD', by: 'sam', reason: 'it was mine' },

  {
    type: 'order.intended', orderId, venue: VENUE, symbol: 'BTC/USD', side: 'buy', key: 'tv/demo/id:1', content: 'ab'.repeat(32), source: 'demo', strategy: 'trend', action: 'order', orderType: 'stop-limit',
    timeInForce: 'gtc', quantityUnits: 50_000_000n, limitPriceUnits: 2_000_000n, stopPriceUnits: 1_990_000n, signalTimeMs: 1_700_000_000_000,
  },
  {
    type: 'order.intended', orderId, venue: VENUE, symbol: 'BTC/USD', side: 'sell', key: 'bot/b/id:"ü\u2028', content: 'cd'.repeat(32), source: 'b', strategy: '', action: 'close', orderType: 'market',
    timeInForce: 'ioc', quantityUnits: 50_000_000n,
  },
  {
    type: 'order.intended', orderId, venue: VENUE, symbol: 'BTC/USD', side: 'buy', key: 'bot/b/id:2', content: 'ef'.repeat(32), source: 'b', strategy: 'trend', action: 'order', orderType: 'limit',
    timeInForce: 'gtc', quantityUnits: 60_000_000n, limitPriceUnits: 2_010_000n, replaces: '0123456789abcdef0123', wish: '3210fedcba9876543210', wishUnits: 80_000_000n, earlierUnits: 20_000_000n,
  },
  { type: 'order.blocked', orderId, control: 'position', code: 'BW-3021', limit: '10 BTC', observed: '10.2 BTC long in the worst case', wouldPass: 'a buy of at most 0.3 BTC' },
  {
    type: 'order.prepared', orderId, attempt: 1, clientOrderId: `bw-${orderId}-1`, reserveAsset: 'USD', reserveUnits: 100_000_000_000_000n, worstPriceUnits: 2_000_000n,
    referencePriceUnits: 1_999_950n, referenceSource: 'sim quotes', referenceAgeMs: 250,
  },
  { type: 'order.sending', orderId, attempt: 1, timeoutMs: 2_000, arrivesByMs: 1_700_000_007_000 },
  { type: 'order.deferred', orderId, why: '429: too many requests', retryAtMs: 1_700_000_001_000 },
  { type: 'order.acknowledged', orderId, venueOrderId: 'v-1', via: 'find', after: 'unknown' },
  { type: 'order.working', orderId, via: 'stream' },
  { type: 'order.rejected', orderId, reason: 'insufficient-balance', message: 'insufficient balance for USD', via: 'answer' },
  { type: 'order.doubted', orderId, why: 'no answer within 2000 ms' },
  { type: 'order.doubted', orderId, why: 'the venue has had this client order id before', nameTaken: true },
  { type: 'order.unseen', orderId, source: 'GET /v2/orders:by_client_order_id', sightings: 1 },
  { type: 'order.absent', orderId, attempt: 1, evidence: '2 reads after every bound had passed' },
  { type: 'order.abandoned', orderId, why: 'not sent within 120000 ms of being asked for' },
  { type: 'order.cancel-requested', orderId, by: 'sam', reason: 'enough' },
  {
    type: 'order.amend-accepted', orderId, successorId: '0123456789abcdef0123', key: 'bot/b/id:2', content: 'ef'.repeat(32), source: 'b', totalUnits: 80_000_000n, wholeUnits: 60_000_000n, limitPriceUnits: 2_010_000n,
    stopPriceUnits: 1_995_000n, reserveAsset: 'USD', reserveUnits: 120_000_000_000_000n, signalTimeMs: 1_700_000_000_000, by: 'sam', reason: 'too little',
  },
  { type: 'order.amend-ended', orderId, successorId: '0123456789abcdef0123', key: 'bot/b/id:2', content: 'ef'.repeat(32), source: 'b', code: 'BW-3009', why: 'it was filled before it could be changed' },
  { type: 'order.cancelling', orderId, via: 'answer' },
  { type: 'order.ended', orderId, state: 'cancelled', filledUnits: 25_000_000n, via: 'stream' },
  { type: 'order.booked', orderId, filledUnits: 25_000_000n },
  { type: 'order.alarmed', orderId, kind: 'late-fill', detail: 'f1: 0.25 BTC filled after the order was booked' },
  { type: 'foreign.found', venue: VENUE, symbol: 'BTC/USD', side: 'sell', venueOrderId: 'x', openUnits: 1n, via: 'open orders' },
  { type: 'foreign.ended', venue: VENUE, venueOrderId: 'x', via: 'open orders' },

  {
    type: 'fill.booked', venue: VENUE, fillId: 'f1', orderId, venueOrderId: 'v-1', symbol: 'BTC/USD', side: 'buy', quantityUnits: 12_345n, priceUnits: 2_000_000n, valueUnits: 24_690_000_000n,
    venueAtMs: 1_700_000_000_123, transfers, releasedUnits: 24_690_000_000n, feeAsset: 'BTC', feeLeastUnits: 12n, feeMostUnits: 31n,
  },
  {
    type: 'fill.booked', venue: VENUE, fillId: 'v-1:5-9', venueOrderId: 'v-1', symbol: 'BTC/USD', side: 'sell', quantityUnits: 4n, priceUnits: 0n, valueUnits: -7n, venueAtMs: 0, transfers: [], releasedUnits: 0n,
  },
  { type: 'fee.posted', venue: VENUE, feeId: 'r1', asset: 'BTC', units: -31n, throughMs: 1_700_006_400_000, transfers },
  { type: 'balance.opened', venue: VENUE, asset: 'BTC', units: 100_000_000n, transfers },
  { type: 'balance.adjusted', venue: VENUE, asset: 'BTC', ledgerUnits: 100_000_000n, venueUnits: 99_999_999n, toleranceUnits: 5n, transfers },
  { type: 'balance.adjusted', venue: VENUE, asset: 'BTC', ledgerUnits: 100_000_000n, venueUnits: 1n, toleranceUnits: 0n, by: 'sam', reason: 'I took it out', transfers },
  { type: 'balance.differed', venue: VENUE, asset: 'BTC', ledgerUnits: 100_000_000n, venueUnits: 99_999_999n, feeLeastUnits: 0n, feeMostUnits: 0n },
  { type: 'balance.agreed', venue: VENUE, asset: 'BTC', units: 100_000_000n },
  { type: 'activity.read', venue: VENUE, cursor: '{"fees":{"seen":[]},"fills":{"fromMs":5,"seen":["a"]}}' },
  { type: 'fill.unattributed', venue: VENUE, venueOrderId: 'v-2', fillId: 'f2' },
  { type: 'reconciliation.done', venue: VENUE, openOrders: 2, agreed: true },

  { type: 'signal.quarantined', source: 'demo', reason: 'the body is not JSON', code: 'BW-2001', bytes: 4, bodyHash: 'ff'.repeat(32), body: '#1"\u2028' },
  { type: 'signal.refused', source: 'demo', key: 'tv/demo/id:2', content: 'ab'.repeat(32), code: 'BW-3005', reason: 'nothing to close' },
  { type: 'signal.cancelled', source: 'demo', key: 'tv/demo/id:3', content: 'ab'.repeat(32), orderIds: [orderId, '2'.repeat(20)] },
  { type: 'signal.keyed', source: 'demo', body: 'tv/demo/same:aa', key: 'tv/demo/same:aa@1700000000000' },

  { type: 'signal.sized', source: 'demo', key: 'tv/demo/id:4', content: 'ab'.repeat(32), venue: VENUE, symbol: 'BTC/USD', targetUnits: 50_000_000n, heldUnits: 10_000_000n, openBuyUnits: 5_000_000n, openSellUnits: 0n, outcome: 'order' },
  {
    type: 'breaker.opened', breaker: 'sim/orders', untilMs: 1_700_000_060_000, forMs: 60_000, streak: 1, rule: 'failures-in-a-row', atMs: 1_700_000_000_000, windowMs: 60_000,
    counts: { calls: 7, failures: 5, slow: 1, inARow: 5 }, errors: ['ECONNRESET', 'no answer within 5000 ms'],
  },
  {
    type: 'breaker.opened', breaker: 'loss/default', forMs: 0, streak: 0, rule: 'tripped', atMs: 1_700_000_000_000, windowMs: 0, counts: { calls: 0, failures: 0, slow: 0, inARow: 0 }, errors: [],
    reason: 'the loss of the day has reached its limit', evidence: { lossUsd: '512.25' }, by: 'limits',
  },
  { type: 'breaker.probing', breaker: 'sim/orders' },
  { type: 'breaker.closed', breaker: 'sim/orders', atMs: 1_700_000_061_000, by: '3 probes in a row' },
  { type: 'breaker.closed', breaker: 'loss/default', atMs: 1_700_000_062_000, by: 'sam', reason: 'looked at it' },
  { type: 'breaker.commanded', breaker: 'sim/orders', hold: 'closed', untilMs: 1_700_000_600_000, by: 'sam', reason: 'the venue is well' },
  { type: 'breaker.commanded', breaker: 'sim/prices', hold: 'open', by: 'sam', reason: 'maintenance' },
  { type: 'breaker.released', breaker: 'sim/orders', atMs: 1_700_000_600_000, by: 'its end' },
  { type: 'breaker.released', breaker: 'sim/prices', atMs: 1_700_000_600_000, by: 'sam', reason: 'over' },
  { type: 'signal.silent', source: 'demo', everyMs: 300_000, graceMs: 60_000, lastHeardMs: 1_700_000_000_000, cutOff: true },
  { type: 'signal.silent', source: 'demo', everyMs: 300_000, graceMs: 60_000, cutOff: false },
  { type: 'signal.heard', source: 'demo', silentMs: 61_000 },

  { type: 'limits.agreed', texts, remembered: texts, fallback: { texts, remembered: texts }, because: 'tightened', changes, by: 'sam' },
  { type: 'limits.held', id: 'lp_7c1e20ab', texts, remembered: texts, changes, by: 'sam', named: true, reason: 'the auction', endsAtMs: 1_700_086_400_000 },
  { type: 'limits.approved', id: 'lp_7c1e20ab', by: 'kim', reason: 'agreed', untilMs: 1_700_003_600_000 },
  { type: 'limits.lapsed', id: 'lp_7c1e20ab', why: 'time' },
  { type: 'limits.reload-refused', by: 'sam', code: 'BW-2040', problems: ['venues.alpaca.account needs a restart'] },
  { type: 'limits.rejected', id: 'lp_7c1e20ab', by: 'kim', reason: 'not before the auction', withdrawn: false },
  { type: 'limits.override-asked', id: 'lo_7c1e20ab', control: 'position', venue: VENUE, symbol: 'BTC/USD', strategy: 'trend', side: 'buy', mostUnits: 50_000_000n, by: 'sam', reason: 'a hedge', endsAtMs: 1_700_000_600_000 },
  { type: 'limits.override-granted', id: 'lo_7c1e20ab', by: 'kim', reason: 'looked at' },
  { type: 'limits.override-used', id: 'lo_7c1e20ab', orderId, limit: '10 BTC', observed: '10.2 BTC long in the worst case' },
  { type: 'limits.override-ended', id: 'lo_7c1e20ab' },
  { type: 'limits.set', limits, by: 'configuration', hash: 'ee'.repeat(32) },
  { type: 'limits.set', limits: { maxOrderValue: {}, maxPositionUnits: {}, priceCollarPpm: {} }, by: 'configuration', hash: 'dd'.repeat(32) },
  { type: 'strategy.throttled', strategy: 'momentum', venue: VENUE, symbol: 'BTC/USD', side: 'buy', why: '20 buys of BTC/USD in 600000 ms, and none the other way' },
  { type: 'strategy.enabled', strategy: 'momentum', by: 'sam', reason: 'it was a grid, and meant to' },

  { type: 'component.registered', component: 'engine', kind: 'strategy', critical: true, checkEveryMs: 5_000, timeoutMs: 30_000, failures: 3, by: 'library' },
  { type: 'component.changed', component: 'engine', from: 'healthy', to: 'degraded', cause: 'its queue is full', findings: 3, numbers: { queued: 900, ageMs: 12 } },
  { type: 'component.changed', component: 'engine', from: 'degraded', to: 'failed', cause: 'nothing was heard of it for 30001 ms', findings: 0, silentMs: 30_001, numbers: {} },
  { type: 'component.removed', component: 'engine', by: 'sam', reason: 'it is gone' },
  { type: 'safety.changed', from: 'degraded', to: 'critical', cause: 'engine is failed: nothing was heard of it for 30001 ms', component: 'engine' },
  { type: 'safety.changed', from: 'critical', to: 'emergency-shutdown', cause: 'fire', by: 'sam' },

  { type: 'journal.restored', backup: '2026-01-02', headSeq: 41, headHash: 'ab'.repeat(32), takenAtMs: 1_700_000_000_000, by: 'sam' },
  { type: 'runtime.booted', version: '0.1.0', node: 'v26.10.0', journal: 'j-1', previousSeq: 41 },
  { type: 'runtime.stopped', reason: 'SIGTERM' },
  { type: 'gate.halted', by: 'sam', reason: 'lunch' },
  { type: 'gate.resumed', by: 'sam', reason: 'back' },
  { type: 'invariant.broken', belief: 'Broken invariant: one is two.', detail: 'after entry 7' },
  { type: 'invariant.broken', belief: 'Broken invariant: one is two.' },
  {
    type: 'emergency.imported', writer: 'runtime', fromSeq: 3, throughSeq: 4, throughHash: 'ef'.repeat(32), finding: 'slot 3 holds no whole record',
    records: [
      {
        kind: 'halt', by: 'sam', reason: 'strange fills', cancelOrders: true, actor: 'operator:sam', correlationId: 'stranded', journal: 'j-1', headSeq: 41, headHash: 'ab'.repeat(32), sealed: false,
        atMs: 1_700_000_000_000, wallMs: 1_700_000_000_000, bootId: 'b-7',
      },
      {
        kind: 'answer', orderId, venue: VENUE, venueOrderId: 'v-1', outcome: 'requested', actor: 'operator:sam', correlationId: 'c', journal: '', headSeq: 0, headHash: '0'.repeat(64), sealed: true,
        atMs: 1, wallMs: 2, bootId: 'b-8',
      },
    ],
  },

  {
    type: 'segment.opened', segment: 2, previousSeq: 41, previousHash: 'ab'.repeat(32), digest: 'cd'.repeat(32), format: 3, removedThroughSeq: 0, left: 1,
    state: '{"format":3,"singles":{},"tables":{}}',
  },
  {
    type: 'segment.recalled',
    rows: [{ table: 'ledger.fills', key: `${VENUE} f-1`, record: '{"atMs":1700000000000,"of":"v-1"}' }, { table: 'messages.dealt', key: 'tv/demo/id:1', record: '{"code":"BW-3005"}' }],
  },
  { type: 'risk.set', policy: { currency: 'USD', rateMaxAgeMs: 30_000, unvaluedAfterMs: 10_000 }, by: 'configuration', hash: 'ab'.repeat(32) },
  {
    type: 'risk.set', by: 'configuration', hash: 'cd'.repeat(32),
    policy: {
      currency: 'USD', maxDailyLossUnits: 150_000_000_000n, maxDrawdownPpm: 100_000, rateMaxAgeMs: 30_000, unvaluedAfterMs: 10_000, streak: { losses: 3, percent: 80, least: 5, coolDownMs: 300_000 },
      volatility: { movePpm: 30_000, withinMs: 60_000, factor: 6, coolDownMs: 300_000 },
    },
  },
  { type: 'risk.flowed', venue: VENUE, asset: 'USD', units: -5n, valueUnits: -7n },
  { type: 'risk.day-begun', key: '2026-03-29', zone: 'Europe/Amsterdam', endsAtMs: 1_774_821_600_000, openingUnits: -12n, equityUnits: 3_000_000_000_000n, from: 'earlier' },
  { type: 'risk.marked', gainUnits: -5n, peakUnits: 12n, equityUnits: 3_000_000_000_000n },
  { type: 'risk.peak-accepted', peakUnits: -5n, by: 'sam', reason: 'the strategy was changed' },
  { type: 'risk.unvalued', reason: 'BTC at alpaca has no value: there is no trusted price of BTC/USD at alpaca' },
  { type: 'risk.valued', unvaluedMs: 12_000 },
  { type: 'risk.acted', breaker: 'loss/default', trippedAtMs: 1_774_821_600_000, word: 'flatten', outcome: 'begun', stop: 'loss-1774821600000', reason: "the day's loss is 1500 USD, and the limit is 1500 USD" },
  { type: 'risk.level-changed', cause: 'daily-loss', from: 'elevated', to: 'high', usedPpm: 812_345, observed: '1218.5175 USD', limit: '1500 USD' },
  { type: 'format.raised', from: 1, to: 2, by: 'sam', reason: 'a month without a step back' },
  { type: 'segment.removed', segment: 1, lastSeq: 40, lastHash: 'ef'.repeat(32), because: 'older than 157680000000 ms' },
];

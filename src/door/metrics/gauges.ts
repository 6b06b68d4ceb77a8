/** How things stand, as figures. */
import { ACCOUNT_SCALE, accountOf, instrumentsOf, systemSafetyStates, overallLevel, rungs } from '../../core/index.ts';
import type { World } from '../../core/index.ts';
import type { Clock, GaugeSample, Labels } from '../../ports/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { observedOnly } from '../observed.ts';
import { readinessAnd } from '../readiness.ts';
import { waitingFor } from '../waiting.ts';
import type { MetricName } from './catalogue.ts';

export type Build = { readonly version: string; readonly node: string; readonly journalFormat: number };

const one = (name: MetricName, value: number, labels: Labels = {}): GaugeSample => ({ name, labels, value });

const buildInfo = ({ version, node, journalFormat }: Build): GaugeSample => one('breakwater_build_info', 1, { version, node, journal_format: String(journalFormat) });
const gate = (state: string): GaugeSample[] => rungs.map((known) => one('breakwater_gate_state', known === state ? 1 : 0, { state: known }));

export type About = { readonly build: Build; readonly journalBytes: () => number; readonly heartbeats: number };

/** While the disk does not confirm, what rests on what it has not confirmed is left out. */
export async function gaugesOf(runtime: Runtime, clock: Clock, { build, journalBytes, heartbeats }: About): Promise<readonly GaugeSample[]> {
  const { readiness, saw = [] } = await readinessAnd(runtime, clock, (world) => ofWorld(runtime, world, heartbeats));
  const { headSeq, durableSeq } = runtime.turns;
  return [
    buildInfo(build), one('breakwater_ready', readiness.ready ? 1 : 0), one('breakwater_stranded', 0),
    one('breakwater_journal_lag_entries', headSeq - durableSeq), one('breakwater_journal_durable_seq', durableSeq),
    one('breakwater_journal_bytes', journalBytes()),
    ...[...runtime.world.market.venues.keys()].map((venue) => one('breakwater_venue_connected', runtime.connected(venue) ? 1 : 0, { venue })),
    ...ofPrices(runtime),
    ...saw,
  ];
}

function ofWorld(runtime: Runtime, world: World, heartbeats: number): GaugeSample[] {
  const live = [...world.orders.live.unordered()];
  return [
    ...gate(world.gate.state), ...ofHealth(world), ...observedOnly(world).map((control) => one('breakwater_control_observed', 1, { control })),
    ...(['limits', 'override'] as const).map((kind) => one('breakwater_approvals_waiting', waitingFor(world).filter((waiting) => waiting.kind === kind).length, { kind })),
    one('breakwater_orders_live', live.length), one('breakwater_orders_unknown', live.filter(({ phase }) => phase === 'unknown').length),
    one('breakwater_journal_segment', world.segment.number),
    ...riskGauges(runtime, world),
    ...runtime.breakers.view(runtime.time.nowMs()).flatMap(({ name: breaker, circuit: { phase, command } }) => [
      one('breakwater_breaker_open', command?.hold === 'open' || (phase !== 'closed' && command?.hold !== 'closed') ? 1 : 0, { breaker }),
      ...(command === undefined ? [] : [one('breakwater_breaker_held', 1, { breaker, as: command.hold })]),
    ]),
    ...(heartbeats === 0 ? [] : [one('breakwater_sources_silent', world.messages.silences.size)]),
    ...[...world.market.venues.keys()].flatMap((venue) => ofVenue(runtime, world, venue)),
  ];
}

function ofHealth({ health }: World): GaugeSample[] {
  const components = [...health.components.values()];
  if (components.length === 0) return [];
  return [
    ...systemSafetyStates.map((state) => one('breakwater_safety_state', state === health.system.state ? 1 : 0, { state })),
    ...components.map(({ name, state }) => one('breakwater_component_state', 1, { component: name, state })),
    one('breakwater_components_failed', components.filter(({ state }) => state === 'failed' || state === 'critical').length),
  ];
}

const levels = ['normal', 'elevated', 'high', 'extreme'];

function riskGauges({ risk }: Runtime, world: World): GaugeSample[] {
  const place = (level: string): number => levels.indexOf(level);
  const byCause = [...world.valuation.levels.entries()].map(([cause, { level }]) => one('breakwater_risk_level', place(level), { cause }));
  const all = [...byCause, one('breakwater_risk_level', place(overallLevel(world).level), { cause: '' })];
  const account = accountOf(world.valuation);
  if (account === undefined) return all;
  const standing = risk?.last?.findings.standing;
  const currency = { currency: account.policy.currency };
  return [
    ...all, one('breakwater_equity_known', standing?.worth.kind === 'valued' ? 1 : 0),
    ...(standing?.worth.kind === 'valued' ? [one('breakwater_equity', figure(standing.worth.equityUnits), currency)] : []),
    ...(standing?.lossUnits === undefined ? [] : [one('breakwater_day_result', -figure(standing.lossUnits), currency)]),
  ];
}

/** For a curve; whoever needs the amount to the last unit asks for it. */
const figure = (units: bigint): number => Number(units) / 10 ** ACCOUNT_SCALE;

function ofPrices({ prices, time }: Runtime): GaugeSample[] {
  const shown = prices.shown(time.nowMs());
  return [...new Set(shown.map(({ venue }) => venue))].flatMap((venue) => {
    const readings = shown.filter((price) => price.venue === venue).map(({ reading }) => reading);
    const sources = [...new Set(readings.flatMap((reading) => reading.sources.map(({ source }) => source)))];
    return [
      one('breakwater_prices_untrusted', readings.filter(({ kind }) => kind !== 'trusted').length, { venue }),
      ...sources.flatMap((source) => [
        one('breakwater_price_source_used', readings.filter((reading) => reading.kind === 'trusted' && reading.source === source).length, { venue, source }),
        one('breakwater_price_source_faulty', readings.filter((reading) => reading.sources.some((state) => state.source === source && state.fault !== undefined)).length, { venue, source }),
      ]),
    ];
  });
}

function ofVenue(runtime: Runtime, { market, ledger }: World, venue: string): GaugeSample[] {
  const nowMs = runtime.time.nowMs();
  const reconciled = ledger.reconciled.get(venue);
  const symbols = instrumentsOf(market, venue).map(({ symbol }) => symbol);
  const ages = symbols.flatMap((symbol) => { const price = runtime.prices.price(venue, symbol, nowMs); return price === undefined ? [] : [nowMs - price.seenAtMs]; });
  return [
    one('breakwater_venue_suspended', market.suspended.has(venue) ? 1 : 0, { venue }),
    one('breakwater_instruments_quarantined', [...market.quarantined.keys()].filter((key) => key.startsWith(`${venue} `)).length, { venue }),
    ...ofTimer(runtime, venue),
    ...(ages.length === 0 || ages.length < symbols.length ? [] : [one('breakwater_venue_data_age_seconds', Math.max(...ages) / 1_000, { venue })]), // F3
    ...(reconciled === undefined ? [] : [
      one('breakwater_reconcile_mismatches', [...ledger.differences.values()].filter((difference) => difference.venue === venue).length, { venue }),
      one('breakwater_reconcile_age_seconds', (nowMs - reconciled.atMs) / 1_000, { venue }),
    ]),
  ];
}

function ofTimer({ timers }: Runtime, venue: string): GaugeSample[] {
  const view = timers.view(venue);
  return view === undefined ? [] : [one('breakwater_venue_dead_man_seconds', view.state === 'armed' ? view.leftMs / 1_000 : 0, { venue })];
}

/** Without a journal: the gate is shut, and nothing else is known. */
export const strandedGauges = (build: Build): readonly GaugeSample[] => [buildInfo(build), one('breakwater_ready', 0), one('breakwater_stranded', 1), ...gate('HALTED')];

/** What the account is worth, what it lost today, and how near it is to its limits. */
import { ACCOUNT_SCALE, accountOf, assetScale, isTradingKind, overallLevel, whyNotClosed } from '../core/index.ts';
import type { Account, World } from '../core/index.ts';
import type { RiskSensor, Runtime } from '../runtime/index.ts';
import { amount, time } from './shown.ts';
import type { Amount } from './shown.ts';

/** Null where nothing is valued: no currency is configured. */
export function riskOf({ risk, time: clock }: Pick<Runtime, 'risk' | 'time'>, world: World): object {
  const account = accountOf(world.valuation);
  return {
    ...levelOf(world),
    account: account === undefined ? null : shownAccount(world, account, risk?.last, clock.nowMs()),
    levels: [...world.valuation.levels.entries()].map(([cause, { level, sinceMs, usedPpm, observed, limit }]) => ({ cause, level, since: time(sinceMs), usedPercent: percent(usedPpm), observed, limit })),
    breakers: [...world.breakers.entries()].filter(([name, { phase, command }]) => isTradingKind(name) && (phase !== 'closed' || command !== undefined))
      .map(([name, circuit]) => ({ name, phase: circuit.phase, until: circuit.until === 'manual' ? null : time(circuit.until), why: whyNotClosed(circuit) })),
  };
}

export function levelOf(world: World): { readonly level: string; readonly since: string | null; readonly causes: readonly string[] } {
  const { level, causes, sinceMs } = overallLevel(world);
  return { level, since: sinceMs === undefined ? null : time(sinceMs), causes };
}

function shownAccount(world: World, account: Account, last: RiskSensor['last'], nowMs: number): object {
  const { currency, maxDailyLossUnits, maxDrawdownPpm, onLimit = 'reduce' } = account.policy;
  const money = (units: bigint): Amount => amount(units, ACCOUNT_SCALE, currency);
  const standing = last?.findings.standing;
  const worth = standing?.worth;
  const { day } = account;
  return {
    currency, onLossLimit: onLimit, actedAt: account.actedAtMs === undefined ? null : time(account.actedAtMs),
    equity: worth?.kind === 'valued' ? money(worth.equityUnits) : null, looked: last === undefined ? null : { at: time(last.atMs), ageMs: nowMs - last.atMs },
    unvalued: worth === undefined ? ['nobody has looked yet'] : worth.kind === 'unvalued' ? worth.reasons : [],
    day: day === null ? null : {
      key: day.key, zone: day.zone, endsAt: time(day.endsAtMs), opening: money(day.openingEquityUnits),
      result: standing?.lossUnits === undefined ? null : money(-standing.lossUnits), lossLimit: maxDailyLossUnits === undefined ? null : money(maxDailyLossUnits),
      traded: [...world.valuation.today.entries()].map(([key, { realisedUnits, feesUnits, otherUnits }]) => {
        const [venue = '', asset = ''] = key.split(' ');
        const scale = assetScale(world.market, venue, asset) ?? 0;
        return { venue, asset, realised: amount(realisedUnits, scale, asset), fees: amount(feesUnits, scale, asset), other: amount(otherUnits, scale, asset) };
      }),
    },
    drawdown: { percent: standing?.fallPpm === undefined ? null : percent(standing.fallPpm), limitPercent: maxDrawdownPpm === undefined ? null : percent(maxDrawdownPpm), best: standing?.peakEquityUnits === undefined ? null : money(standing.peakEquityUnits) },
    rounds: account.rounds.map(({ venue, symbol, resultUnits, atMs }) => ({ venue, symbol, lost: resultUnits < 0n, at: time(atMs) })),
  };
}

const percent = (ppm: number): number => ppm / 10_000;

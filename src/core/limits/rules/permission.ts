/** Who may trade what, and which way. */
import type { Rule } from '../case.ts';
import { isWaived, missing, refusal, symbolOf } from '../words.ts';

export const permission: Rule = {
  control: 'permission',
  title: 'who may trade what, and which way',
  limit: 'permissions',
  judge(given) {
    if (isWaived(given, 'permissions')) return undefined;
    const { limits, asker, proposal: { side } } = given;
    const symbol = symbolOf(given);
    if (limits?.permissions === undefined) return missing('permission', 'permissions', symbol);
    for (const who of [`source ${asker.source}`, `strategy ${asker.strategy}`] as const) { // both must allow it, where both are named
      const name = who.slice(who.indexOf(' ') + 1);
      const granted = limits.permissions[name] ?? limits.permissions['default'];
      if (granted === undefined) return refusal('permission', 'BW-3040', `permissions of ${who}`, `limits.permissions names neither ${name} nor default`, `nothing of ${name}, until limits.permissions names it`);
      const sides = granted[symbol] ?? granted['default'] ?? [];
      if (!sides.includes(side)) return refusal('permission', 'BW-3040', `${who} may ${sides.length === 0 ? 'not trade' : sides.join(' and ')} ${symbol}`, `a ${side} of ${symbol}`, sides.length === 0 ? `no order of ${name} in ${symbol}` : `a ${sides.join(' or a ')}`);
    }
    return undefined;
  },
};

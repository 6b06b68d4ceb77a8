import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from '../edges/config/index.ts';
import type { Rights } from '../ports/index.ts';
import { ConfigRefusedError } from './failure.ts';
import { guardRights, looseRights } from './rights.ts';

const FILE = '/etc/breakwater/breakwater.json';
const DATA = '/var/lib/breakwater';
type Found = { readonly owner?: 'us' | 'root' | 'other'; readonly mode?: number; readonly realPath?: string };
/** Everything is root's and in order, but for what is said. */
const machine = (said: Readonly<Record<string, Found>> = {}) => ({ rights: (path: string): Rights => ({ kind: 'told', owner: 'root', mode: 0o755, realPath: path, ...said[path] }) });
const looseAt = (said: Readonly<Record<string, Found>>): readonly string[] | undefined => looseRights(machine(said), [FILE, DATA])?.map(({ path }) => path);
const configured = (money: string) => ({ config: { venues: { alpaca: { money } } } as unknown as Config, files: [FILE] });

test('R1: what others may write is loose, itself or by any folder above it, and so is what belongs to somebody else', () => {
  assert.deepEqual(looseAt({}), []);
  assert.deepEqual(looseAt({ [FILE]: { owner: 'us', mode: 0o600 }, [DATA]: { owner: 'us', mode: 0o700 } }), []);
  for (const mode of [0o664, 0o646, 0o666]) assert.deepEqual(looseAt({ [FILE]: { mode } }), [FILE]);
  assert.deepEqual(looseAt({ [FILE]: { owner: 'other', mode: 0o600 } }), [FILE]);
  assert.deepEqual(looseAt({ [DATA]: { owner: 'us', mode: 0o770 } }), [DATA]);
  assert.deepEqual(looseAt({ '/etc': { mode: 0o775 } }), ['/etc']);
  assert.deepEqual(looseAt({ '/etc/breakwater': { owner: 'other' } }), ['/etc/breakwater']);
  assert.deepEqual(looseAt({ '/var': { mode: 0o1777 } }), [], 'in such a folder nobody takes away what is not his');
  assert.deepEqual(looseAt({ [DATA]: { mode: 0o1777 } }), [DATA], 'but anybody puts something beside it');
  assert.deepEqual(looseAt({ [FILE]: { realPath: '/srv/shared/one.json' }, '/srv/shared': { mode: 0o777 } }), ['/srv/shared'], 'where a link leads counts too');
});

test('R1: what to do is said with the value', () => {
  const [loose] = looseRights(machine({ [FILE]: { mode: 0o664 } }), [FILE]) ?? [];
  assert.match(loose?.why ?? '', /may be written by others \(mode 664\)/);
  assert.match(loose?.doNext ?? '', /chmod go-w \/etc\/breakwater\/breakwater\.json/);
});

test('R2: with real money a start is refused, with any other it is warned', () => {
  const loose = machine({ [FILE]: { mode: 0o666 } });
  assert.throws(() => guardRights(loose, configured('live'), DATA), (thrown) => thrown instanceof ConfigRefusedError && thrown.problems.length === 1 && /BW-1213/.test(thrown.message));
  for (const money of ['paper', 'sim']) assert.match(guardRights(loose, configured(money), DATA).warnings.join(), /warning BW-1213/);
  assert.deepEqual(guardRights(machine(), configured('live'), DATA).warnings, []);
});

test('R3: what was in order at the start refuses a reload, what was loose already is warned of again', () => {
  const { loose } = guardRights(machine(), configured('paper'), DATA);
  assert.throws(() => guardRights(machine({ [FILE]: { mode: 0o666 } }), configured('paper'), DATA, loose), ConfigRefusedError);
  assert.throws(() => guardRights(machine({ [`${DATA}/control.sock`]: { mode: 0o777 } }), configured('paper'), DATA, loose), ConfigRefusedError);
  const before = guardRights(machine({ [FILE]: { mode: 0o666 } }), configured('paper'), DATA);
  assert.equal(guardRights(machine({ [FILE]: { mode: 0o666 } }), configured('paper'), DATA, before.loose).warnings.length, 1);
});

test('R4: where a machine tells no rights nothing is concluded', () => {
  const silent = { rights: (): Rights => ({ kind: 'not-told' }) };
  assert.equal(looseRights(silent, [FILE]), undefined);
  assert.deepEqual(guardRights(silent, configured('live'), DATA).warnings, []);
});

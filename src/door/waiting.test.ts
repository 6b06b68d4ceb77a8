import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS, running } from '../../test/support/running.ts';
import { reload } from './limits.ts';

async function stage(people: readonly string[] = []) {
  const one = await running({ settings: { approvals: { people, withinMs: 3_600_000 } } });
  const command = (method: string, path: string, body?: unknown) => one.ask(one.control, method, `/api/v1/${path}`, body);
  reload(one.runtime, { kind: 'read', limits: { ...LIMITS, maxPosition: { 'BTC/USD': '2' } }, warnings: [] }, { by: 'sam', named: true, reason: 'the auction' }, { actor: 'operator:sam', correlationId: 'test' });
  await command('POST', 'limits/override', { control: 'position', venue: 'paper', symbol: 'BTC/USD', strategy: 'trend', side: 'buy', quantity: '1.5', forMs: 600_000, by: 'ann', reason: 'a hedge' });
  return { ...one, command };
}

test('the status shows what waits for approval: what, by whom, since and until when; a rejection takes it away, and is in the record', async () => {
  const one = await stage();
  const { body: status } = await one.command('GET', 'status');
  assert.deepEqual(status.waiting, [
    { id: status.waiting[0].id, kind: 'limits', what: 'maxPosition BTC/USD: 1 → 2', by: 'sam', reason: 'the auction', since: status.waiting[0].since, until: new Date(Date.parse(status.waiting[0].since) + 3_600_000).toISOString() },
    { id: status.waiting[1].id, kind: 'override', what: 'one buy of at most 1.5 BTC in BTC/USD at paper for "trend" past position', by: 'ann', reason: 'a hedge', since: status.waiting[1].since, until: new Date(Date.parse(status.waiting[1].since) + 600_000).toISOString() },
  ]);
  assert.match(status.sentence, /Held for approval as lp_[0-9a-f]{8}: maxPosition BTC\/USD: 1 → 2; asked for by sam at .* Held for approval as lo_/);
  for (const [at, withdrawn] of [[0, true], [1, false]] as const) {
    const { id } = status.waiting[at];
    assert.equal((await one.command('POST', `limits/${id}/reject`, { by: 'sam' })).status, 400, 'a reason is needed');
    const { status: code, body } = await one.command('POST', `limits/${id}/reject`, { by: 'sam', reason: 'not now' });
    assert.deepEqual([code, body.id, body.by, body.withdrawn], [200, id, 'sam', withdrawn]);
    assert.equal((await one.command('POST', `limits/${id}/reject`, { by: 'sam', reason: 'not now' })).body.code, 'BW-2041');
    assert.equal((await one.command('POST', `limits/${id}/approve`, { by: 'kim', reason: 'late' })).body.code, 'BW-2041');
  }
  assert.deepEqual((await one.command('GET', 'status')).body.waiting, []);
  assert.equal(one.facts().filter((type) => type === 'limits.rejected').length, 2);
});

test('where people are named, nobody else rejects what waits', async () => {
  const one = await stage(['kim', 'sam']);
  const [limits, override] = (await one.command('GET', 'status')).body.waiting;
  assert.equal((await one.command('POST', `limits/${limits.id}/reject`, { by: 'max', reason: 'x' })).body.code, 'BW-2042');
  assert.equal((await one.command('POST', `limits/${limits.id}/reject`, { by: 'kim', reason: 'x' })).status, 200);
  assert.equal((await one.command('POST', `limits/${override.id}/reject`, { by: 'ann', reason: 'my own' })).body.withdrawn, true);
});

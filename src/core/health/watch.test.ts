import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ComponentWatch, DEFAULT_WATCH } from './index.ts';
import type { ComponentState, Finding } from './index.ts';

const say = (state: Finding['state']): Finding => (state === 'healthy' ? { state, numbers: { ageMs: 7 } } : { state, why: `it is ${state}`, numbers: { ageMs: 7 } });

/** A watch that is looked at every 5 s, and believed. */
class Watcher {
  readonly watch = new ComponentWatch(DEFAULT_WATCH, 0);
  state: ComponentState = 'unknown';
  nowMs = 0;
  readonly story: string[] = [];

  see(...findings: (Finding['state'] | 'nothing')[]): this {
    for (const finding of findings) {
      this.nowMs += 5_000;
      if (finding !== 'nothing') this.watch.heard(say(finding), this.nowMs);
      const change = this.watch.look(this.state, this.nowMs);
      if (change === undefined) continue;
      this.state = change.to;
      this.story.push(`${this.nowMs / 1_000} s: ${change.to}`);
    }
    return this;
  }
}

const well = (): Watcher => new Watcher().see('healthy');

test('W3: what was not heard is unknown, and has failed after 30 s', () => {
  assert.deepEqual(new Watcher().see('nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing').story, []);
  assert.deepEqual(new Watcher().see(...Array<'nothing'>(7).fill('nothing')).story, ['35 s: failed']);
});

test('W1: two findings in a row change nothing, three do', () => {
  assert.equal(well().see('failed', 'failed', 'healthy', 'failed', 'failed').state, 'healthy');
  assert.deepEqual(well().see('failed', 'failed', 'failed').story, ['5 s: healthy', '20 s: failed']);
});

test('W1: findings of different gravity count for what all of them say', () => {
  assert.equal(well().see('failed', 'critical', 'degraded').state, 'degraded');
  assert.equal(well().see('failed', 'critical', 'failed').state, 'critical');
});

test('W2: silence is a failure after 30 s, told with its length; it is heard again three times before it recovers, and three more before it is well', () => {
  const watcher = well().see(...Array<'nothing'>(6).fill('nothing'));
  assert.equal(watcher.state, 'healthy');
  watcher.nowMs += 1;
  assert.deepEqual(watcher.watch.look('healthy', watcher.nowMs), { to: 'failed', cause: 'nothing was heard of it for 30001 ms', findings: 0, silentMs: 30_001, numbers: {} });
  watcher.state = 'failed';
  assert.equal(watcher.see('healthy', 'healthy').state, 'failed');
  assert.equal(watcher.see('healthy').state, 'recovering');
  assert.equal(watcher.see('healthy', 'healthy').state, 'recovering');
  assert.equal(watcher.see('healthy').state, 'healthy');
});

test('W2: by a clock that counts fractions, the silence that is told is whole', () => {
  const watch = new ComponentWatch(DEFAULT_WATCH, 0.25);
  assert.equal(watch.silentMs(1_000), 999);
  assert.deepEqual(watch.look('unknown', 30_001.875), { to: 'failed', cause: 'it was never heard within 30001 ms', findings: 0, silentMs: 30_001, numbers: {} });
});

test('what was critical and is only degraded is called degraded, and well from there', () => {
  const watcher = well().see('critical', 'critical', 'critical', 'degraded', 'degraded', 'degraded');
  assert.equal(watcher.state, 'degraded');
  assert.equal(watcher.see('healthy', 'healthy', 'healthy').state, 'healthy');
});

test('a relapse while it recovers takes three findings as well', () => {
  const watcher = well().see('failed', 'failed', 'failed', 'healthy', 'healthy', 'healthy', 'failed', 'failed');
  assert.equal(watcher.state, 'recovering');
  assert.equal(watcher.see('failed').state, 'failed');
});

test('C2: time in which nobody could have heard it is no silence', () => {
  const watch = new ComponentWatch(DEFAULT_WATCH, 0);
  watch.heard(say('healthy'), 0);
  watch.excuse(60_000);
  assert.equal(watch.look('healthy', 80_000), undefined);
  assert.equal(watch.look('healthy', 90_001)?.to, 'failed');
});

test('W1, W2: for any history no state that is known changes within three looks of the last change, but by silence', () => {
  const finding = fc.constantFrom('healthy', 'degraded', 'critical', 'failed', 'nothing');
  fc.assert(fc.property(fc.array(finding, { maxLength: 200, size: 'max' }), (findings) => {
    const watcher = new Watcher();
    let [alike, last] = [0, ''];
    for (const one of findings) {
      const before = watcher.state;
      watcher.see(one as Finding['state'] | 'nothing');
      if (one !== 'nothing') [alike, last] = [one === last ? alike + 1 : 1, one];
      if (watcher.state === 'healthy' && before !== 'healthy') assert.equal(last, 'healthy', 'never called well by bad news');
      if (before !== 'unknown' && watcher.state !== before && last !== 'healthy' && watcher.watch.silentMs(watcher.nowMs) <= 30_000 && before === 'healthy') assert.ok(findings.length >= 3);
    }
    // A single blip among good looks: no history of good looks and isolated bad ones ever leaves `healthy`.
    const calm = well();
    for (const one of findings) calm.see('healthy', 'healthy', one as Finding['state'] | 'nothing');
    assert.equal(calm.state, 'healthy');
    assert.equal(calm.story.length, 1);
  }), { numRuns: 60 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Roster, defaultRules } from './roster.ts';
import type { Sample } from './roster.ts';

const answered = (tookMs: number): Sample => ({ kind: 'answered', tookMs });
const failed: Sample = { kind: 'failed' };
const anyOf = { fits: () => true, load: () => 0 };
const rosterOf = (...members: readonly string[]): Roster<string> => {
  const roster = new Roster<string>();
  for (const member of members) roster.add(member);
  return roster;
};
const tellTimes = (roster: Roster<string>, member: string, sample: Sample, times: number, nowMs = 0) =>
  Array.from({ length: times }, () => roster.tell(member, sample, nowMs));

test('five failures in a row eject a member, four and an answer do not', () => {
  const roster = rosterOf('a', 'b');
  assert.deepEqual(tellTimes(roster, 'a', failed, 4).concat(roster.tell('a', answered(1), 0)), Array(5).fill(undefined));
  assert.deepEqual(tellTimes(roster, 'a', failed, 5).at(-1), { why: 'failing', untilMs: 10_000 });
  assert.deepEqual([roster.isEjected('a', 9_999), roster.isEjected('a', 10_000)], [true, false]);
  assert.deepEqual(roster.allowed(0), ['b']);
});

test('a member of whose calls half fail is ejected though none fail in a row', () => {
  const roster = rosterOf('a', 'b');
  const told = Array.from({ length: 60 }, (_, n) => roster.tell('a', n % 3 === 0 ? answered(1) : failed, 0));
  assert.equal(told.find((one) => one !== undefined)?.why, 'failing');
});

test('a member is ejected as slow beside the others, never where all are slow', () => {
  const roster = rosterOf('a', 'b', 'c');
  for (const member of ['b', 'c']) tellTimes(roster, member, answered(20), 10);
  assert.deepEqual(tellTimes(roster, 'a', answered(500), 10).at(-1), { why: 'slow', untilMs: 10_000 });
  const slow = rosterOf('a', 'b', 'c');
  for (let round = 0; round < 50; round++) for (const member of ['a', 'b', 'c']) assert.equal(slow.tell(member, answered(5_000), 0), undefined);
  const near = rosterOf('a', 'b');
  tellTimes(near, 'b', answered(1), 10);
  assert.ok(tellTimes(near, 'a', answered(90), 30).every((told) => told === undefined), 'three times as slow, and not by much');
});

test('each further ejection is twice as long, up to a bound, and a long good time is forgiven', () => {
  const roster = rosterOf('a', 'b');
  let nowMs = 0;
  const lengths = Array.from({ length: 8 }, () => {
    const untilMs = tellTimes(roster, 'a', failed, 5, nowMs).at(-1)?.untilMs ?? 0;
    const lengthMs = untilMs - nowMs;
    nowMs = untilMs;
    return lengthMs;
  });
  assert.deepEqual(lengths, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
  nowMs += defaultRules.longestEjectionMs + 1;
  assert.equal((tellTimes(roster, 'a', failed, 5, nowMs).at(-1)?.untilMs ?? 0) - nowMs, 10_000);
});

test('the quicker is asked, the busier less, and the failing last', () => {
  const roster = rosterOf('quick', 'slow');
  tellTimes(roster, 'quick', answered(10), 3);
  tellTimes(roster, 'slow', answered(25), 3);
  assert.equal(roster.best(0, anyOf.fits, anyOf.load), 'quick');
  assert.equal(roster.best(0, anyOf.fits, (member) => (member === 'quick' ? 2 : 0)), 'slow');
  assert.equal(roster.best(0, (member) => member === 'slow', anyOf.load), 'slow');
  tellTimes(roster, 'quick', failed, 4);
  assert.equal(roster.best(0, anyOf.fits, () => 0), 'slow' /* 10 ms and failing is worse than 25 ms */);
});

test('members of whom nothing is known are asked in turn', () => {
  const roster = rosterOf('a', 'b', 'c');
  assert.deepEqual(Array.from({ length: 6 }, () => roster.best(0, anyOf.fits, anyOf.load)), ['a', 'b', 'c', 'a', 'b', 'c']);
});

test('P4: who was slow is asked again after a while', () => {
  const roster = rosterOf('a', 'b');
  tellTimes(roster, 'a', answered(10), 3);
  tellTimes(roster, 'b', answered(100), 3);
  assert.equal(roster.best(0, anyOf.fits, anyOf.load), 'a');
  roster.tell('a', answered(10), 60_000);
  assert.equal(roster.best(60_000, anyOf.fits, anyOf.load), 'b');
});

test('P1: with the last one that is allowed gone, an ejected one is taken back', () => {
  const roster = rosterOf('a', 'b');
  tellTimes(roster, 'a', failed, 5);
  roster.remove('b', 100);
  assert.deepEqual(roster.allowed(100), ['a']);
});

test('P1, P2, P3: whatever is told, somebody is allowed, what is ejected returns in time, and is not judged meanwhile', () => {
  const members = ['a', 'b', 'c', 'd'];
  const steps = fc.array(fc.record({
    gapMs: fc.constantFrom(0, 0, 0, 1, 50, 9_999, 10_000, 300_000, 400_000),
    member: fc.constantFrom(...members),
    what: fc.constantFrom('failed', 'failed', 'failed', 'quick', 'slow', 'remove', 'add'),
  }), { maxLength: 300, size: 'max' });
  let ejections = 0;
  let spared = 0;
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 4 }), (history, size) => {
    const present = new Set(members.slice(0, size));
    const roster = rosterOf(...present);
    let nowMs = 1;
    for (const { gapMs, member, what } of history) {
      nowMs += gapMs;
      const wasAllowed = roster.allowed(nowMs);
      if (what === 'add') { roster.add(member); present.add(member); }
      else if (what === 'remove') { roster.remove(member, nowMs); present.delete(member); }
      else {
        const before = roster.score(member);
        const ejection = roster.tell(member, what === 'failed' ? failed : answered(what === 'quick' ? 5 : 2_000), nowMs);
        if (present.has(member) && !wasAllowed.includes(member)) assert.deepEqual([ejection, roster.score(member)], [undefined, before]); // P3
        if (ejection !== undefined) {
          ejections += 1;
          assert.ok(wasAllowed.length >= 2, 'the last one was ejected'); // P1
          assert.ok(ejection.untilMs > nowMs && ejection.untilMs <= nowMs + defaultRules.longestEjectionMs); // P2
          assert.ok(roster.isEjected(member, ejection.untilMs - 1) && !roster.isEjected(member, ejection.untilMs));
        } else if (wasAllowed.length === 1 && roster.score(member).failuresInRow >= defaultRules.failuresInRow) spared += 1;
      }
      assert.equal(roster.allowed(nowMs).length > 0, present.size > 0); // P1
      const best = roster.best(nowMs, anyOf.fits, anyOf.load);
      assert.ok(best === undefined ? present.size === 0 : roster.allowed(nowMs).includes(best));
    }
    assert.equal(roster.allowed(nowMs + defaultRules.longestEjectionMs).length, present.size); // P2
  }), { numRuns: 400, seed: 4 });
  assert.ok(ejections > 100 && spared > 20, `${ejections} ejections, ${spared} spared`);
});

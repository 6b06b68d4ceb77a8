/** What every emergency log does, in a file as in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_MARK, SLOT_BYTES } from '../../src/journal/index.ts';
import type { EmergencyLog, EmergencyReading, EmergencyWords } from '../../src/ports/index.ts';

/** A place with room for `SLOTS` records, that outlives the logs opened over it. */
export type Place = {
  readonly open: () => EmergencyLog;
  readonly bytes: () => Uint8Array; // as they stand
  readonly put: (bytes: Uint8Array) => void; // as somebody, or a torn write, leaves them
  readonly aside: () => number; // logs that were kept
  readonly remove: () => void;
};

export const SLOTS = 16;
const HEADS = 2;
const RESERVED = 8; // of so few slots, half are kept for what is asked for

export const said = (more: Partial<EmergencyWords> = {}): EmergencyWords => ({
  kind: 'cancel', actor: 'operator:sam', correlationId: 'c', by: 'sam', reason: 'enough', orderId: 'ab'.repeat(10), journal: 'j-1', headSeq: 41, headHash: 'ab'.repeat(32), sealed: false, atMs: 1, wallMs: 2, bootId: 'b', ...more,
});

export function emergencyContract(name: string, make: () => Place): void {
  const inPlace = (title: string, run: (place: Place) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const place = make();
      try {
        await run(place);
      } finally {
        place.remove();
      }
    });
  };
  const read = async (place: Place): Promise<EmergencyReading> => {
    const log = place.open();
    const [reading] = await log.read();
    await log.close();
    assert.ok(reading !== undefined);
    return reading;
  };
  const filled = async (place: Place, count: number): Promise<EmergencyReading> => {
    const log = place.open();
    for (let index = 1; index <= count; index += 1) assert.deepEqual(await log.append(said({ reason: `reason ${index}` })), { kind: 'kept', seq: index });
    await log.close();
    return read(place);
  };
  const reasons = ({ records }: EmergencyReading): (string | undefined)[] => records.map(({ reason }) => reason);

  inPlace('a place where nothing was ever made has nothing to tell', async (place) => {
    assert.deepEqual(await place.open().read(), []);
  });

  inPlace('what was kept is read back word for word, by whoever opens it next, in order and chained', async (place) => {
    const log = place.open();
    assert.equal(await log.prepare(), undefined);
    const words = [said({ kind: 'halt', cancelOrders: true, reason: 'strange "fills" \u2028 ü' }), said(), said({ kind: 'answer', venue: 'v', venueOrderId: 'x', outcome: 'requested' })];
    for (const [index, one] of words.entries()) assert.deepEqual(await log.append(one), { kind: 'kept', seq: index + 1 });
    await log.close();
    const { records, base, end, finding } = await read(place);
    assert.deepEqual([base, finding], [FIRST_MARK, undefined]);
    assert.deepEqual(records.map(({ seq: _seq, hash: _hash, previous: _previous, ...words_ }) => words_), words);
    assert.deepEqual(records.map(({ seq, previous }) => `${seq} ${previous}`), ['1 '.concat(FIRST_MARK.hash), `2 ${records[0]?.hash}`, `3 ${records[1]?.hash}`]);
    assert.equal(end.hash, records[2]?.hash);
  });

  inPlace('records that are handed over at once are kept one after the other', async (place) => {
    const log = place.open();
    const kept = await Promise.all(Array.from({ length: 15 }, (_, index) => log.append(said({ reason: `${index}` }))));
    assert.deepEqual(kept.map((one) => (one.kind === 'kept' ? one.seq : one.cause)), Array.from({ length: 15 }, (_, index) => index + 1));
    await log.close();
    assert.deepEqual(reasons(await read(place)), Array.from({ length: 15 }, (_, index) => `${index}`));
  });

  inPlace('E1, E2: it never grows; what came of something is refused first, what is asked for last, and the older records stay', async (place) => {
    const log = place.open();
    await log.prepare();
    const { length } = place.bytes();
    const outcomes = [];
    for (let index = 0; index < SLOTS; index += 1) outcomes.push(await log.append(said({ kind: 'answer', outcome: `${index}` })));
    assert.equal(outcomes.filter(({ kind }) => kind === 'kept').length, SLOTS - RESERVED);
    const asked = [];
    for (let index = 0; index < SLOTS; index += 1) asked.push(await log.append(said({ kind: 'halt', reason: `${index}` })));
    assert.equal(asked.filter(({ kind }) => kind === 'kept').length, RESERVED);
    assert.deepEqual(asked.at(-1), { kind: 'refused', cause: 'full', detail: `${SLOTS} of ${SLOTS} slots are used` });
    await log.close();
    assert.equal(place.bytes().length, length);
    const { records } = await read(place);
    assert.deepEqual([records.length, records[0]?.outcome, records.at(-1)?.reason], [SLOTS, '0', `${RESERVED - 1}`]);
  });

  inPlace('N2: a reason as long as a book is cut, and the record is kept', async (place) => {
    const log = place.open();
    assert.equal((await log.append(said({ reason: '\u0001'.repeat(50_000), by: '🐟'.repeat(9_000) }))).kind, 'kept');
    await log.close();
    const { records, finding } = await read(place);
    assert.equal(finding, undefined);
    assert.ok((records[0]?.reason ?? '').length > 50);
  });

  inPlace('E5: what was let go is gone, what comes after has the next number, and the log says whose it is', async (place) => {
    const { end } = await filled(place, 5);
    const log = place.open();
    assert.equal(await log.letGo('runtime', end, 'j-1', false), undefined);
    assert.deepEqual(await log.append(said({ reason: 'after' })), { kind: 'kept', seq: 6 });
    await log.close();
    const reading = await read(place);
    assert.deepEqual([reasons(reading), reading.base, reading.journal], [['after'], end, 'j-1']);
  });

  inPlace('a log to which more was written meanwhile is not let go', async (place) => {
    const { end } = await filled(place, 2);
    const log = place.open();
    await log.append(said({ reason: 'meanwhile' }));
    await log.letGo('runtime', end, 'j-1', false);
    await log.close();
    assert.deepEqual(reasons(await read(place)), ['reason 1', 'reason 2', 'meanwhile']);
  });

  inPlace('E5: records that a crash left behind the mark are not read again', async (place) => {
    const { end } = await filled(place, 3);
    const before = place.bytes();
    const log = place.open();
    await log.letGo('runtime', end, 'j-1', false);
    await log.close();
    const after = place.bytes();
    after.set(before.subarray(HEADS * SLOT_BYTES), HEADS * SLOT_BYTES); // the head is written, the slots are not wiped
    place.put(after);
    const reading = await read(place);
    assert.deepEqual([reading.records, reading.finding, reading.base], [[], undefined, end]);
    const next = place.open();
    assert.deepEqual(await next.append(said({ reason: 'next' })), { kind: 'kept', seq: 4 });
    await next.close();
    assert.deepEqual(reasons(await read(place)), ['next']);
  });

  inPlace('a last record that is torn at any byte costs nothing before it, is named, and does not stop the next one', async (place) => {
    await filled(place, 3);
    const whole = place.bytes();
    const at = (HEADS + 2) * SLOT_BYTES;
    const used = whole.subarray(at, at + SLOT_BYTES).findLastIndex((byte) => byte !== 0) + 1;
    for (let cut = 0; cut < used; cut += 1) {
      const torn = whole.slice();
      torn.fill(0, at + cut, at + SLOT_BYTES);
      place.put(torn);
      const reading = await read(place);
      assert.deepEqual([reasons(reading), reading.finding?.cause], [['reason 1', 'reason 2'], cut === 0 ? undefined : 'torn'], `cut at ${cut}`);
    }
    const log = place.open();
    assert.deepEqual(await log.append(said({ reason: 'next' })), { kind: 'kept', seq: 3 });
    await log.close();
    const reading = await read(place);
    assert.deepEqual([reasons(reading), reading.finding?.cause], [['reason 1', 'reason 2', 'next'], 'torn']);
  });

  inPlace('a byte that is changed anywhere is harmless, or it is named and costs nothing that is proven', async (place) => {
    await filled(place, 3);
    const whole = place.bytes();
    const expected = ['reason 1', 'reason 2', 'reason 3'];
    const named = new Set<string>();
    for (let at = 0; at < (HEADS + 4) * SLOT_BYTES; at += at % SLOT_BYTES < 700 ? 1 : 512) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      place.put(changed);
      const { records, finding } = await read(place);
      const proven = records.map(({ reason }) => reason);
      const damagedSlot = Math.floor(at / SLOT_BYTES) - HEADS;
      if (finding === undefined) assert.deepEqual(proven, expected, `byte ${at}`);
      else {
        named.add(`${damagedSlot} ${finding.cause}`);
        assert.deepEqual(proven, expected.slice(0, Math.min(damagedSlot, 3)), `byte ${at}`);
      }
    }
    assert.deepEqual([...named].toSorted(), ['0 broken', '1 broken', '2 torn', '3 torn'], 'either head alone is enough');
  });

  inPlace('without both halves of its head, or with bytes missing, it is named, and its records are read', async (place) => {
    await filled(place, 3);
    const whole = place.bytes();
    const headless = whole.slice();
    headless.fill(1, 0, HEADS * SLOT_BYTES);
    place.put(headless);
    const reading = await read(place);
    assert.deepEqual([reasons(reading), reading.finding?.cause, reading.base], [['reason 1', 'reason 2', 'reason 3'], 'broken', FIRST_MARK]);
    place.put(whole.slice(0, (HEADS + 2) * SLOT_BYTES));
    const cut = await read(place);
    assert.deepEqual([reasons(cut), cut.finding?.cause], [['reason 1', 'reason 2'], 'broken']);
  });

  inPlace('E4: a record that was swapped in from elsewhere is not believed, and one that follows after it is', async (place) => {
    await filled(place, 2);
    const whole = place.bytes();
    const swapped = whole.slice();
    swapped.set(whole.subarray((HEADS + 1) * SLOT_BYTES, (HEADS + 2) * SLOT_BYTES), HEADS * SLOT_BYTES);
    place.put(swapped);
    const reading = await read(place);
    assert.deepEqual([reasons(reading), reading.finding?.cause], [[], 'broken']);
    const log = place.open();
    assert.deepEqual(await log.append(said({ reason: 'halt, all the same' })), { kind: 'kept', seq: 1 });
    await log.close();
    assert.deepEqual(reasons(await read(place)), ['halt, all the same']);
  });

  inPlace('a log that begins afresh keeps the old one aside, as it is', async (place) => {
    await filled(place, 3);
    const whole = place.bytes();
    whole.fill(9, (HEADS + 2) * SLOT_BYTES, (HEADS + 2) * SLOT_BYTES + 20);
    place.put(whole);
    const { end } = await read(place);
    const log = place.open();
    assert.equal(await log.letGo('runtime', end, 'j-1', true), undefined);
    assert.deepEqual(await log.append(said({ reason: 'fresh' })), { kind: 'kept', seq: 3 });
    await log.close();
    const reading = await read(place);
    assert.deepEqual([reasons(reading), reading.finding, reading.base, place.aside()], [['fresh'], undefined, end, 1]);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chainHash, EMPTY_HEAD, GENESIS_HASH, seal, Sealer, verifyJournal } from './index.ts';
import type { Anchor, SealedEntry, Verdict } from './index.ts';

const LENGTH = 12;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sealed = (count: number): SealedEntry[] => {
  const sealer = new Sealer(EMPTY_HEAD, { epoch: 1, bootId: 'b', lastAtMs: 0 });
  const notes = Array.from({ length: count }, (_, index) => ({ type: 'test.noted', typeVersion: 1, payload: bytesOf(`{"note":"${index + 1}"}`) }));
  return [...sealer.seal({ atMs: 5, wallMs: 5, actor: 'timer', correlationId: 'c' }, notes).entries];
};
const journal = sealed(LENGTH);
const at = (seq: number): SealedEntry => journal[seq - 1] as SealedEntry;
const anchor: Anchor = { identity: 'j', seq: LENGTH, hash: at(LENGTH).hash };

async function* onePage(rows: readonly SealedEntry[]): AsyncGenerator<readonly SealedEntry[]> {
  yield* [rows.slice(0, 5), rows.slice(5)]; // a finding may lie across a page
}
const verify = (rows: readonly SealedEntry[], known: Anchor | undefined = anchor): Promise<Verdict> =>
  verifyJournal('j', onePage(rows), known === undefined ? {} : { anchor: known });
const found = async (rows: readonly SealedEntry[], known: Anchor | undefined = anchor): Promise<string[]> =>
  (await verify(rows, known)).findings.map(({ kind, seq }) => `${kind} ${seq}`);

/** Rows as somebody with a database tool leaves them: `seq` is 1, 2, 3 … again. */
const renumbered = (rows: readonly SealedEntry[]): SealedEntry[] => rows.map((row, index) => ({ ...row, seq: index + 1 }));
const replaced = (seq: number, change: Partial<SealedEntry>): SealedEntry[] => journal.map((row) => (row.seq === seq ? { ...row, ...change } : row));
const without = (...seqs: readonly number[]): SealedEntry[] => journal.filter((row) => !seqs.includes(row.seq));
const flipped = (bytes: Uint8Array, index: number): Uint8Array => bytes.map((byte, position) => (position === index ? byte ^ 1 : byte));
/** A header that reads well and says something else: a backdated entry. */
const backdated = (seq: number): Uint8Array => Uint8Array.from(Buffer.from(Buffer.from(at(seq).header).toString('latin1').replace('"atMs":5', '"atMs":4'), 'latin1'));
const forged = (previousHash: string, seq: number): SealedEntry =>
  seal(previousHash, { seq, epoch: 1, atMs: 5, wallMs: 5, bootId: 'b', actor: 'timer', correlationId: 'c', type: 'test.noted', typeVersion: 1 }, bytesOf('{"note":"forged"}'));
/** Everything from `seq` on sealed anew around another payload: a forger who knows the algorithm. */
const rewrittenFrom = (seq: number): SealedEntry[] => {
  const rows = journal.slice(0, seq - 1);
  while (rows.length < LENGTH) rows.push(forged(rows.at(-1)?.hash ?? GENESIS_HASH, rows.length + 1));
  return rows;
};

test('an untouched journal has no finding, and says whether its tail was compared with an anchor', async () => {
  assert.deepEqual(await verify(journal), { findings: [], findingCount: 0, entries: LENGTH, head: { seq: LENGTH, hash: anchor.hash }, anchored: true });
  assert.equal((await verifyJournal('j', onePage(journal))).anchored, false);
  assert.deepEqual(await found(journal, { ...anchor, seq: 3, hash: at(3).hash }), []); // an anchor may lag
  assert.deepEqual(await found([], { identity: 'j', seq: 0, hash: GENESIS_HASH }), []);
});

const shiftedColumn = (rows: readonly SealedEntry[], move: (seq: number) => number): SealedEntry[] =>
  rows.map((row) => ({ ...row, seq: move(row.seq) })).toSorted((a, b) => a.seq - b.seq);

/** Each tampering, and the findings that name it. */
const tamperings: readonly (readonly [string, () => readonly SealedEntry[], readonly string[]])[] = [
  ['a payload edited', () => replaced(7, { payload: bytesOf('{"note":"8"}') }), ['payload 7']],
  ['a payload emptied', () => replaced(7, { payload: new Uint8Array() }), ['payload 7']],
  ['the payloads of two entries exchanged', () => replaced(4, { payload: at(5).payload }).map((row) => (row.seq === 5 ? { ...row, payload: at(4).payload } : row)), ['payload 4', 'payload 5']],
  ['a header backdated', () => replaced(7, { header: backdated(7) }), ['header 7']],
  ['a header made unreadable', () => replaced(7, { header: flipped(at(7).header, 4) }), ['header 7']],
  ['the length of a header changed', () => replaced(7, { header: flipped(at(7).header, 3) }), ['header 7']],
  ['the last header backdated', () => replaced(LENGTH, { header: backdated(LENGTH) }), [`header ${LENGTH}`]],
  ['the first header backdated', () => replaced(1, { header: backdated(1) }), ['header 1']],
  ['a hash changed', () => replaced(7, { hash: at(6).hash }), ['hash 7']],
  ['a header backdated and its hash made to fit', () => replaced(7, { header: backdated(7), hash: chainHash(at(6).hash, backdated(7)) }), ['order 7', 'header 8']],
  ['an entry removed', () => without(7), ['removed 7']],
  ['the first entry removed', () => without(1), ['removed 1']],
  ['a run of entries removed', () => without(4, 5, 6), ['removed 4']],
  ['two entries removed in two places', () => without(3, 9), ['removed 3', 'removed 9']],
  ['an entry removed and the rest renumbered', () => renumbered(without(7)), ['removed 7', `cut ${LENGTH}`]],
  ['the last but one removed and the last renumbered', () => renumbered(without(LENGTH - 1)), [`removed ${LENGTH - 1}`, `cut ${LENGTH}`]],
  ['an entry put in that fits the one before it', () => renumbered([...journal.slice(0, 6), forged(at(6).hash, 7), ...journal.slice(6)]), ['inserted 7', `rewritten ${LENGTH}`]],
  ['an entry put in that fits nothing', () => renumbered([...journal.slice(0, 6), forged(at(2).hash, 7), ...journal.slice(6)]), ['inserted 7', `rewritten ${LENGTH}`]],
  ['an old entry put in again', () => renumbered([...journal.slice(0, 6), at(3), ...journal.slice(6)]), ['inserted 7', `rewritten ${LENGTH}`]],
  ['an entry put in twice under one number', () => [...journal.slice(0, 7), at(7), ...journal.slice(7)], ['inserted 7']],
  ['two neighbours swapped', () => shiftedColumn(journal, (seq) => (seq === 6 ? 7 : seq === 7 ? 6 : seq)), ['moved 6', 'moved 7']],
  ['two distant entries swapped', () => shiftedColumn(journal, (seq) => (seq === 3 ? 9 : seq === 9 ? 3 : seq)), ['moved 3', 'moved 9']],
  ['the tail cut', () => journal.slice(0, 9), ['cut 10']],
  ['everything cut', () => [], ['cut 1']],
  ['the last entry replaced by one that fits', () => [...journal.slice(0, -1), forged(at(LENGTH - 1).hash, LENGTH)], [`rewritten ${LENGTH}`]],
  ['everything rewritten from one entry on, with all hashes', () => rewrittenFrom(7), [`rewritten ${LENGTH}`]],
];

for (const [what, rows, names] of tamperings) {
  test(`found and named: ${what}`, async () => {
    assert.deepEqual(await found(rows()), names);
  });
}

test('a rewriting is narrowed down by every place in the chain that was kept elsewhere', async () => {
  const witnesses = [4, 6, 8].map((seq) => ({ seq, hash: at(seq).hash, source: `snapshot ${seq}` }));
  const { findings } = await verifyJournal('j', onePage(rewrittenFrom(7)), { witnesses });
  assert.deepEqual(findings.map(({ kind, seq }) => `${kind} ${seq}`), ['rewritten 8']);
});

test('the anchor of another journal is named, and says nothing of this one', async () => {
  assert.deepEqual(await found(journal, { ...anchor, identity: 'other' }), ['identity 0']);
});

test('a producer that broke the rules is named although the chain is whole', async () => {
  const fields = { wallMs: 1, bootId: 'b', actor: 'boot', correlationId: 'c', type: 't', typeVersion: 1 };
  const first = seal(GENESIS_HASH, { ...fields, seq: 1, epoch: 2, atMs: 9 }, bytesOf('{}'));
  const second = seal(first.hash, { ...fields, seq: 2, epoch: 1, atMs: 8 }, bytesOf('{}'));
  assert.deepEqual((await verifyJournal('j', onePage([first, second]))).findings.map(({ kind, seq }) => `${kind} ${seq}`), ['order 2', 'order 2']);
});

test('every finding says what to do', async () => {
  for (const [, rows] of tamperings) for (const { detail } of (await verify(rows())).findings) assert.match(detail, /[Rr]estore|Stop both|report it/);
});

test('V1: any one changed bit of header, payload or hash is found at its entry', async () => {
  const places = fc.tuple(fc.integer({ min: 1, max: LENGTH }), fc.constantFrom('header', 'payload', 'hash'), fc.nat(), fc.integer({ min: 0, max: 7 }));
  await fc.assert(fc.asyncProperty(places, async ([seq, part, index, bit]) => {
    const row = at(seq);
    const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, position) => (position === index % bytes.length ? byte ^ (1 << bit) : byte));
    const other = row.hash.startsWith('0') ? '1' : '0';
    const change = part === 'header' ? { header: flip(row.header) } : part === 'payload' ? { payload: flip(row.payload) } : { hash: `${other}${row.hash.slice(1)}` };
    const { findings } = await verify(replaced(seq, change), undefined);
    assert.ok(findings.length > 0);
    assert.ok(findings.every((finding) => finding.seq === seq), JSON.stringify(findings));
  }));
});

test('V1: any entries removed, exchanged or repeated are found, at or before the first of them', async () => {
  const edits = fc.array(fc.tuple(fc.constantFrom('remove', 'swap', 'repeat'), fc.nat({ max: LENGTH - 2 }), fc.nat({ max: LENGTH - 2 })), { minLength: 1, maxLength: 4 });
  await fc.assert(fc.asyncProperty(edits, fc.boolean(), async (steps, renumber) => {
    const rows = [...journal];
    for (const [step, a, b] of steps) {
      const [i, j] = [a % rows.length, b % rows.length];
      if (step === 'remove') rows.splice(i, 1);
      else if (step === 'repeat') rows.splice(i, 0, rows[j] as SealedEntry);
      else [rows[i], rows[j]] = [rows[j] as SealedEntry, rows[i] as SealedEntry];
      if (rows.length === 0) return;
    }
    const tampered = renumber ? renumbered(rows) : rows.toSorted((x, y) => x.seq - y.seq);
    if (tampered.length === LENGTH && tampered.every((row, index) => row.hash === journal[index]?.hash)) return;
    const { findings } = await verify(tampered);
    const first = tampered.findIndex((row, index) => row.hash !== journal[index]?.hash);
    const [finding] = findings;
    assert.ok(finding, 'something is found');
    assert.ok(finding.seq <= (first === -1 ? tampered.length : first) + 1, `${finding.kind} ${finding.seq}, changed at row ${first + 1}`);
  }), { numRuns: 500 });
});

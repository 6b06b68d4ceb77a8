/**
 * The emergency log: preallocated slots in which is written what the journal cannot take, by one writer, one record at a time.
 *
 *   E1. Nothing grows: a full disk cannot refuse a record. When the slots are used up, it is said; the older records stay.
 *   E2. The last slots are kept for what is asked for: what merely came of it is refused before them.
 *   E3. A slot that holds anything is never written again until the log is let go, so that no damage destroys evidence.
 *   E4. A reader believes what follows from the record before, from the mark in the head on. What does not is named, and
 *       costs nothing that is proven, before it or after it.
 *   E5. Letting go is one write of the head, kept twice; records left over from before it are known by their number.
 *
 * In the sheet: two slots with the same head, then the slots of records.
 */
import { sha256Hex } from './chain.ts';
import { FIRST_MARK, openEmergency, sealEmergency, SLOT_BYTES, slotOf, slotParts } from './emergency.ts';
import type { EmergencyMark, EmergencyRecord, EmergencyWords } from './emergency.ts';
import { emergencyCauses } from './emergency-errors.ts';
import type { EmergencyCause } from './emergency-errors.ts';
import { reasonOf } from '../base/index.ts';
import { decode, encode, int, record, text } from './shape.ts';

/** Where the slots lie: a file, or memory. */
export interface EmergencySheet {
  readonly bytes: number; // what it takes, all of it allocated before anything is written
  /** The whole of it; undefined where there is none yet. Rejects where it cannot be read. */
  read(): Promise<Uint8Array | undefined>;
  readAt(at: number, length: number): Promise<Uint8Array>;
  /** Allocated in full and durable before it takes the place of what was there, which is kept aside under this name if one is given. */
  make(bytes: Uint8Array, keepAs: string | undefined): Promise<void>;
  /** Durable once it settles. */
  writeAt(at: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export type EmergencyFinding = { readonly cause: EmergencyCause; readonly detail: string };
/** `base`: what was let go already. `end`: the last record that is proven. */
export type EmergencyReading = {
  readonly journal: string; // the journal that the log belongs to, empty where nobody has said
  readonly base: EmergencyMark;
  readonly records: readonly EmergencyRecord[];
  readonly end: EmergencyMark;
  readonly finding: EmergencyFinding | undefined;
};
export type EmergencyKept = { readonly kind: 'kept'; readonly seq: number } | ({ readonly kind: 'refused' } & EmergencyFinding);

type State = EmergencyReading & { readonly turn: number; readonly next: number }; // `next`: the slot for the next record

const HEAD_SLOTS = 2;
const KEPT_FOR_ASKING = 32;
const headShape = record({ turn: int(), journal: text(), baseSeq: int(), baseHash: text() });

export class SlottedLog {
  readonly #sheet: EmergencySheet;
  readonly #slots: number;
  #state: State | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(sheet: EmergencySheet) {
    this.#sheet = sheet;
    this.#slots = sheet.bytes / SLOT_BYTES - HEAD_SLOTS;
  }

  /** Makes the sheet where there is none, so that it is there when it is needed. Says what hinders it. */
  prepare(): Promise<EmergencyFinding | undefined> {
    return this.#inTurn<EmergencyFinding | undefined>(async () => {
      await this.#fresh();
      return undefined;
    }, failed);
  }

  read(): Promise<EmergencyReading> {
    return this.#inTurn<EmergencyReading>(async () => readingOf(await this.#load()), (thrown) => ({ journal: '', base: FIRST_MARK, records: [], end: FIRST_MARK, finding: failed(thrown) }));
  }

  /** Settles once it is durable, or cannot be. */
  append(said: EmergencyWords): Promise<EmergencyKept> {
    return this.#inTurn<EmergencyKept>(() => this.#append(said), (thrown) => ({ kind: 'refused', ...failed(thrown) }));
  }

  /**
   * What is proven up to `mark` has a better place now. Does nothing where more was written meanwhile.
   * @param afresh for a log that is damaged or another journal's: it is kept aside, and a new one begins after `mark`
   */
  letGo(mark: EmergencyMark, journal: string, afresh: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const { turn, end, base, next, finding, journal: before } = await this.#fresh();
      if (afresh) return this.#make({ turn: turn + 1, journal, mark }, next > 0 || finding !== undefined ? `kept-${end.seq}` : undefined);
      if (end.seq !== mark.seq || end.hash !== mark.hash) return;
      if (next === 0 && base.seq === mark.seq && before === journal) return;
      const head = headSlot({ turn: turn + 1, journal, mark });
      this.#state = undefined;
      for (let slot = 0; slot < HEAD_SLOTS; slot += 1) await this.#sheet.writeAt(slot * SLOT_BYTES, head); // E5
      if (next > 0) await this.#sheet.writeAt(HEAD_SLOTS * SLOT_BYTES, new Uint8Array(next * SLOT_BYTES));
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#sheet.close(), () => undefined);
  }

  async #append(said: EmergencyWords): Promise<EmergencyKept> {
    const state = await this.#fresh();
    const isAsked = said.kind !== 'answer' && said.kind !== 'sweep';
    const most = isAsked ? this.#slots : this.#slots - Math.min(KEPT_FOR_ASKING, Math.floor(this.#slots / 2));
    if (state.next >= most) return { kind: 'refused', cause: 'full', detail: `${state.next} of ${this.#slots} slots are used` }; // E1, E2
    const { slot, mark } = sealEmergency(state.end, said);
    this.#state = undefined; // until it is known to be there
    await this.#sheet.writeAt((HEAD_SLOTS + state.next) * SLOT_BYTES, slot);
    const kept = openEmergency(slot);
    this.#state = { ...state, end: mark, next: state.next + 1, records: typeof kept === 'string' ? state.records : [...state.records, kept] };
    return { kind: 'kept', seq: mark.seq };
  }

  /** What was read before, unless somebody else has written since. */
  async #fresh(): Promise<State> {
    const known = this.#state;
    if (known === undefined) return this.#load();
    const head = headIn(await this.#sheet.readAt(0, SLOT_BYTES));
    const slot = known.next < this.#slots ? await this.#sheet.readAt((HEAD_SLOTS + known.next) * SLOT_BYTES, SLOT_BYTES) : undefined;
    return head?.turn === known.turn && (slot === undefined || openEmergency(slot) === 'empty') ? known : this.#load();
  }

  async #load(): Promise<State> {
    const bytes = await this.#sheet.read();
    if (bytes === undefined) {
      await this.#make({ turn: 1, journal: '', mark: FIRST_MARK }, undefined);
      return (this.#state = { journal: '', base: FIRST_MARK, records: [], end: FIRST_MARK, finding: undefined, turn: 1, next: 0 });
    }
    return (this.#state = stateIn(bytes, this.#sheet.bytes));
  }

  async #make(head: Head, keepAs: string | undefined): Promise<void> {
    const bytes = new Uint8Array(this.#sheet.bytes);
    for (let slot = 0; slot < HEAD_SLOTS; slot += 1) bytes.set(headSlot(head), slot * SLOT_BYTES);
    this.#state = undefined;
    await this.#sheet.make(bytes, keepAs);
  }

  /** One at a time, in the order of the calls. */
  #inTurn<T>(run: () => Promise<T>, otherwise?: (thrown: unknown) => T): Promise<T> {
    const result = this.#last.then(run);
    const told = result.catch((thrown: unknown) => {
      this.#state = undefined; // what is there now, only reading tells
      if (otherwise === undefined) throw thrown;
      return otherwise(thrown);
    });
    this.#last = told.catch(() => undefined);
    return told;
  }
}

type Head = { readonly turn: number; readonly journal: string; readonly mark: EmergencyMark };

function headSlot({ turn, journal, mark }: Head): Uint8Array {
  const json = encode(headShape, { turn, journal, baseSeq: mark.seq, baseHash: mark.hash });
  return slotOf(json, sha256Hex(json));
}

function headIn(slot: Uint8Array): Head | undefined {
  const parts = slotParts(slot);
  if (parts === undefined || sha256Hex(parts.json) !== parts.hash) return undefined;
  try {
    const { turn, journal, baseSeq, baseHash } = decode(headShape, parts.json);
    return { turn, journal, mark: { seq: baseSeq, hash: baseHash } };
  } catch {
    return undefined;
  }
}

/** What a sheet tells that should have `whole` bytes. */
export function readEmergencies(bytes: Uint8Array, whole: number): EmergencyReading {
  return readingOf(stateIn(bytes, whole));
}

const readingOf = ({ journal, base, records, end, finding }: State): EmergencyReading => ({ journal, base, records, end, finding });

/** E4 */
function stateIn(bytes: Uint8Array, whole: number): State {
  const slotAt = (slot: number): Uint8Array => bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
  const heads = Array.from({ length: HEAD_SLOTS }, (_, slot) => headIn(slotAt(slot))).filter((head) => head !== undefined);
  const head = heads.toSorted((a, b) => b.turn - a.turn)[0];
  const slots = Array.from({ length: Math.max(0, Math.floor(bytes.length / SLOT_BYTES) - HEAD_SLOTS) }, (_, slot) => openEmergency(slotAt(HEAD_SLOTS + slot)));
  const first = slots.find((slot) => typeof slot !== 'string');
  // Without a head, the first record that proves itself says where the rest begins.
  const base = head?.mark ?? (first === undefined ? FIRST_MARK : { seq: first.seq - 1, hash: first.previous });
  const records: EmergencyRecord[] = [];
  let end = base;
  let next = 0;
  let spoilt: number | undefined;
  let stray: number | undefined;
  for (const [index, slot] of slots.entries()) {
    if (slot === 'empty') continue;
    if (slot === 'spoilt') spoilt ??= index;
    else if (slot.seq <= base.seq) continue; // E5
    else if (slot.seq === end.seq + 1 && slot.previous === end.hash) {
      records.push(slot);
      end = { seq: slot.seq, hash: slot.hash };
    } else stray ??= index;
    next = index + 1; // E3
  }
  const detail = head === undefined ? 'neither half of its head can be read'
    : bytes.length !== whole ? `it has ${bytes.length} bytes of ${whole}`
      : stray !== undefined ? `slot ${stray + 1} holds a record that does not follow from record ${end.seq}`
        : undefined;
  const finding: EmergencyFinding | undefined = detail !== undefined ? { cause: 'broken', detail } : spoilt !== undefined ? { cause: 'torn', detail: `slot ${spoilt + 1} holds no whole record, after record ${end.seq}` } : undefined;
  return { journal: head?.journal ?? '', base, records, end, finding, turn: head?.turn ?? 0, next };
}

const failed = (thrown: unknown): EmergencyFinding => ({ cause: 'failed', detail: reasonOf(thrown) });

/** For people: what is wrong with an emergency log, and what to do. */
export const tellFinding = ({ cause, detail }: EmergencyFinding): string => `${emergencyCauses[cause].title}: ${detail}. ${emergencyCauses[cause].whatToDo}.`;

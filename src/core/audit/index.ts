/**
 * The record in words: one line for each fact, for the log and whoever reads it.
 *
 * Owns the words, how urgent each is, and which order and correlation id a line belongs to. Does not own where lines go, nor
 * when: a line rests on its entry and leaves after it.
 *
 *   A1. A line about an order carries the correlation id under which the order was asked for, whoever caused the fact.
 *   A2. What a line says is in its entry, or in the order as that entry left it. Nothing else is looked at.
 */
export { lineOf } from './line.ts';
export type { Detail, Line, Recorded } from './line.ts';

/** How the format of the record rises, as an entry of the journal. Read by every release there will be: it never gets another version. */
import { defineFact, int, text } from '../../journal/index.ts';

export const formatRaised = defineFact('format.raised', 1, {
  from: int('the format until here'), to: int('the format from here on'), by: text('who'), reason: text('why'),
}, 'From here on the journal may hold what only newer releases read. One that does not read this format refuses to start. It is never lowered.');

export const formatFacts = [formatRaised] as const;

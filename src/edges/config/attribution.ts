/** To whom belongs what a source or a token asks for, and whom its messages may name. */
import { z } from 'zod';

const owner = () => z.string().regex(/^(?!unattributed$|breakwater\.)[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/, 'is no name: a letter or digit first, at most 64 of letters, digits and "._:@-", and neither "unattributed" nor one that begins with "breakwater."').meta({ examples: ['sam'] });

export const attributionSchema = () => z.strictObject({
  trader: owner().optional().describe('Whose decision its orders are. By default its own name.'),
  desk: owner().optional().describe('The desk they belong to. By default `unassigned`.'),
  client: owner().optional().describe('For whom they are. By default `unassigned`.'),
  mayName: z.strictObject({
    trader: z.array(owner()).default([]).describe('Traders.'),
    desk: z.array(owner()).default([]).describe('Desks.'),
    client: z.array(owner()).default([]).describe('Clients.'),
  }).prefault({}).describe('Whom a message may name instead. One that names anybody else is refused, and nothing is sent.'),
}).prefault({}).describe('To whom its orders belong, besides their source and strategy; in every order and its fact. See [signals.md](signals.md#whose-an-order-is).');

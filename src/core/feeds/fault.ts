/** What can be wrong with a price, with the figures that say so. */
export type Fault =
  | { readonly kind: 'cold'; readonly quotes: number; readonly needs: number }
  | { readonly kind: 'stale'; readonly by: 'own time' | 'arrival'; readonly ageMs: number }
  | { readonly kind: 'ahead'; readonly byMs: number }
  | { readonly kind: 'mute'; readonly silentMs: number; readonly usualMs: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'crossed' | 'locked'; readonly bidUnits: bigint; readonly askUnits: bigint }
  | { readonly kind: 'jumped'; readonly fromUnits: bigint; readonly toUnits: bigint }
  | { readonly kind: 'disputed'; readonly against: string; readonly apartPpm: number };

export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'cold': return `cold: ${fault.quotes} of ${fault.needs} quotes since the start`;
    case 'stale': return `stale: ${fault.ageMs} ms old by ${fault.by === 'own time' ? 'its own time' : 'when it came'}`;
    case 'ahead': return `ahead: its time is ${fault.byMs} ms later than ours`;
    case 'mute': return `mute: nothing new for ${fault.silentMs} ms, where ${fault.usualMs} ms are usual`;
    case 'empty': return 'empty: no bid or no ask';
    case 'crossed': return `crossed: bid ${fault.bidUnits}, ask ${fault.askUnits} (units)`;
    case 'locked': return `locked: bid and ask are both ${fault.bidUnits} (units)`;
    case 'jumped': return `jumped: from ${fault.fromUnits} to ${fault.toUnits} (units), and no other source followed`;
    case 'disputed': return `disputed: ${fault.apartPpm} ppm from ${fault.against}`;
  }
}

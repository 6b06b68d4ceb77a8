/** The file of a follower's thread that folds wrongly: it believes that every acknowledged order was cancelled by hand. */
import { followAsThread } from '../../src/cli/life/follower.ts';
import { evolve } from '../../src/core/index.ts';

followAsThread({
  change(world, fact, header) {
    evolve(world, fact, header);
    if (fact.type === 'order.acknowledged') world.counts.set('cancelled by hand', 1);
  },
});

/** The file of the follower's thread. */
import { followAsThread } from './follower.ts';

followAsThread();

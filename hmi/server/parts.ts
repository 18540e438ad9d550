import type { Log } from '#host/log.ts';
import type { Accounts } from '#hmi/accounts/accounts.ts';
import type { EdgeNodes } from '#hmi/server/edge-nodes.ts';
import type { LiveFeed } from '#hmi/server/live-feed.ts';
import type { Metrics } from '#hmi/server/metrics.ts';
import type { Plant } from '#hmi/server/plant.ts';
import type { Database } from '#store/database.ts';
import type { Image } from '#store/evidence/fetch-image.ts';
import type { Role } from '#hmi/roles.ts';

/** What the dashboard server is made of. Opened and closed by the process, not by the server. */
export interface ServerParts {
  readonly database: Database;
  readonly feed: LiveFeed;
  readonly plant: Pick<Plant, 'brokerTrouble' | 'states'>;
  readonly edges: EdgeNodes;
  /** An image that the store keeps, by its digest; null where it does not, or cannot tell now. */
  readonly heldEvidence: (sha256: string) => Promise<Image | null>;
  readonly metrics: Metrics;
  readonly accounts: Accounts;
  /** What anybody may do without signing in; null: nothing. */
  readonly anonymousRole: Role | null;
  /** Token of programs that read; null: none. */
  readonly token: string | null;
  /** Addresses of proxies whose word is taken for the address of who asks. */
  readonly proxies: readonly string[];
  /** Names besides localhost and IP addresses under which browsers may come, in lower case. */
  readonly ownNames: ReadonlySet<string>;
  /** Folder of recipes, whose labels examples are named by. */
  readonly recipeDir: string;
  /** Folder of the built page. */
  readonly pageDir: string;
  readonly now: () => Date;
  readonly log: Log;
}

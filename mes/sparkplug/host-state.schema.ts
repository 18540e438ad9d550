import { z } from 'zod';

/** What a host application says of itself on `spBv1.0/STATE/<host id>`. Hosts may add fields of their own. */
export const hostStateSchema = z.object({
  online: z.boolean(),
  /** Unix ms. */
  timestamp: z.number(),
});

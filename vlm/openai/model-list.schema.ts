import { z } from 'zod';

/** What we read of a server's model list. What tells one set of weights from another differs by server; the rest passes. */
export const modelListSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      /** vLLM: folder or repository of the weights; of an adapter, its path. */
      root: z.string().nullish(),
      /** vLLM: the model that an adapter sits on. */
      parent: z.string().nullish(),
      /** Embedded reviewer. */
      revision: z.string().nullish(),
      /** llama-server: sizes of the weights. */
      meta: z.object({ n_params: z.number().nullish(), size: z.number().nullish() }).nullish(),
    }),
  ),
});

export type ServedModel = z.infer<typeof modelListSchema>['data'][number];

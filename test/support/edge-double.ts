import fastify from 'fastify';
import { digestOf } from '#rules/files/load-recipe.ts';

/** A stand-in for an edge node's HTTP face: answers health and images as the real one does. */
export interface EdgeDouble extends AsyncDisposable {
  readonly url: string;
  readonly images: Map<string, Uint8Array>;
  /** Images that it fails to give; `lock` for the release of its lock. */
  readonly broken: Set<string>;
  /** What /health tells of each component. */
  readonly components: Record<string, { state: string; detail: string; wayOut: string; code?: string }>;
  /** What it runs. */
  readonly recipes: RunningRecipe[];
  /** What it works with. */
  equipment: object;
  /** Who releases what, as sent to /lock/release. */
  readonly releases: unknown[];
  /** Paths that it was asked for, in order. */
  readonly asked: string[];
  /** Whether the station is locked. */
  locked: boolean;
}

const equipmentOfDouble = {
  camera: { url: 'opc.tcp://camera:4840/', security: 'Basic256Sha256', file: null },
  certificates: [
    {
      state: 'own',
      thumbprint: 'ab'.repeat(20),
      subject: 'CN=HairlineEdge',
      validFrom: '2026-11-01T00:00:00.000Z',
      validTo: '2036-11-01T00:00:00.000Z',
    },
  ],
  models: [{ name: 'pcb-pair', version: '1.1.0', sha256: 'd'.repeat(64), card: '# pcb-pair 1.1.0\n\nFinds.' }],
  goldens: [] as { productId: string; viewId: string; sha256: string }[],
  reviewer: {
    url: 'http://gpu-host:8000/v1',
    model: 'inspector-v1',
    profile: 'vllm/qwen2.5',
    prompt: { id: 'inspect-1', sha256: 'e'.repeat(64), text: 'You look at crops.' },
    qualified: null,
    earlier: [],
  },
};

interface RunningRecipe {
  readonly recipeId: string;
  readonly version: string;
  readonly source: 'folder' | 'approved';
  readonly text: string;
}

export async function startEdgeDouble(stationId: string, port = 0): Promise<EdgeDouble> {
  const images = new Map<string, Uint8Array>();
  const broken = new Set<string>();
  const components: EdgeDouble['components'] = { station: { state: 'ok', detail: 'connected', wayOut: '' } };
  const releases: unknown[] = [];
  const asked: string[] = [];
  const face = fastify({ forceCloseConnections: true });
  face.addHook('onRequest', async ({ url }) => void asked.push(url));
  const recipes: RunningRecipe[] = [];
  face.get('/recipes', () => ({
    takesApproved: true,
    approvalNo: 0,
    recipes: recipes.map((one) => ({ ...one, sha256: digestOf(one.text) })),
  }));
  face.get('/equipment', () => double.equipment);
  face.get('/health', () => ({ stationId, state: 'ok', components }));
  face.post('/lock/release', async (request, reply) => {
    if (broken.has('lock')) return reply.code(500).send({});
    if (!double.locked) return reply.code(409).send({ message: 'the station is not locked' });
    double.locked = false;
    releases.push(request.body);
    return { released: { code: 'fail-streak', at: '2026-11-20T06:00:00.000Z', value: 5, limit: 5, detail: '' } };
  });
  face.get('/frames/latest', async (_request, reply) => {
    const latest = [...images.values()].at(-1);
    return latest ? reply.type('image/png').send(Buffer.from(latest)) : reply.code(404).send({});
  });
  face.get<{ Params: { sha256: string } }>('/evidence/:sha256', async (request, reply) => {
    if (broken.has(request.params.sha256)) return reply.code(500).send({});
    const image = images.get(request.params.sha256);
    return image ? reply.type('image/png').send(Buffer.from(image)) : reply.code(404).send({});
  });
  const double: EdgeDouble = {
    url: await face.listen({ host: '127.0.0.1', port }),
    images,
    broken,
    components,
    recipes,
    equipment: equipmentOfDouble,
    releases,
    asked,
    locked: false,
    [Symbol.asyncDispose]: () => face.close(),
  };
  return double;
}

import { FaultError } from '#host/fault.ts';

/** What listens: a server that takes a port or throws EADDRINUSE. */
export interface Listening {
  readonly listen: (address: { readonly host: string; readonly port: number }) => Promise<string>;
}

const portsTried = 20;

/**
 * Listens on a port, or on the next free one above it where it is taken. Returns the port taken; 0 asks for any.
 * @throws FaultError PORT_IN_USE when twenty ports in a row are taken
 */
export async function listenFrom(server: Listening, host: string, firstPort: number): Promise<number> {
  const last = firstPort === 0 ? 0 : Math.min(firstPort + portsTried - 1, 65_535);
  for (let port = firstPort; port <= last; port += 1) {
    const address = await tryListen(server, host, port);
    if (address !== null) return Number(new URL(address).port || 80);
  }
  throw new FaultError('PORT_IN_USE', `the ports ${firstPort} to ${last} are all in use`, {
    place: `HAIRLINE_HTTP_PORT, ${host}`,
    wayOut: 'End the program that holds them, or set HAIRLINE_HTTP_PORT to a free port.',
  });
}

/** The address taken, or null where another program holds the port. */
async function tryListen(server: Listening, host: string, port: number): Promise<string | null> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return null;
    throw error;
  }
}

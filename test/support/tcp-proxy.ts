import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line between client and server that can be cut. */
export interface Proxy extends AsyncDisposable {
  /** The server's URL with the port of the proxy. */
  readonly url: string;
  /** Breaks every connection; new ones pass. */
  readonly cut: () => void;
  /** Sees what the client sends and may cut before it arrives. */
  onData: ((data: Buffer) => 'pass' | 'cut') | null;
}

/** Starts a proxy before the server of an `opc.tcp:` URL. */
export async function startProxy(url: string): Promise<Proxy> {
  const target = new URL(url.replace('opc.tcp:', 'http:'));
  const sockets = new Set<Socket>();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // A cut shows as an error on one side or the other; the close that follows is what counts.
      socket.on('error', () => socket.destroy());
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.pipe(client);
    client.on('data', (data) => (proxy.onData?.(data) === 'cut' ? cut() : upstream.write(data)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: Proxy = {
    url: `opc.tcp://127.0.0.1:${port}`,
    cut,
    onData: null,
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

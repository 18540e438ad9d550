import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { EmbeddedService } from '#line/plant/start-embedded-database.ts';

export interface EmbeddedBrokerOptions {
  /** 0 = any free one. */
  readonly port: number;
}

/** An MQTT 3.1.1 broker in this process, on the loopback interface. It keeps nothing over a restart; nothing relies on it. */
export async function startEmbeddedBroker({ port }: EmbeddedBrokerOptions): Promise<EmbeddedService> {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  return {
    url: `mqtt://127.0.0.1:${given}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => broker.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Aedes } from 'aedes';
import type { AddressInfo } from 'node:net';
import { certificateOf, openPki } from '#edge/opcua/pki.ts';
import { freePort } from '#line/free-port.ts';
import { mosquitto, untilListening, type BrokerKind } from './broker.ts';

/** A broker that speaks TLS only, wants the one certificate it knows, and a password. */
export interface SecuredBroker extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** PEM files. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** A certificate that the broker does not know. */
  readonly stranger: { readonly certificate: string; readonly key: string };
  readonly user: string;
  readonly password: string;
}

const login = { user: 'line1', password: 'a word of its own' };

export async function securedBroker(kind: BrokerKind): Promise<SecuredBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'hairline-tls-'));
  const [own, client, other] = await Promise.all(
    ['broker', 'client', 'stranger'].map((name) => identity(folder, name)),
  );
  if (!own || !client || !other) throw new Error('no certificates');
  const files = { ca: own.certificate, ...client, stranger: other };
  const started = kind === 'Mosquitto' ? await securedMosquitto(folder, own, client) : await securedAedes(own, client);
  return {
    ...files,
    ...login,
    port: started.port,
    url: `mqtts://localhost:${started.port}`,
    [Symbol.asyncDispose]: async () => {
      await started.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Identity {
  readonly certificate: string;
  readonly key: string;
}

interface Started {
  readonly port: number;
  readonly close: () => Promise<void>;
}

async function identity(folder: string, name: string): Promise<Identity> {
  const pki = join(folder, name);
  await openPki(pki, name, new Date(Date.now() - 60_000));
  const certificate = certificateOf(pki);
  return { certificate, key: join(dirname(dirname(certificate)), 'private', 'private_key.pem') };
}

async function securedMosquitto(folder: string, own: Identity, client: Identity): Promise<Started> {
  const port = await freePort();
  const passwords = join(folder, 'passwords');
  await writeFile(passwords, `${login.user}:${login.password}\n`);
  execFileSync('mosquitto_passwd', ['-U', passwords]);
  const settings = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `password_file ${passwords}`,
    `certfile ${own.certificate}`,
    `keyfile ${own.key}`,
    `cafile ${client.certificate}`,
    'require_certificate true',
    'log_dest none',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  const config = join(folder, 'mosquitto.conf');
  await writeFile(config, `${settings.join('\n')}\n`);
  const child = spawn(mosquitto ?? 'mosquitto', ['-c', config], { stdio: 'ignore' });
  await untilListening(port);
  return {
    port,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function securedAedes(own: Identity, client: Identity): Promise<Started> {
  const broker = await Aedes.createBroker({
    authenticate: (_, username, password, done) => {
      const isRight = username === login.user && password?.toString() === login.password;
      // 5: not authorized, the answer of Mosquitto.
      if (isRight) return done(null, true);
      done(Object.assign(new Error('not authorized'), { returnCode: 5 }), false);
    },
  });
  const server = createServer(
    {
      cert: await readFile(own.certificate),
      key: await readFile(own.key),
      ca: await readFile(client.certificate),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (socket) => broker.handle(socket),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      await new Promise<void>((resolve) => broker.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

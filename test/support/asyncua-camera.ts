import { spawn, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A Python with asyncua: HAIRLINE_TEST_PYTHON or python3; null where there is none. */
export function pythonWithAsyncua(): string | null {
  const python = process.env['HAIRLINE_TEST_PYTHON'] ?? 'python3';
  const found = spawnSync(python, ['-c', 'import asyncua'], { stdio: 'ignore' });
  return found.status === 0 ? python : null;
}

/** A camera on asyncua with nodes `Camera.Count`, `Camera.Image`, `Camera.Slot0` to `Slot3`. */
export interface AsyncuaCamera extends AsyncDisposable {
  readonly url: string;
  readonly namespaceIndex: number;
  /** Its certificate, DER. */
  readonly certificateFile: string;
  /** Takes a frame of so many bytes; resolves when it is in the nodes. */
  readonly shoot: (bytes: number) => Promise<void>;
}

export async function startAsyncuaCamera(python: string, folder: string): Promise<AsyncuaCamera> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const child = spawn(python, [join(import.meta.dirname, 'asyncua-camera.py'), String(port), folder], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async (word: string): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true || !value.startsWith(word)) throw new Error(`asyncua says ${JSON.stringify(value)} for ${word}`);
    return value.slice(word.length + 1);
  };
  const namespaceIndex = Number(await said('ready'));
  return {
    url: `opc.tcp://127.0.0.1:${port}`,
    namespaceIndex,
    certificateFile: join(folder, 'asyncua.der'),
    shoot: async (bytes) => {
      child.stdin.write(`shoot ${bytes}\n`);
      await said('shot');
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

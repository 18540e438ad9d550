import { FaultError } from '#host/fault.ts';

/** `release URL --by NAME --reason TEXT`: unlocks a station over the HTTP face of its edge node. */
export async function release(
  url: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
  const answer = await post(`${url.replace(/\/+$/, '')}/lock/release`, { releasedBy: by, reason });
  const { message, released } = (await answer.json().catch(() => ({}))) as {
    message?: string;
    released?: { code: string; at: string };
  };
  if (!answer.ok || !released) {
    throw new FaultError('COMMAND_INVALID', message ?? `the edge node answers ${answer.status}`, {
      place: url,
      wayOut: 'Give the URL of the HTTP face of a locked edge node; GET /lock shows its lock.',
    });
  }
  process.stdout.write(`released by ${by}: ${released.code}, locked since ${released.at}\n`);
}

async function post(url: string, body: object): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new FaultError('COMMAND_INVALID', 'the edge node does not answer', {
      place: url,
      wayOut: 'Give the URL of its HTTP face; the log says it at the start.',
      cause,
    });
  }
}

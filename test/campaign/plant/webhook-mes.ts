import { createServer, type Server } from 'node:http';
import { freePort } from '#line/free-port.ts';
import { reportSchema } from '#mes/report.schema.ts';
import { keyOfSecret, signBody } from '#mes/webhook/sign.ts';

/** An MES behind a webhook that is down until it is opened; counts each report once, by its id. */
export interface WebhookMes extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  readonly open: () => Promise<void>;
  /** Numbers of the reports in the order in which each came first. */
  readonly reportNos: () => readonly number[];
  /** Requests with a valid signature, repetitions too. */
  readonly arrivals: () => number;
  /** Requests whose signature is not that of the secret. */
  readonly forged: () => number;
}

export async function createWebhookMes(): Promise<WebhookMes> {
  const port = await freePort();
  const secret = 'a campaign has no secrets from itself';
  const key = keyOfSecret(secret);
  const seen = new Set<string>();
  const reportNos: number[] = [];
  let [arrivals, forged] = [0, 0];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const signed = signBody(key, header('webhook-id'), body, Number(header('webhook-timestamp')));
      const genuine = signed['webhook-signature'] === header('webhook-signature');
      if (genuine) take(body);
      else forged += 1;
      response.writeHead(genuine ? 204 : 401).end();
    });
    const header = (name: string): string => String(request.headers[name]);
  });
  const take = (body: string): void => {
    arrivals += 1;
    const { reportId, reportNo } = reportSchema.parse(JSON.parse(body));
    if (seen.has(reportId)) return;
    seen.add(reportId);
    reportNos.push(reportNo);
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    secret,
    open: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    reportNos: () => reportNos,
    arrivals: () => arrivals,
    forged: () => forged,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { DatabaseSync, StatementSync, type StatementResultingChanges } from 'node:sqlite';
import {
  OPCUAClient,
  type CallMethodRequestLike,
  type CallMethodResult,
  type ClientSession,
  type StatusCode,
  type WriteValueOptions,
} from 'node-opcua';
import { stationNodes } from '#edge/opcua/station-nodes.ts';
import { dieAt } from './death-steps.ts';

// Loaded before an edge node (`node --import`) and its workers: watches what the process does to its disk and to the
// station, from outside of its code, and lets it die in the middle.

const runStatement = StatementSync.prototype.run;
StatementSync.prototype.run = function (this: StatementSync, ...values: never[]) {
  const begins = this.sourceSQL.startsWith('INSERT INTO inspection');
  if (begins) dieAt('before it began on disk');
  decides = this.sourceSQL.startsWith('INSERT INTO message') || (decides && !begins);
  const done = Reflect.apply(runStatement, this, values) as StatementResultingChanges;
  if (begins) dieAt('begun on disk');
  if (this.sourceSQL.startsWith('UPDATE inspection SET given_at')) dieAt('noted as given');
  return done;
};

/** Whether the transaction that is open holds a verdict. */
let decides = false;
const execute = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
  const commits = sql === 'COMMIT' && decides;
  if (commits) dieAt('before the verdict on disk');
  execute.call(this, sql);
  if (!commits) return;
  decides = false;
  dieAt('verdict on disk');
};

const create = OPCUAClient.create.bind(OPCUAClient);
OPCUAClient.create = (options) => {
  const client = create(options);
  const createSession = client.createSession.bind(client) as (user: never) => Promise<ClientSession>;
  const watching = { createSession: async (user: never) => watched(await createSession(user)) };
  return Object.assign(client, watching);
};

function watched(session: ClientSession): ClientSession {
  const call = session.call.bind(session) as (request: CallMethodRequestLike) => Promise<CallMethodResult>;
  const write = session.write.bind(session) as (nodes: WriteValueOptions[]) => Promise<StatusCode[]>;
  const watching = {
    call: async (request: CallMethodRequestLike) => {
      const answer = await call(request);
      if (isNode(request.methodId, 'openTriggers')) dieAt('ledger read');
      if (isNode(request.methodId, 'nextFrame') && answer.outputArguments?.length === 4) dieAt('frame taken');
      return answer;
    },
    write: async (nodes: WriteValueOptions[]) => {
      const ready = nodes.find(({ nodeId }) => isNode(nodeId, 'resultReady'))?.value?.value?.value as unknown;
      const data = nodes.some(({ nodeId }) => isNode(nodeId, 'resultInspectionId'));
      if (data) dieAt('before the data');
      if (ready === true) dieAt('before ready');
      if (ready === false) dieAt('acknowledged');
      const answer = await write(nodes);
      if (data) dieAt('data written');
      if (ready === true) dieAt('ready written');
      if (ready === false) dieAt('let go');
      return answer;
    },
  };
  return Object.assign(session, watching);
}

function isNode(nodeId: unknown, node: keyof typeof stationNodes): boolean {
  return String(nodeId).endsWith(`s=${stationNodes[node]}`);
}

import type { InspectionMessage, RecipesMessage, StateMessage } from '#edge/messages.schema.ts';

/** Retained: the store holds every message of this stream up to and including `sequence`, committed. */
export interface MarkMessage {
  readonly schemaVersion: 1;
  readonly stationId: string;
  readonly streamId: string;
  readonly sequence: number;
}

/** Notice after commit, for live screens; never retained. */
export interface StoredMessage {
  readonly schemaVersion: 1;
  readonly stationId: string;
  readonly inspectionId: string;
  readonly storedAt: string;
}

/** Every topic below `hairline/v1/<site>/<line>/<station>/` and what travels on it. All at QoS 1. */
export interface TopicPayloads {
  readonly inspection: InspectionMessage;
  readonly state: StateMessage;
  readonly mark: MarkMessage;
  readonly stored: StoredMessage;
  readonly recipes: RecipesMessage;
}

export type TopicName = keyof TopicPayloads;

/** Where a station lies in the plant; each part is one topic level: letters, digits, `-`, `_`. */
export interface StationPath {
  readonly site: string;
  readonly line: string;
  readonly station: string;
}

/** Topic of one kind of message of one station. */
export function topicOf(path: StationPath, name: TopicName): string {
  return `hairline/v1/${path.site}/${path.line}/${path.station}/${name}`;
}

/** Filter for one kind of message of every station. */
export function topicFilter(name: TopicName): string {
  return `hairline/v1/+/+/+/${name}`;
}

/** Reads site, line, station and name back out of a topic; null for a topic that is not ours. */
export function parseTopic(topic: string): { path: StationPath; name: string } | null {
  const [root, version, site, line, station, name, ...rest] = topic.split('/');
  if (root !== 'hairline' || version !== 'v1' || rest.length > 0) return null;
  if (!site || !line || !station || !name) return null;
  return { path: { site, line, station }, name };
}

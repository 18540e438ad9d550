/** Names under which an edge node is known; no `/`, `+` or `#` in them. */
export interface SparkplugIds {
  readonly group: string;
  readonly node: string;
  /** Primary host whose presence is waited for; null: data is sent whoever listens. */
  readonly host: string | null;
}

type NodeMessage = 'NBIRTH' | 'NDEATH' | 'NCMD';
type DeviceMessage = 'DBIRTH' | 'DDATA' | 'DDEATH' | 'DCMD';

/** Topic of a message of the edge node itself. */
export function nodeTopic({ group, node }: SparkplugIds, message: NodeMessage): string {
  return `spBv1.0/${group}/${message}/${node}`;
}

/** Topic of a message of a device; `+` for that of every device. */
export function deviceTopic({ group, node }: SparkplugIds, message: DeviceMessage, device: string): string {
  return `spBv1.0/${group}/${message}/${node}/${device}`;
}

/** Topic on which a host says whether it is there. */
export function stateTopic(host: string): string {
  return `spBv1.0/STATE/${host}`;
}

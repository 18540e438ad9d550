/**
 * Every error a person may meet has a code, says where it happened and names the way out.
 * docs/errors.md lists the same codes; a test pins the two to each other both ways.
 */
export const faultCodes = {
  CONFIG_INVALID: 'a setting has a value that cannot be used',
  CONFIG_UNKNOWN_KEY: 'a setting that nothing reads: a typing error would otherwise be ignored',
  PORT_IN_USE: 'another program listens on the port',
  DATA_DIR_LOCKED: 'another Hairline process uses the data folder',
  DATABASE_UNREACHABLE: 'the database does not answer',
  DATABASE_SCHEMA_MISMATCH: 'the database has other tables than this version expects',
  BROKER_UNREACHABLE: 'the MQTT broker does not answer',
  STATION_UNREACHABLE: 'the OPC UA server of the station does not answer',
  STATION_PROTOCOL: 'the OPC UA server of the station lacks a node or answers in another form',
  STATION_UNTRUSTED: 'the station shows a certificate that nobody trusted yet',
  STATION_TRUST_REFUSED: 'the station does not trust this edge node',
  STATION_CERTIFICATE_EXPIRED: 'the certificate of the station or of this edge node has run out',
  STATION_LOGIN_REFUSED: 'the station does not know the user or the password',
  CERTIFICATE_NOT_FOUND: 'a certificate that is named is not in the folder',
  MODEL_MISSING: 'a model file is not there',
  MODEL_MANIFEST_INVALID: 'a manifest has a key or value that cannot be used',
  MODEL_DIGEST_MISMATCH: 'a model file is not the one its manifest describes',
  MODEL_LAYOUT_MISMATCH: 'a model has other inputs or outputs than its manifest says',
  MODEL_TILE_MISMATCH: 'a model was trained at another tile size than the one asked for',
  DETECTOR_ENDED: 'a thread in which frames are looked at ended or did not answer any more',
  RECIPE_INVALID: 'a recipe breaks its schema or contradicts itself',
  GOLDEN_INVALID: 'a golden sample is missing, expired or not the approved one',
  FRAME_UNREADABLE: 'image bytes that no decoder reads',
  FRAME_UNSUPPORTED: 'an image of a kind that is not inspected',
  IMAGES_NOT_FOUND: 'a folder holds no image that can be shown',
  COCO_INVALID: 'a COCO file breaks the format',
  EXAMPLES_LEAK: 'an export of examples has the same part or image on both sides of its split',
  PROMPT_INVALID: 'a prompt file of the reviewer is missing or lacks a section',
  REVIEWER_REFUSED: 'a reviewer may not be asked about parts',
  SERVICE_FILE_INVALID: 'the file that says which reviewer is in service cannot be used',
  ENGINE_UNAVAILABLE: 'the engine of the embedded reviewer does not run on this machine',
  PROCESS_ENDED: 'a process of the line ended before it served',
  COMMAND_INVALID: 'a command line that cannot be understood',
} as const;

/** Code of a fault; each is documented in docs/errors.md. */
export type FaultCode = keyof typeof faultCodes;

/** Where a fault happened and what to do about it. */
export interface FaultDetails {
  /** File, line, key, URL or node where the fault lies. */
  readonly place: string;
  /** What a person does next, as an imperative sentence. */
  readonly wayOut: string;
  readonly cause?: unknown;
}

/** An unexpected condition with a code. Expected outcomes are data, not faults. */
export class FaultError extends Error {
  readonly code: FaultCode;
  readonly place: string;
  readonly wayOut: string;

  constructor(code: FaultCode, message: string, details: FaultDetails) {
    super(message, { cause: details.cause });
    this.name = 'FaultError';
    this.code = code;
    this.place = details.place;
    this.wayOut = details.wayOut;
  }
}

/** One line a person can act on, e.g. for standard error. */
export function describeFault(fault: FaultError): string {
  return `${fault.code}: ${fault.message} (${fault.place}). ${fault.wayOut}`;
}

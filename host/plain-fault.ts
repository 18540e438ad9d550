import { FaultError, type FaultCode } from '#host/fault.ts';

/** A fault as it passes from thread to thread, where errors lose their class. */
export interface PlainFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly place: string;
  readonly wayOut: string;
}

/** The fault without its cause, which stays where it was thrown. */
export function plainFault({ code, message, place, wayOut }: FaultError): PlainFault {
  return { code, message, place, wayOut };
}

/** The fault as an error again. */
export function faultOf({ code, message, place, wayOut }: PlainFault): FaultError {
  return new FaultError(code, message, { place, wayOut });
}

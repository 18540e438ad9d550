/** What the PLC reads in one cycle: the inputs of its process image. docs/opcua.md says what each means. */
export interface PlcInputs {
  readonly edgeHeartbeat: number;
  readonly edgeReady: boolean;
  readonly edgeError: boolean;
  readonly edgeLocked: boolean;
  readonly edgeDeadlineMs: number;
  readonly edgeRecipeId: string;
  readonly edgeRecipeDone: boolean;
  readonly edgeRecipeRefusal: string;
  readonly triggerTaken: boolean;
  readonly triggerEpoch: string;
  readonly triggerNo: number;
  readonly triggerSerial: string;
  readonly resultReady: boolean;
  readonly resultRefusal: string;
  readonly resultSequence: number;
  readonly resultEpoch: string;
  readonly resultTriggerNo: number;
  readonly resultSerial: string;
  readonly resultInspectionId: string;
  readonly resultVerdict: number;
  readonly resultOk: boolean;
  readonly resultNg: boolean;
}

/** What the PLC writes at the end of a cycle. */
export interface PlcOutputs {
  readonly plcHeartbeat: number;
  readonly plcRecipeId: string;
  readonly plcRecipeRequest: boolean;
  readonly triggerChallenge: boolean;
  readonly triggerRequest: boolean;
  readonly resultPlcAck: boolean;
}

/** A part on its way from the camera to the gate. */
export interface PartOnTheWay {
  readonly epoch: string;
  readonly triggerNo: number;
  readonly serial: string;
  /** True for a known bad part: the gate never opens for it. */
  readonly challenge: boolean;
  /** Clock of the PLC at which the picture was asked for, and at which the part is NG without an OK. */
  readonly askedMs: number;
  readonly deadlineMs: number;
}

/** What the gate did with a part, and why. `result` is the one it went by; null where none came in time. */
export interface GateMove {
  readonly part: PartOnTheWay;
  readonly gate: 'ok' | 'ng';
  readonly why: 'ok' | 'ng' | 'no-call' | 'deadline' | 'error' | 'contradiction' | 'challenge';
  readonly atMs: number;
  readonly sequence: number | null;
  readonly inspectionId: string;
}

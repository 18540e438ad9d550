/** Namespace of a station's nodes; its index differs from server to server. */
export const stationNamespace = 'urn:hairline:station';

/** String identifiers of the station's nodes; docs/opcua.md says what each means, pinned both ways by a test. */
export const stationNodes = {
  camera: 'Camera',
  cameraEpoch: 'Camera.Epoch',
  cameraFrameId: 'Camera.FrameId',
  nextFrame: 'Camera.NextFrame',
  getFrame: 'Camera.GetFrame',
  ledger: 'Ledger',
  openTriggers: 'Ledger.OpenTriggers',
  result: 'Result',
  resultSequence: 'Result.Sequence',
  resultEpoch: 'Result.Epoch',
  resultTriggerNo: 'Result.TriggerNo',
  resultSerial: 'Result.Serial',
  resultInspectionId: 'Result.InspectionId',
  resultVerdict: 'Result.Verdict',
  resultOk: 'Result.Ok',
  resultNg: 'Result.Ng',
  resultReady: 'Result.Ready',
  resultAck: 'Result.Ack',
  resultRefusal: 'Result.Refusal',
  resultPlcAck: 'Result.PlcAck',
  trigger: 'Trigger',
  triggerRequest: 'Trigger.Request',
  triggerChallenge: 'Trigger.Challenge',
  triggerEpoch: 'Trigger.Epoch',
  triggerNo: 'Trigger.No',
  triggerSerial: 'Trigger.Serial',
  triggerTaken: 'Trigger.Taken',
  edge: 'Edge',
  edgeHeartbeat: 'Edge.Heartbeat',
  edgeReady: 'Edge.Ready',
  edgeBusy: 'Edge.Busy',
  edgeError: 'Edge.Error',
  edgeErrorText: 'Edge.ErrorText',
  edgeLocked: 'Edge.Locked',
  edgeLockCode: 'Edge.LockCode',
  edgeDeadlineMs: 'Edge.DeadlineMs',
  edgeRecipeId: 'Edge.RecipeId',
  edgeRecipeDone: 'Edge.RecipeDone',
  edgeRecipeRefusal: 'Edge.RecipeRefusal',
  plc: 'Plc',
  plcHeartbeat: 'Plc.Heartbeat',
  plcRecipeId: 'Plc.RecipeId',
  plcRecipeRequest: 'Plc.RecipeRequest',
} as const;

export type StationNode = keyof typeof stationNodes;

/** Verdicts as numbers on the wire. A no call is not OK. */
export const wireVerdicts = { pass: 1, fail: 2, undecided: 3 } as const;

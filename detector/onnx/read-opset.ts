/**
 * The opset of the default operator domain of an ONNX file, or null where there is none. Reads only the top level of the
 * protobuf message ModelProto: field 8 is opset_import, in it field 1 the domain and field 2 the version.
 */
export function readOpset(bytes: Uint8Array): number | null {
  for (const field of fields(bytes)) {
    if (field.number !== 8 || typeof field.value === 'number') continue;
    let domain = '';
    let version = 0;
    for (const part of fields(field.value)) {
      if (part.number === 1 && typeof part.value !== 'number') domain = new TextDecoder().decode(part.value);
      if (part.number === 2 && typeof part.value === 'number') version = part.value;
    }
    if (domain === '' || domain === 'ai.onnx') return version;
  }
  return null;
}

interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; at < bytes.length; shift *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 127) * shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key & 7;
    const number = Math.floor(key / 8);
    if (kind === 0) yield { number, value: varint() };
    else if (kind === 2) {
      const length = varint();
      yield { number, value: bytes.subarray(at, at + length) };
      at += length;
    } else at += kind === 1 ? 8 : 4;
  }
}

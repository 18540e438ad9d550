import { BinaryStream, setDebugLogger, setErrorLogger, setWarningLogger } from 'node-opcua';

/** Security of the channel between edge node and station; all but None sign and encrypt. */
export const stationSecurities = ['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

export type StationSecurity = (typeof stationSecurities)[number];

/** Largest image on the wire in bytes; a larger one would make the reader wait until its timeout, without an error. */
export const maxImageBytes = 64 * 1024 * 1024;

/**
 * Limits that let a frame of `maxImageBytes` through. Chunks of 512 KiB are 1.4 times faster than of 64 KiB when encrypted;
 * those of 2 to 32 MiB spare a copy and still take up to twice the time, because nobody reads a chunk before it is whole.
 */
export const frameTransport = {
  maxMessageSize: 128 * 1024 * 1024,
  maxChunkCount: 16_384,
  receiveBufferSize: 512 * 1024,
  sendBufferSize: 512 * 1024,
} as const;

/**
 * Sets what node-opcua keeps once for a whole process or worker: the limit for images, and where its own notes go.
 * They go to `note` in place of the console: what matters arrives as an error or a status code anyway.
 */
export function prepareOpcua(note: (text: string) => void): void {
  BinaryStream.maxByteStringLength = maxImageBytes;
  const print = (...words: readonly unknown[]): void => note(words.map(String).join(' '));
  setDebugLogger(print);
  setWarningLogger(print);
  setErrorLogger(print);
}

import type { Dialect } from '#vlm/profiles.ts';

/** What a person changes on the server for each thing that a handshake finds wrong. */
export interface Flags {
  readonly name: string;
  readonly resizing: string;
  readonly schema: string;
}

/** Flags by server; docs/gpu-host.md explains them. */
export const flags: Readonly<Record<Dialect, Flags>> = {
  vllm: {
    name: 'Start vLLM with --served-model-name, or set HAIRLINE_VLM_MODEL to a name it offers.',
    resizing: 'Start vLLM with --mm-processor-kwargs={"min_pixels":3136,"max_pixels":1605632}.',
    schema: 'Start vLLM 0.12 or newer with --structured-outputs-config.backend=xgrammar.',
  },
  'llama-server': {
    name: 'Start llama-server with --alias, or set HAIRLINE_VLM_MODEL to the name it offers.',
    resizing: 'Start llama-server without --image-min-tokens and --image-max-tokens.',
    schema: 'Use a llama-server that keeps response_format json_schema, started without --grammar and with --mmproj.',
  },
  embedded: {
    name: 'Set HAIRLINE_VLM_MODEL to the name that the embedded reviewer tells when it starts.',
    resizing: 'Start the embedded reviewer of this version: npm start without HAIRLINE_VLM_BASE_URL.',
    schema: 'Start the embedded reviewer of this version: npm start without HAIRLINE_VLM_BASE_URL.',
  },
};

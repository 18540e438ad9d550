import { z } from 'zod';
import { readPem } from '#host/read-pem.ts';

/** How a process reaches the MQTT broker. The schema takes these as its first keys, and `wholeBrokerLogin` as a refinement. */
export const brokerSettings = {
  HAIRLINE_MQTT_URL: z.url({ protocol: /^(mqtts?|wss?)$/, error: 'must be an URL like mqtt://host:1883' }),
  HAIRLINE_MQTT_USER: z.string().optional(),
  HAIRLINE_MQTT_PASSWORD: z.string().optional(),
  HAIRLINE_MQTT_CA: readPem.optional(),
  HAIRLINE_MQTT_CERTIFICATE: readPem.optional(),
  HAIRLINE_MQTT_KEY: readPem.optional(),
};

/** What the keys of `brokerSettings` say, read. */
export interface BrokerSettings {
  readonly HAIRLINE_MQTT_URL?: string | undefined;
  readonly HAIRLINE_MQTT_USER?: string | undefined;
  readonly HAIRLINE_MQTT_PASSWORD?: string | undefined;
  readonly HAIRLINE_MQTT_CA?: string | undefined;
  readonly HAIRLINE_MQTT_CERTIFICATE?: string | undefined;
  readonly HAIRLINE_MQTT_KEY?: string | undefined;
}

/** Where the broker is and who asks to be let in. */
export interface BrokerAddress {
  readonly url: string;
  /** Named as the MQTT library and Node's TLS name them; PEM texts. */
  readonly login: {
    readonly username?: string;
    readonly password?: string;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  };
}

const login = [
  'HAIRLINE_MQTT_USER',
  'HAIRLINE_MQTT_PASSWORD',
  'HAIRLINE_MQTT_CA',
  'HAIRLINE_MQTT_CERTIFICATE',
] as const;
const tlsOnly = ['HAIRLINE_MQTT_CA', 'HAIRLINE_MQTT_CERTIFICATE', 'HAIRLINE_MQTT_KEY'] as const;

/** Each setting with the one that it is nothing without: half a login would let nobody in, or somebody else. */
const pairs = [
  ['HAIRLINE_MQTT_CERTIFICATE', 'HAIRLINE_MQTT_KEY'],
  ['HAIRLINE_MQTT_KEY', 'HAIRLINE_MQTT_CERTIFICATE'],
  ['HAIRLINE_MQTT_PASSWORD', 'HAIRLINE_MQTT_USER'],
] as const;

/** Reports each half of a login, and each setting of TLS beside an address without it. */
export function wholeBrokerLogin(settings: BrokerSettings, context: z.RefinementCtx): void {
  const fault = (key: keyof BrokerSettings, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  const url = settings.HAIRLINE_MQTT_URL;
  const isSet = (key: keyof BrokerSettings): boolean => settings[key] !== undefined;
  for (const [key, needed] of pairs.filter(([one, other]) => isSet(one) && !isSet(other))) {
    fault(needed, `has to be set too, as ${key} is`);
  }
  if (url === undefined) {
    for (const key of login.filter(isSet)) fault(key, 'goes with HAIRLINE_MQTT_URL: the embedded broker asks nobody');
    return;
  }
  // An address that is none is told as such already.
  if (!URL.canParse(url)) return;
  const { protocol, username } = new URL(url);
  const isPlain = protocol === 'mqtt:' || protocol === 'ws:';
  for (const key of isPlain ? tlsOnly.filter(isSet) : []) {
    fault(key, `goes with an address that begins with mqtts:, not ${protocol}`);
  }
  if (username !== '' && isSet('HAIRLINE_MQTT_USER'))
    fault('HAIRLINE_MQTT_USER', 'HAIRLINE_MQTT_URL names a user already');
}

/** The address and login that settings say. */
export function brokerAddress(settings: BrokerSettings & { readonly HAIRLINE_MQTT_URL: string }): BrokerAddress {
  const given = {
    username: settings.HAIRLINE_MQTT_USER,
    password: settings.HAIRLINE_MQTT_PASSWORD,
    ca: settings.HAIRLINE_MQTT_CA,
    cert: settings.HAIRLINE_MQTT_CERTIFICATE,
    key: settings.HAIRLINE_MQTT_KEY,
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { url: settings.HAIRLINE_MQTT_URL, login: set };
}

import { X509Certificate } from 'node:crypto';
import { UserTokenType, type UserIdentityInfo } from 'node-opcua';

/** Who logs in to a station: by name, or by certificate and key, both as PEM text. */
export type StationUser =
  | { readonly kind: 'name'; readonly name: string; readonly password: string }
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key: string };

/** The user as node-opcua wants it; undefined logs in nobody in particular. */
export function identityOf(user: StationUser | undefined): UserIdentityInfo {
  if (user === undefined) return { type: UserTokenType.Anonymous };
  if (user.kind === 'name') return { type: UserTokenType.UserName, userName: user.name, password: user.password };
  return {
    type: UserTokenType.Certificate,
    certificateData: new X509Certificate(user.certificate).raw,
    privateKey: user.key,
  };
}

/** The user in a message. */
export function nameOf(user: StationUser | undefined): string {
  if (user === undefined) return 'a user without a name';
  return user.kind === 'name' ? `user ${user.name}` : 'the X.509 user';
}

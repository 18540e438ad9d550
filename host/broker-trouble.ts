const notLetIn = new Set([4, 5]);

/**
 * What a person does about an error of the MQTT client. Sources: return codes of CONNACK, MQTT 3.1.1 section 3.2.2.3;
 * names of certificate errors, Node's TLS (X509_V_ERR without the prefix).
 */
export function brokerWayOut(error: Error & { readonly code?: string | number }): string {
  const { code } = error;
  if (typeof code === 'number' && notLetIn.has(code)) {
    return 'The broker does not let this login in: correct HAIRLINE_MQTT_USER and HAIRLINE_MQTT_PASSWORD, or the certificate in HAIRLINE_MQTT_CERTIFICATE.';
  }
  if (typeof code !== 'string') return startIt;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'The certificate of the broker is for another name: write HAIRLINE_MQTT_URL with the name in its certificate.';
  }
  if (code === 'CERT_HAS_EXPIRED') return 'The certificate of the broker has expired: give the broker a new one.';
  if (/CERT|ISSUER|SIGNATURE/.test(code) && !code.startsWith('ERR_SSL_')) {
    return 'Nobody vouches for the certificate of the broker: name the PEM file of its authority in HAIRLINE_MQTT_CA.';
  }
  if (code.startsWith('ERR_SSL_')) {
    return 'The broker ends the TLS handshake: if it asks for a certificate of its clients, set HAIRLINE_MQTT_CERTIFICATE and HAIRLINE_MQTT_KEY; if it speaks no TLS on this port, write mqtt:// in HAIRLINE_MQTT_URL.';
  }
  return startIt;
}

const startIt = 'Start the broker or correct HAIRLINE_MQTT_URL.';

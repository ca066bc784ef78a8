import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

const DAY_MS = 86_400_000;

export interface Certified {
  key: string;
  cert: string;
}

function keys(): { key: string; privateKey: forge.pki.rsa.PrivateKey; publicKey: forge.pki.rsa.PublicKey } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    key: privateKey,
    privateKey: forge.pki.privateKeyFromPem(privateKey),
    publicKey: forge.pki.publicKeyFromPem(publicKey) as forge.pki.rsa.PublicKey,
  };
}

/** An authority of its own, as agencies have, that nobody trusts until they are told to. */
export class Authority {
  private readonly own = keys();
  private readonly name = [{ name: 'commonName', value: 'An authority of an agency' }];
  readonly cert: string;

  constructor() {
    this.cert = this.signed(this.own.publicKey, this.name, [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true },
    ]);
  }

  /** @param days until its end; negative where it ended so long ago */
  certify(host: string, days = 1): Certified {
    const { key, publicKey } = keys();
    const subject = [{ name: 'commonName', value: host }];
    const names = [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }];
    return { key, cert: this.signed(publicKey, subject, names, days) };
  }

  private signed(
    publicKey: forge.pki.rsa.PublicKey,
    subject: forge.pki.CertificateField[],
    extensions: object[],
    days = 1,
  ): string {
    const cert = forge.pki.createCertificate();
    cert.publicKey = publicKey;
    cert.serialNumber = `00${randomBytes(8).toString('hex')}`;
    const end = Date.now() + days * DAY_MS;
    cert.validity.notBefore = new Date(end - 2 * DAY_MS);
    cert.validity.notAfter = new Date(end);
    cert.setSubject(subject);
    cert.setIssuer(this.name);
    cert.setExtensions(extensions);
    cert.sign(this.own.privateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(cert);
  }
}

/** An endpoint with a certificate, which takes whatever is posted. */
export async function endpointWith(certified: Certified): Promise<{ server: Server; port: number; taken: string[] }> {
  const taken: string[] = [];
  const server = createServer(certified, (request, response) => {
    request.setEncoding('utf8').on('data', (part: string) => taken.push(part));
    request.on('end', () => response.writeHead(204).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, taken };
}

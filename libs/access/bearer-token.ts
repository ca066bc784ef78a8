/** The token of a header of authorisation, or undefined where it holds none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\w~+/.=-]+)$/i.exec(authorization ?? '')?.[1];
}

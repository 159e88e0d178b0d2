/** The precondition that a row has not changed since it was read: the server's ETag of a version (RFC 9110, 8.8.3). */
export function etag(version: number): string {
  return `"${version}"`;
}

/**
 * Where a request goes. Two forms: `http://host:port/route` (also https, ws, wss), and for a socket in the file system
 * `unix:/path/to/socket:/route` (for WebSockets `ws+unix:…`). The route begins at the first ":/" after the socket's path.
 */
export type Address = {
  readonly authority: string; // "host:port", or "unix:/path/to/socket"
  readonly socketPath: string | undefined;
  readonly secure: boolean;
  readonly route: string; // path and query, as they go on the wire
};

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' };

/** Undefined for anything that is not such an address. */
export function parseAddress(url: string): Address | undefined {
  const unix = /^(?:ws\+)?unix:(\/.*?)(?::(\/.*)?)?$/.exec(url);
  if (unix !== null) {
    const [, socketPath = '', route = '/'] = unix;
    return { authority: `unix:${socketPath}`, socketPath, secure: false, route };
  }
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const defaultPort = defaultPorts[protocol];
  if (defaultPort === undefined || hostname === '') return undefined;
  return { authority: `${hostname}:${port === '' ? defaultPort : port}`, socketPath: undefined, secure: defaultPort === '443', route: pathname + search };
}

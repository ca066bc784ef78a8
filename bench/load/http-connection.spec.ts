import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpConnection } from './http-connection.js';

describe('the connection that sends the load', () => {
  let server: Server;
  let port: number;
  const connections = new Set<unknown>();

  beforeAll(async () => {
    server = createServer((request, response) => {
      connections.add(request.socket);
      const body: Buffer[] = [];
      request.on('data', (chunk: Buffer) => body.push(chunk));
      request.on('end', () => {
        const answer = `${request.url ?? ''} ${Buffer.concat(body).toString()}`;
        if (request.url === '/length') response.setHeader('Content-Length', Buffer.byteLength(answer));
        response.statusCode = request.url === '/refused' ? 409 : 201;
        response.write(answer.slice(0, 5));
        response.end(answer.slice(5));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const request = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  it('reads answers of both forms, one after the other over the same connection', async () => {
    const connection = await HttpConnection.open(port);
    const long = 'ä'.repeat(200_000);
    expect(await connection.send(request('/length', 'one'))).toEqual({ status: 201, body: '/length one' });
    expect(await connection.send(request('/chunked', long))).toEqual({ status: 201, body: `/chunked ${long}` });
    expect(await connection.send(request('/refused', ''))).toEqual({ status: 409, body: '/refused ' });
    expect(connections.size).toBe(1);
    connection.close();
  });

  it('fails when the server goes away, and does not wait for ever', async () => {
    const connection = await HttpConnection.open(port);
    await connection.send(request('/length', ''));
    server.closeAllConnections();
    await expect(connection.send(request('/length', ''))).rejects.toThrow();
  });
});

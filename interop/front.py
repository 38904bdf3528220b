"""Challonge's published address, as clients see it whose address cannot be changed: a proxy of the test
leads from there to the server, with a certificate of the test's own authority."""

import contextlib
import datetime
import pathlib
import socket
import ssl
import threading
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "api.challonge.com"


def certificate(name, key, issuer, issuer_key, authority):
    now = datetime.datetime.now(datetime.timezone.utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(names, critical=False).add_extension(usage, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Front:
    """Takes `CONNECT api.challonge.com:443` and nothing else, and hands on what comes within."""

    def __init__(self, url, folder):
        server = urlsplit(url)
        self.server = (server.hostname, server.port)
        authority_key, own_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        authority = certificate("Interop authority", authority_key, None, authority_key, True)
        own = certificate(HOST, own_key, authority.subject, authority_key, False)
        pem = serialization.Encoding.PEM
        self.authority = pathlib.Path(folder) / "authority.pem"
        self.authority.write_bytes(authority.public_bytes(pem))
        chain = pathlib.Path(folder) / "front.pem"
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        chain.write_bytes(own_key.private_bytes(pem, form, plain) + own.public_bytes(pem))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(chain)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.refused = []
        threading.Thread(target=self._serve, daemon=True).start()

    def environment(self):
        """What leads a client here: Python's and Rust's read the same names."""
        proxy = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        authority = str(self.authority)
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": "",
            "no_proxy": "",
            "SSL_CERT_FILE": authority,
            "REQUESTS_CA_BUNDLE": authority,
        }

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connection, args=(connection,), daemon=True).start()

    def _connection(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(4096)
            if not more:
                return connection.close()
            head += more
        if not head.startswith(f"CONNECT {HOST}:443 ".encode()):
            self.refused.append(head.split(b"\r\n")[0].decode())
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            return connection.close()
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            client = self.context.wrap_socket(connection, server_side=True)
        except OSError as error:
            self.refused.append(str(error))
            return connection.close()
        server = socket.create_connection(self.server)
        threading.Thread(target=pump, args=(client, server), daemon=True).start()
        pump(server, client)

    def close(self):
        self.listener.close()


def pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    with contextlib.suppress(OSError):
        sink.close()

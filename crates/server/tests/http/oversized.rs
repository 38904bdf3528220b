//! Requests that are too large, as no client library would send them.

use rstest::rstest;
use tiltyard_store::Engine::{self, Postgres, Sqlite};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::TestServer;

/// Sends the bytes and reads the status of the answer, while the server reads on or not.
async fn status(server: &TestServer, request: &[u8]) -> u16 {
    let address = server.url.strip_prefix("http://").unwrap();
    let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
    let request = request.to_vec();
    // The server may stop reading and close; then the rest of the request goes nowhere.
    let sending = tokio::spawn(async move { drop(write.write_all(&request).await) });
    let mut head = [0; 12];
    read.read_exact(&mut head).await.unwrap();
    sending.abort();
    std::str::from_utf8(&head[9..]).unwrap().parse().unwrap()
}

/// Case B37.
#[rstest]
#[tokio::test]
async fn endless_queries_are_refused(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let long = format!("client_id={}", "x".repeat(1024 * 1024));
    let many = vec!["a=b"; 10_000].join("&");
    for query in [long, many] {
        for path in ["/oauth/authorize", "/oauth/token"] {
            let request = format!("GET {path}?{query} HTTP/1.1\r\nHost: x\r\n\r\n");
            let status = status(&server, request.as_bytes()).await;
            assert!((400..500).contains(&status), "{path}: {status}");
        }
    }
    server.get("/healthz").await.expect(200);
}

/// Case E09.
#[rstest]
#[tokio::test]
async fn bodies_beyond_the_bound_are_not_read_to_their_end(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    // A gigabyte is announced; less than a megabyte of it ever comes.
    let head = "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\n";
    let request = format!("{head}{}", "x".repeat(512 * 1024));
    assert_eq!(status(&server, request.as_bytes()).await, 413);
}

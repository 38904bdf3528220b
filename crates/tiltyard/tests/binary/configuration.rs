//! Configurations that are wrong stop the start, and say which key it is; none shows a secret.

use rstest::rstest;
use tiltyard_store::Engine;

use crate::support::Installation;

#[test]
fn secrets_are_not_shown() {
    let installation = Installation::new(Engine::Sqlite);
    let key = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=";
    let file = format!(
        "[database]\nurl = \"postgres://anna:topsecret@127.0.0.1/db\"\n[secrets]\nkey = \"{key}\"\n"
    );
    std::fs::write(installation.path().join("tiltyard.toml"), file).unwrap();
    let shown = installation.run(&["config"]);
    assert!(shown.contains("[database]") && shown.contains("[server]"), "{shown}");
    assert!(!shown.contains("topsecret") && !shown.contains(key), "{shown}");
}

/// Case T08.
#[rstest]
#[case("[server]\nlisen = \"127.0.0.1:1\"\n", &[], "server.lisen")]
#[case("[server]\nlisten = \"nonsense\"\n", &[], "server.listen")]
#[case("[sessions]\nidle_minutes = -3\n", &[], "sessions.idle_minutes")]
#[case("[nonsense]\nx = 1\n", &[], "nonsense")]
#[case("not toml", &[], "tiltyard.toml")]
#[case("", &["--set", "limits.body_bytes=many"], "limits.body_bytes")]
#[case("", &["--set", "site.nam=x"], "site.nam")]
#[case("[tls]\ncert = \"a.pem\"\n", &[], "tls.cert")]
// Plain http to the network.
#[case("", &["--set", "server.listen=0.0.0.0:0"], "server.listen")]
#[case("", &["--set", "server.listen=[::]:0"], "server.listen")]
#[case("", &["--set", "server.public_url=http://play.example"], "server.public_url")]
fn what_is_wrong_is_named(#[case] file: &str, #[case] flags: &[&str], #[case] key: &str) {
    let installation = Installation::new(Engine::Sqlite);
    std::fs::write(installation.path().join("tiltyard.toml"), file).unwrap();
    for command in ["serve", "config"] {
        let message = installation.fails(&[&[command], flags].concat());
        assert!(message.contains(key), "{message}");
    }
    assert!(!installation.path().join("tiltyard.db").exists(), "nothing was begun");
}

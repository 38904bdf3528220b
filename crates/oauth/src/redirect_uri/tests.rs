use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("https://good.example/")]
#[case("https://good.example/cb")]
#[case("https://good.example:8443/cb?tenant=1&state=x")]
#[case("https://xn--gld-dla.example/cb")]
#[case("https://good.example/a%20b")]
#[case("http://127.0.0.1/cb")]
#[case("http://127.0.0.1:8123")]
#[case("http://[::1]/cb")]
#[case("http://[::1]:3000/cb")]
fn ordinary_addresses_can_be_registered(#[case] uri: &str) {
    assert_eq!(check_registration(uri, ClientKind::Confidential), Ok(Advice::Good));
}

#[rstest]
#[case("com.example.app:/cb")]
#[case("com.example.app://cb")]
#[case("com.example.app:/cb?x=1")]
fn private_use_schemes_are_for_public_clients(#[case] uri: &str) {
    assert_eq!(check_registration(uri, ClientKind::Public), Ok(Advice::Good));
    assert_eq!(
        check_registration(uri, ClientKind::Confidential),
        Err(RedirectUriError::SchemeOfConfidential)
    );
}

#[rstest]
#[case("http://localhost:3000/cb")]
#[case("http://localhost")]
#[case("https://localhost/cb")]
fn localhost_is_discouraged(#[case] uri: &str) {
    let advice = check_registration(uri, ClientKind::Public).unwrap();
    assert_eq!(advice, Advice::Localhost);
    assert!(advice.sentence().is_some_and(|it| it.starts_with("Discouraged")));
}

#[rstest]
#[case("", RedirectUriError::Length)]
#[case("https://good.example/cb#here", RedirectUriError::Fragment)]
#[case("https://good.example/cb#", RedirectUriError::Fragment)]
#[case("https://*.good.example/cb", RedirectUriError::Pattern)]
#[case("https://good.example/*", RedirectUriError::Pattern)]
#[case("^https://good.example/.+$", RedirectUriError::Character)]
#[case("https://good.example/{id}", RedirectUriError::Character)]
#[case("https://good.example", RedirectUriError::NotAbsolute)]
#[case("https://good.example?x=1", RedirectUriError::NotAbsolute)]
#[case("good.example", RedirectUriError::NotAbsolute)]
#[case("good.example/cb", RedirectUriError::NotAbsolute)]
#[case("good.example:443/cb", RedirectUriError::NotAbsolute)]
#[case("/cb", RedirectUriError::NotAbsolute)]
#[case("//good.example/cb", RedirectUriError::NotAbsolute)]
#[case("https:good.example/cb", RedirectUriError::NotAbsolute)]
#[case("https:/good.example/cb", RedirectUriError::NotAbsolute)]
#[case("https:///good.example/cb", RedirectUriError::Host)]
#[case("https://", RedirectUriError::Host)]
#[case("javascript:alert(1)", RedirectUriError::DangerousScheme)]
#[case("JavaScript:alert(1)", RedirectUriError::DangerousScheme)]
#[case("data:text/html,hello", RedirectUriError::DangerousScheme)]
#[case("vbscript:x", RedirectUriError::DangerousScheme)]
#[case("file:///etc/passwd", RedirectUriError::DangerousScheme)]
#[case("blob:https://good.example/1", RedirectUriError::DangerousScheme)]
#[case("http://good.example/cb", RedirectUriError::PlainHttp)]
#[case("http://127.0.0.1.evil.example/", RedirectUriError::PlainHttp)]
#[case("http://127.0.0.2/", RedirectUriError::PlainHttp)]
#[case("http://127.1/", RedirectUriError::Host)]
#[case("http://0x7f000001/", RedirectUriError::Host)]
#[case("https://0x7f000001/", RedirectUriError::Host)]
#[case("http://2130706433/", RedirectUriError::Host)]
#[case("http://[0:0:0:0:0:0:0:1]/", RedirectUriError::Host)]
#[case("http://127.0.0.1:0/", RedirectUriError::Host)]
#[case("http://127.0.0.1:99999/", RedirectUriError::Host)]
#[case("http://127.0.0.1:/", RedirectUriError::Host)]
#[case("https://Good.example/cb", RedirectUriError::Host)]
#[case("https://good.example./cb", RedirectUriError::Host)]
#[case("https://good%2eexample/cb", RedirectUriError::Host)]
#[case("https://good.example@evil.example/", RedirectUriError::UserInfo)]
#[case("https://a@b@evil.example/", RedirectUriError::UserInfo)]
#[case("https://good.example%25@evil.example/", RedirectUriError::UserInfo)]
#[case("http://user@127.0.0.1/", RedirectUriError::UserInfo)]
#[case("https://good.example\\@evil.example/", RedirectUriError::Character)]
#[case("https://good.example/\tcb", RedirectUriError::Character)]
#[case("https://good.example/c\nb", RedirectUriError::Character)]
#[case("https://göld.example/cb", RedirectUriError::Character)]
#[case("https://good.example/a%2", RedirectUriError::Character)]
#[case("https://good.example/a/../b", RedirectUriError::Path)]
#[case("https://good.example/a/%2e%2E/b", RedirectUriError::Path)]
#[case("https://good.example/a/..;/b", RedirectUriError::Path)]
#[case("https://good.example/./b", RedirectUriError::Path)]
#[case("https://good.example//b", RedirectUriError::Path)]
#[case("myapp:/cb", RedirectUriError::SchemeWithoutDot)]
#[case("urn:ietf:wg:oauth:2.0:oob", RedirectUriError::SchemeWithoutDot)]
#[case("com.example.app:", RedirectUriError::NotAbsolute)]
#[case("com.example.app:cb", RedirectUriError::NotAbsolute)]
#[case("com.example.app://a@b/cb", RedirectUriError::UserInfo)]
#[case("HTTPS://good.example/cb", RedirectUriError::NotAbsolute)]
fn odd_addresses_cannot_be_registered(#[case] uri: &str, #[case] reason: RedirectUriError) {
    assert_eq!(check_registration(uri, ClientKind::Public), Err(reason));
}

#[rstest]
#[case("https://good.example/cb/")]
#[case("https://good.example/CB")]
#[case("https://good.example/cb?x=1")]
#[case("https://good.example/cb?")]
#[case("https://good.example/cb#x")]
#[case("https://good.example/x/%2e%2e/cb")]
#[case("https://good.example/..;/cb")]
#[case("https://good.example/./cb")]
#[case("https://good.example//cb")]
#[case("https://good.example:443/cb")]
#[case("https://good.example@evil.example/cb")]
#[case("https://good.example\\@evil.example/cb")]
#[case("https:good.example/cb")]
#[case("//good.example/cb")]
#[case("http://good.example/cb")]
#[case("https://GOOD.example/cb")]
#[case("https://good.example/c%62")]
fn a_request_must_name_the_registered_bytes(#[case] requested: &str) {
    let registered = ["https://good.example/cb".to_owned()];
    assert_eq!(resolve(&registered, Some(requested), true), Err(UnresolvedUri::NotRegistered));
}

#[rstest]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8123/cb", true)]
#[case("http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb", true)]
#[case("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", true)]
#[case("http://127.0.0.1", "http://127.0.0.1:8123", true)]
#[case("http://[::1]/cb?x=1", "http://[::1]:8123/cb?x=1", true)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8123/cb/", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8123/cb?x=1", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:08123/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:+80/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false)]
#[case("http://127.0.0.1/cb", "http://x@127.0.0.1:80/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:80.evil.example/cb", false)]
#[case("http://127.0.0.1/cb", "http://localhost:8123/cb", false)]
#[case("http://localhost:1/cb", "http://localhost:8123/cb", false)]
#[case("http://localhost/cb", "http://127.0.0.1/cb", false)]
#[case("http://127.0.0.1/cb", "http://[::1]/cb", false)]
#[case("http://127.0.0.1/cb", "https://127.0.0.1/cb", false)]
#[case("https://127.0.0.1/cb", "https://127.0.0.1:8123/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.1:8123/cb", false)]
fn only_the_port_of_a_loopback_address_may_differ(
    #[case] registered: &str,
    #[case] requested: &str,
    #[case] accepted: bool,
) {
    assert_eq!(matches(registered, requested), accepted);
}

#[test]
fn a_request_without_address_needs_the_switch_and_a_single_registration() {
    let one = ["https://good.example/cb".to_owned()];
    let two = [one[0].clone(), "https://good.example/other".to_owned()];
    assert_eq!(resolve(&one, None, true).as_deref(), Ok("https://good.example/cb"));
    assert_eq!(resolve(&one, None, false), Err(UnresolvedUri::Missing));
    assert_eq!(resolve(&two, None, true), Err(UnresolvedUri::Missing));
    assert_eq!(resolve(&[], None, true), Err(UnresolvedUri::NoneRegistered));
    assert_eq!(resolve(&[], Some("https://x.example/"), true), Err(UnresolvedUri::NoneRegistered));
}

/// Addresses near the registered ones, so that a careless matcher would be found out.
fn near_misses() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("http://"),
        Just("https://"),
        Just("127.0.0.1"),
        Just("[::1]"),
        Just("localhost"),
        Just(":80"),
        Just(":"),
        Just("/cb"),
        Just("/"),
        Just("?x=1"),
        Just("#"),
        Just("@"),
        Just(".evil.example"),
        Just("good.example"),
        Just("%2e"),
        Just("\\"),
        Just(" "),
    ];
    prop::collection::vec(part, 0..7).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn the_matcher_accepts_nothing_but_the_registered_string_or_another_loopback_port(
        requested in prop_oneof![near_misses(), "\\PC{0,40}"],
        registered in prop::sample::select(vec![
            "https://good.example/cb", "http://127.0.0.1/cb", "http://[::1]:80/cb",
            "http://localhost/cb", "com.example.app:/cb", "http://127.0.0.1",
        ]),
    ) {
        if matches(registered, &requested) && requested != registered {
            // An independent reading: the same in every part but the port.
            let mut one = Url::parse(registered).unwrap();
            let mut other = Url::parse(&requested).unwrap();
            prop_assert!(matches!(one.host_str(), Some("127.0.0.1" | "[::1]")));
            prop_assert!(one.scheme() == "http");
            one.set_port(None).unwrap();
            other.set_port(None).unwrap();
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn any_port_of_a_registered_loopback_address_is_accepted(port in 1_u16..) {
        let requested = format!("http://127.0.0.1:{port}/cb");
        prop_assert!(matches("http://127.0.0.1/cb", &requested));
    }

    #[test]
    fn checking_never_panics(uri in prop_oneof![near_misses(), "\\PC{0,60}"]) {
        if check_registration(&uri, ClientKind::Public).is_ok() {
            let parsed = Url::parse(&uri).unwrap();
            prop_assert!(parsed.username().is_empty() && parsed.fragment().is_none());
        }
    }
}

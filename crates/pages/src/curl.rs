//! Ready requests for the page that shows a new application's secret.

/// Client credentials at a token endpoint.
pub fn client_credentials(token_url: &str, client_id: &str, secret: &str, scope: &str) -> String {
    let mut lines = vec![
        format!("curl {}", quote(token_url)),
        "  -d grant_type=client_credentials".to_owned(),
        format!("  -d client_id={}", quote(client_id)),
        format!("  -d client_secret={}", quote(secret)),
    ];
    if !scope.is_empty() {
        lines.push(format!("  --data-urlencode {}", quote(&format!("scope={scope}"))));
    }
    lines.join(" \\\n")
}

/// The start of a device authorization (RFC 8628 §3.1).
pub fn device(device_url: &str, client_id: &str, scope: &str) -> String {
    let mut lines =
        vec![format!("curl {}", quote(device_url)), format!("  -d client_id={}", quote(client_id))];
    if !scope.is_empty() {
        lines.push(format!("  --data-urlencode {}", quote(&format!("scope={scope}"))));
    }
    lines.join(" \\\n")
}

/// Exchange of an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5). `secret` is `None` for a
/// public client. The code and the verifier are left for the reader to fill in.
pub fn code_exchange(
    token_url: &str,
    client_id: &str,
    secret: Option<&str>,
    redirect_uri: &str,
) -> String {
    let mut lines = vec![
        format!("curl {}", quote(token_url)),
        "  -d grant_type=authorization_code".to_owned(),
        format!("  -d client_id={}", quote(client_id)),
    ];
    if let Some(secret) = secret {
        lines.push(format!("  -d client_secret={}", quote(secret)));
    }
    lines.push(format!("  --data-urlencode {}", quote(&format!("redirect_uri={redirect_uri}"))));
    lines.push("  -d code=\"$CODE\"".to_owned());
    lines.push("  -d code_verifier=\"$VERIFIER\"".to_owned());
    lines.join(" \\\n")
}

/// Quotes a word for a POSIX shell unless it needs none.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{client_credentials, code_exchange, device, quote};
    use rstest::rstest;

    #[rstest]
    #[case("https://a.example/oauth/token", "https://a.example/oauth/token")]
    #[case("", "''")]
    #[case("a b", "'a b'")]
    #[case("$(reboot)", "'$(reboot)'")]
    #[case("it's", r"'it'\''s'")]
    fn quotes_for_the_shell(#[case] word: &str, #[case] quoted: &str) {
        assert_eq!(quote(word), quoted);
    }

    #[test]
    fn writes_requests_that_can_be_pasted() {
        insta::assert_snapshot!(
            client_credentials("https://t.example/oauth/token", "abc", "s3", "me tournaments:read"),
            @r"
        curl https://t.example/oauth/token \
          -d grant_type=client_credentials \
          -d client_id=abc \
          -d client_secret=s3 \
          --data-urlencode 'scope=me tournaments:read'
        "
        );
        insta::assert_snapshot!(
            code_exchange("https://t.example/oauth/token", "abc", None, "https://x.example/cb?a=1"),
            @r#"
        curl https://t.example/oauth/token \
          -d grant_type=authorization_code \
          -d client_id=abc \
          --data-urlencode 'redirect_uri=https://x.example/cb?a=1' \
          -d code="$CODE" \
          -d code_verifier="$VERIFIER"
        "#
        );
        insta::assert_snapshot!(
            device("https://t.example/oauth/authorize_device", "abc", ""),
            @r"
        curl https://t.example/oauth/authorize_device \
          -d client_id=abc
        "
        );
    }
}

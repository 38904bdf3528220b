//! What is limited, and how much by default.

use super::Rate;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident $field:ident $name:literal = $default:expr;)*) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The name in headers, logs and metrics.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }

        /// How much is let through, kind by kind.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct LimitSettings {
            $($(#[doc = $doc])* pub $field: Rate,)*
            /// Consent pages that one session may have open; opening more closes the oldest.
            pub open_consent_pages: u32,
        }

        impl Default for LimitSettings {
            fn default() -> Self {
                Self { $($field: $default,)* open_consent_pages: 20 }
            }
        }

        impl LimitSettings {
            /// The rate of a kind.
            pub const fn rate(&self, kind: Kind) -> Rate {
                match kind {
                    $(Kind::$kind => self.$field,)*
                }
            }

            /// Limits nothing.
            pub const fn off() -> Self {
                Self { $($field: Rate::OFF,)* open_consent_pages: u32::MAX }
            }
        }
    };
}

kinds! {
    /// Wrong passwords for one account from one address.
    SignInPair sign_in_pair "sign-in" = Rate::a_minute(10, 1);
    /// Wrong passwords from one address, for whichever accounts.
    SignInAddress sign_in_address "sign-in-address" = Rate::a_minute(60, 12);
    /// Wrong passwords for one account, from all the addresses and browsers that it does not know.
    SignInAccount sign_in_account "sign-in-account" = Rate::an_hour(100, 60);
    /// Wrong passwords for an account in a browser, or from an address, that it was signed in with.
    SignInKnown sign_in_known "sign-in-known" = Rate::a_minute(20, 2);
    /// Accounts made from one address.
    SignUpAddress sign_up_address "sign-up" = Rate::an_hour(100, 60);
    /// Failed authentications of one client from one address.
    ClientPair client_pair "client" = Rate::a_minute(20, 6);
    /// Wrong codes and refresh tokens of one client from one address.
    GrantPair grant_pair "grant" = Rate::a_minute(60, 60);
    /// Tokens that an application asked about or revoked from one address, and that were none.
    TokenGuess token_guesses "token-guess" = Rate::a_second(200, 20);
    /// Device requests of one client from one address that nobody has decided.
    DeviceRequest device_requests "device" = Rate::a_minute(60, 30);
    /// Wrong user codes typed from one address.
    UserCode user_codes "user-code" = Rate::a_minute(10, 6);
    /// Wrong user codes typed by one person: five in the life of a code, so that nobody guesses one
    /// (RFC 8628 §5.1).
    UserCodePerson user_codes_per_person "user-code-person" = Rate::an_hour(4, 6);
    /// Wrong user codes typed by everybody.
    UserCodeTotal user_codes_in_total "user-code-total" = Rate::a_minute(300, 60);
    /// Pushed requests of one application that nobody has answered; of one that proves nothing, those
    /// from one address.
    PushedRequest pushed_requests "pushed-request" = Rate::a_minute(300, 300);
    /// Tokens of one application. The operator's quota, off unless they set it.
    TokenQuota tokens_per_application "tokens" = Rate::OFF;
}
